/* The statements about the state of backfills, each in src/backfill/sql/. */
#ifndef INB_BACKFILL_BACKFILL_QUERIES_H
#define INB_BACKFILL_BACKFILL_QUERIES_H

extern const char inb__query_backfill_forget[];
extern const char inb__query_backfill_table[];
extern const char inb__query_backfill_ranges_table[];
extern const char inb__query_backfill_rows_table[];
extern const char inb__query_backfill_settings[];
extern const char inb__query_backfill_key_settings[];
extern const char inb__query_backfill_settings_17[];
extern const char inb__query_backfill_move[];
extern const char inb__query_backfill_guard[];
extern const char inb__query_backfill_row_failed[];
extern const char inb__query_backfill_row_retried[];
extern const char inb__query_backfill_wal[];
extern const char inb__query_backfill_ranges[];
enum {
    INB__RANGE_NUMBER,
    INB__RANGE_PASS,
    INB__RANGE_LEAF,
    INB__RANGE_KEYED,
    INB__RANGE_PER_PAGE,
    INB__RANGE_LOWER,
    INB__RANGE_UPPER,
    INB__RANGE_PLACE,
    INB__RANGE_STATE,
    INB__RANGE_HOLDER,
    INB__RANGE_HOLDER_PID,
    INB__RANGE_HOLDER_SINCE,
    INB__RANGE_RUN_OUT
};
extern const char inb__query_backfill_processes[];
extern const char inb__query_backfill_process[];
extern const char inb__query_backfill_claim[];
extern const char inb__query_backfill_renew[];
extern const char inb__query_backfill_release[];
extern const char inb__query_backfill_range_add[];
extern const char inb__query_backfill_range_cut[];
extern const char inb__query_backfill_add[];
extern const char inb__query_backfill_renewed[];
extern const char inb__query_backfill_lock[];
extern const char inb__query_backfill_control[];
enum {
    INB__CONTROL_STATE,
    INB__CONTROL_PASS,
    INB__CONTROL_TARGET,
    INB__CONTROL_ROWS,
    INB__CONTROL_SKIP,
    INB__CONTROL_ESTIMATE,
    INB__CONTROL_FAILED, /* from here on not of backfill_lock */
    INB__CONTROL_BY,
    INB__CONTROL_CHECKSUM
};
extern const char inb__query_backfill_pass_begun[];
extern const char inb__query_backfill_state_set[];
extern const char inb__query_backfill_held[];
extern const char inb__query_backfill_totals[];
extern const char inb__query_backfill_rows[];
extern const char inb__query_backfill_list[];
extern const char inb__query_backfill_states[];
extern const char inb__query_backfill_command[];
extern const char inb__query_backfill_set[];
extern const char inb__query_backfill_ranges_remove[];
extern const char inb__query_backfill_rows_remove[];
extern const char inb__query_backfill_leaves[];
enum {
    INB__LEAF_NAME,
    INB__LEAF_KIND,
    INB__LEAF_ROWS,
    INB__LEAF_PAGES,
    INB__LEAF_PAGES_THEN,
    INB__LEAF_KEYED,
    INB__LEAF_BLOCK_SIZE,
    INB__LEAF_DEADLOCK_MS
};

#endif
