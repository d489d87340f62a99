/*
 * The session that migrates: explicit settings, the same for every migration, on one server process
 * that may write.
 */
#ifndef INB_ENGINE_SESSION_H
#define INB_ENGINE_SESSION_H

#include "engine/history.h"
#include "inboard/migrate.h"

/* What a session that migrates is set to. */
typedef struct inb__session_settings {
    const char *search_path; /* SQL text */
    int64_t lock_timeout_ms; /* of statements outside of a transaction */
    int server_version;      /* such as 150020 */
} inb__session_settings;

/* Queues the settings (timeouts, search_path, …), in segments of their own. */
void inb__session_queue(inb__pg_pipe *pipe, const inb__session_settings *settings);

/* Queues the reset of what a migration may have changed in the session: role, authorization,
 * settings. */
void inb__session_clean_queue(inb__pg_pipe *pipe, const inb__session_settings *settings);

/* Queues the engine's own role. */
void inb__session_role_reset_queue(inb__pg_pipe *pipe);

/* Queues keeping the role that a migration's statements have set, and the engine's own for what
 * follows. */
void inb__session_role_keep_queue(inb__pg_pipe *pipe);

/* Queues that role again; the engine's own where none was kept. */
void inb__session_role_again_queue(inb__pg_pipe *pipe);

/* Queues the release of what a migration may leave besides settings: cursors, prepared statements,
 * LISTEN, temporary tables, advisory locks other than ours. In a segment of its own. */
void inb__session_leave_queue(inb__pg_pipe *pipe);

/* INB_EPERM when this server or session cannot be migrated: too old, a standby, read-only. */
int inb__session_check(const inb__history *history, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * INB_EPERM when a transaction pooler is in between, which hands each transaction to another server
 * process, so that a session's lock could belong to another client. Costs nothing on a direct
 * connection; behind a pooler it opens a second connection (options) and looks whether both ever
 * meet one server process.
 */
int inb__session_pooler_check(inb_conn *conn, const inb__history *history,
                              const inb__pg_options *options, const inb_option_names *names,
                              inb_error **err) __attribute__((warn_unused_result));

/* Moves the error that a refused step kept to *err; its code. */
int inb__step_error_take(inb__pg_pipe *pipe, size_t step, inb_error **err);

/* The error of a step that had to succeed: its own, or that of the step that took its segment down.
 */
int inb__session_refused(inb__pg_pipe *pipe, size_t step, inb_error **err);

#endif
