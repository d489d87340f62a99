/* The statements about shadow databases, in sql/shadow.sql. */
#ifndef INB_LIVE_SHADOW_QUERIES_H
#define INB_LIVE_SHADOW_QUERIES_H

extern const char inb__query_shadow_begin[];
extern const char inb__query_shadow_dead[];
extern const char inb__query_shadow_identity[];
extern const char inb__query_shadow_given[];
extern const char inb__query_shadow_clean[];

#endif
