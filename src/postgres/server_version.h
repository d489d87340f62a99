/* The server's versions, as server_version_num has them, and what each brought. */
#ifndef INB_POSTGRES_SERVER_VERSION_H
#define INB_POSTGRES_SERVER_VERSION_H

/* pg_current_xact_id(), which tells whether a COMMIT without an answer was done. */
#define INB__SERVER_OLDEST 130000
/* Tid Range Scan */
#define INB__SERVER_TID_RANGE 140000
/* idle_session_timeout and client_connection_check_interval */
#define INB__SERVER_IDLE_SESSION_TIMEOUT 140000
/* VACUUM (INDEX_CLEANUP auto) */
#define INB__SERVER_INDEX_CLEANUP_AUTO 140000
#define INB__SERVER_TRANSACTION_TIMEOUT 170000
#define INB__SERVER_VIRTUAL_COLUMNS 180000

static inline int inb__server_major(int version)
{
    return version / 10000;
}

#endif
