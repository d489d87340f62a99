/*
 * Whether a backfill goes on: from what one look has read, what earlier looks have, and the limits,
 * to a reason to hold or none. Pure.
 *
 * It fails closed: a standby that was there when the run began and is not there now holds, and so
 * does a reading that could be had once and cannot be had now. Bytes decide about a standby before
 * its clock does: pg_stat_replication.replay_lag is old where replay has stopped, and says
 * something where nothing is left to be replayed.
 */
#ifndef INB_BACKFILL_HOLD_RULES_H
#define INB_BACKFILL_HOLD_RULES_H

#include "util/arena.h"
#include "util/vec.h"

#include <stdbool.h>
#include <stdint.h>

#define INB__HOLD_REASON 512

typedef enum inb__hold_what {
    INB__HOLD_WAL,      /* the position, in bytes */
    INB__HOLD_STANDBY,  /* bytes and milliseconds behind */
    INB__HOLD_SLOT,     /* inactive: bytes of WAL that it retains */
    INB__HOLD_ARCHIVE,  /* bytes of WAL that are not archived */
    INB__HOLD_XID,      /* the number that the next transaction gets */
    INB__HOLD_SNAPSHOT, /* the one that keeps most from VACUUM: its age in transactions, and in
                           milliseconds */
    INB__HOLD_OLD,      /* the one that has lasted longest */
    INB__HOLD_VACUUM,   /* of the table, not by the backfill: its process, and how long so far */
    INB__HOLD_WHATS
} inb__hold_what;

typedef struct inb__hold_reading {
    inb__hold_what what;
    const char *name;
    int64_t value; /* -1: it is there, and may not be read */
    int64_t ms;
} inb__hold_reading;

/* What one look has read; its memory is the caller's. */
typedef struct inb__hold_look {
    int64_t at_us;
    INB__VEC(inb__hold_reading) readings;
    int64_t waiters;       /* sessions that waited for locks of the backfill */
    const char *wal_error; /* why there is nothing about WAL and standbys, "" when there is */
    const char *sessions_error;
    const char *query;       /* what the query of the user's says, "": go on */
    const char *query_error; /* why it says nothing */
} inb__hold_look;

/* 0 of a limit: not looked at. */
typedef struct inb__hold_limits {
    int64_t lag_bytes, lag_ms;
    int64_t slot_bytes, archive_bytes;
    int64_t wal_rate; /* bytes a second, of the whole server */
    int64_t snapshot_ms;
    int64_t vacuum_ms;          /* after which a VACUUM of others is not waited for any longer */
    const char *const *ignored; /* standbys that may be behind or go, to a NULL; NULL: none */
} inb__hold_limits;

typedef struct inb__hold_expected {
    const char *name;
    int n; /* standbys with this application_name */
} inb__hold_expected;

/* What the looks before have seen. */
typedef struct inb__hold_memory {
    INB__VEC(inb__hold_expected) expected;
    bool wal_seen, sessions_seen;
    int64_t wal, wal_at_us; /* the position at the look before */
    double wal_rate;        /* bytes a second since then */
    int64_t waiters;
} inb__hold_memory;

typedef struct inb__hold_verdict {
    int rule;                      /* that holds, from 0 */
    double utilization;            /* of the limit that is nearest; 1 and more where one holds */
    char reason[INB__HOLD_REASON]; /* "": go on */
} inb__hold_verdict;

/* What a rule is about, in a few words. */
#define INB__HOLD_RULES 10
const char *inb__hold_rule_name(int rule);

/* Of a fleet that nobody has said anything about. */
inb__hold_limits inb__hold_limits_default(void);

/* The first look: whose standbys are there is what is expected from now on. False: out of memory.
 */
bool inb__hold_expect(inb__hold_memory *memory, inb__arena *arena, const inb__hold_look *look,
                      const inb__hold_limits *limits) __attribute__((warn_unused_result));

/* Decides, and remembers of the look what the next decision needs. */
void inb__hold_decide(inb__hold_verdict *out, inb__hold_memory *memory, const inb__hold_look *look,
                      const inb__hold_limits *limits);

/* The reading of a kind that there is one of, NULL: none. */
const inb__hold_reading *inb__hold_reading_of(const inb__hold_look *look, inb__hold_what what);

#endif
