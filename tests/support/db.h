/*
 * A database of its own for each test of a program, on the server of INB_TEST_URL. Without that
 * variable the program starts itself again under `tests/support/pg with`, which makes a server for
 * it alone.
 *
 *     START_TEST(x) { inb_db db; inb_db_create(&db); … db.url … inb_db_drop(&db); }
 *     int main(int argc, char **argv) { inb_db_main(argv); … }
 */
#ifndef INB_TESTS_DB_H
#define INB_TESTS_DB_H

#include "inboard/conn.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct inb_db {
    char name[64];
    char url[1024];
} inb_db;

static inline void inb_db_main(char **argv)
{
    if (!getenv("INB_TEST_URL")) {
        char pg[4096];
        const char *source = getenv("top_srcdir");
        snprintf(pg, sizeof(pg), "%s/tests/support/pg", source ? source : ".");
        execl("/bin/sh", "sh", pg, "with", argv[0], (char *)NULL);
        perror("tests/support/pg");
        exit(99);
    }
}

/* The server's URL with another database, and more parameters ("&schema=x" or ""). */
static inline void inb_db_url(char *out, size_t size, const char *database, const char *more)
{
    const char *server = getenv("INB_TEST_URL");
    ck_assert_ptr_nonnull(server);
    const char *authority = strstr(server, "://") + 3;
    const char *path = authority + strcspn(authority, "/?");
    const char *query = path + strcspn(path, "?");
    int n = snprintf(out, size, "%.*s/%s%s%s", (int)(path - server), server, database,
                     *query ? query : "?", more);
    ck_assert_int_lt(n, (int)size);
}

/* Opens or fails the test. */
static inline inb_conn *inb_db_open(const char *url)
{
    inb_conn_options options = {.size = sizeof(options), .url = url, .connect_timeout_ms = 120000};
    inb_conn *conn = NULL;
    inb_error *err = NULL;
    ck_assert_msg(inb_conn_open(&conn, &options, &err) == 0, "%s", inb_error_message(err));
    return conn;
}

/* Runs a statement or fails the test. */
static inline void inb_db_do(inb_conn *conn, const char *sql)
{
    inb_error *err = NULL;
    ck_assert_msg(inb_conn_exec(conn, sql, 0, NULL, NULL, &err) == 0, "%s: %s", sql,
                  inb_error_message(err));
}

/* The first value of a statement's result, "" for NULL or no row, copied into out. */
static inline const char *inb_db_value(inb_conn *conn, const char *sql, char *out, size_t size)
{
    inb_result *result = NULL;
    inb_error *err = NULL;
    ck_assert_msg(inb_conn_exec(conn, sql, 0, NULL, &result, &err) == 0, "%s: %s", sql,
                  inb_error_message(err));
    const char *value = inb_result_value(result, 0, 0);
    snprintf(out, size, "%s", value ? value : "");
    inb_result_free(result);
    return out;
}

static inline void inb_db_admin(const char *before, const char *name, const char *after)
{
    char url[1024];
    char sql[256];
    inb_db_url(url, sizeof(url), "postgres", "");
    snprintf(sql, sizeof(sql), "%s %s %s", before, name, after);
    inb_conn *conn = inb_db_open(url);
    inb_db_do(conn, sql);
    inb_conn_close(conn);
}

static inline void inb_db_create(inb_db *db)
{
    static int number;
    snprintf(db->name, sizeof(db->name), "inb_test_%ld_%d", (long)getpid(), ++number);
    inb_db_admin("create database", db->name, "template template0");
    inb_db_url(db->url, sizeof(db->url), db->name, "");
}

static inline void inb_db_drop(inb_db *db)
{
    inb_db_admin("drop database if exists", db->name, "with (force)");
}

#endif
