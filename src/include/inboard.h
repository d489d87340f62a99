/*
 * inboard: the PostgreSQL migration engine that is built into the application binary.
 *
 * A program compiles its migrations in (inboard-embed writes the constant table), and at its start
 * asks the library to bring the database to them. See docs/ and the headers below, one a module.
 *
 * Threads: the library has no global state. An object (connection, report, status, keyring, error)
 * belongs to one thread at a time; different threads may use different objects at the same time.
 */
#ifndef INBOARD_H
#define INBOARD_H

#include <inboard/conn.h>
#include <inboard/duration.h>
#include <inboard/error.h>
#include <inboard/export.h>
#include <inboard/log.h>
#include <inboard/migrate.h>
#include <inboard/smoke.h>
#include <inboard/status.h>
#include <inboard/table.h>
#include <inboard/vault.h>

INB_BEGIN_DECLS

/* The version of the library that is running, such as "0.1.0". @since 0.1 */
INB_EXPORT const char *inb_version(void);

INB_END_DECLS

#endif
