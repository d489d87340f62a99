/*
 * The version: of the headers that a program was compiled with, and of the library that it runs
 * with. The two differ when a library was replaced by another with the same soname.
 */
#ifndef INBOARD_VERSION_H
#define INBOARD_VERSION_H

#include <inboard/export.h>

INB_BEGIN_DECLS

/* Of the headers. @since 0.1 */
#define INB_VERSION_MAJOR 0
#define INB_VERSION_MINOR 1
#define INB_VERSION_PATCH 0
#define INB_VERSION_STRING "0.1.0"

/* One number that grows, for #if: 1.2.3 is 10203. @since 0.1 */
#define INB_VERSION_NUMBER (INB_VERSION_MAJOR * 10000 + INB_VERSION_MINOR * 100 + INB_VERSION_PATCH)

/* The version of the library that is running, such as "0.1.0"; constant. @since 0.1 */
INB_EXPORT const char *inb_version(void);

/* The same as a number, to be compared with INB_VERSION_NUMBER. @since 0.1 */
INB_EXPORT int inb_version_number(void);

INB_END_DECLS

#endif
