/*
 * The functions that PostgreSQL itself brings, each name between spaces, in the order of their
 * bytes: those that are immutable or stable on every version, and those of which one is volatile on
 * one.
 */
#ifndef INB_SQL_SERVER_FUNCTIONS_H
#define INB_SQL_SERVER_FUNCTIONS_H

extern const char inb__server_functions_steady[];
extern const char inb__server_functions_volatile[];

#endif
