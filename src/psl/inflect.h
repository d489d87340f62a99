/*
 * The names of fields that Prisma's formatter adds: a model's name in the singular or in an English
 * plural, which follows the rules of the library that Prisma uses, its oddities included.
 */
#ifndef INB_PSL_INFLECT_H
#define INB_PSL_INFLECT_H

#include "util/arena.h"
#include "util/text.h"

/* "UserAccount", "user_account" -> "userAccount" */
inb__str inb__psl_inflect_camel_case(inb__arena *arena, inb__str name);

/* "post" -> "posts", "category" -> "categories" */
inb__str inb__psl_inflect_plural(inb__arena *arena, inb__str word);

/* The same word with its first letter small or large. */
inb__str inb__psl_inflect_lower_first(inb__arena *arena, inb__str word);
inb__str inb__psl_inflect_upper_first(inb__arena *arena, inb__str word);

#endif
