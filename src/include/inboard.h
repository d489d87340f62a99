/*
 * inboard: the PostgreSQL migration engine that is built into the application binary.
 *
 * A program compiles its migrations in (inboard-embed writes the constant table), and at its start
 * asks the library to bring the database to them. See docs/ and the headers below, one a module.
 *
 * Structures of the caller (options, results) begin with `size`, which the caller sets to their
 * sizeof: so a program that was compiled with an older header works with a newer library
 * (docs/ABI.md).
 *
 * NULL where a value is needed is refused: a function that returns a code returns INB_EINVAL, a
 * getter returns what it has for "nothing" (NULL, "", 0 or false), and a function that frees or
 * closes does nothing.
 *
 * Threads: the library has no global state. An object (connection, report, status, keyring, error)
 * belongs to one thread at a time; different threads may use different objects at the same time.
 */
#ifndef INBOARD_H
#define INBOARD_H

#include <inboard/backfills.h>
#include <inboard/conn.h>
#include <inboard/duration.h>
#include <inboard/error.h>
#include <inboard/export.h>
#include <inboard/log.h>
#include <inboard/migrate.h>
#include <inboard/sealed.h>
#include <inboard/smoke.h>
#include <inboard/status.h>
#include <inboard/table.h>
#include <inboard/vault.h>
#include <inboard/version.h>

#endif
