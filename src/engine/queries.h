/* The engine's statements, each in src/engine/sql/; :"schema" in them is filled in by names.h. */
#ifndef INB_ENGINE_QUERIES_H
#define INB_ENGINE_QUERIES_H

extern const char inb__query_citus_ordinary[];
extern const char inb__query_citus_node[];
extern const char inb__query_citus_tables[];

extern const char inb__query_confirm_find[];
extern const char inb__query_confirm_table[];
extern const char inb__query_confirm_read[];
extern const char inb__query_confirm_store[];
extern const char inb__query_confirm_forget[];

extern const char inb__query_drift_differences[];
enum {
    INB__DIFFERENCE_INDEX, /* from 1 */
    INB__DIFFERENCE_RELATION_MISSING,
    INB__DIFFERENCE_NAME_MISSING,
    INB__DIFFERENCE_ACTUAL, /* the type, definition or expression that it has instead, NULL when
                               that is as expected */
    INB__DIFFERENCE_NULLABLE,
    INB__DIFFERENCE_STATE /* "INVALID", "NOT VALID", NULL */
};

extern const char inb__query_fingerprint_now[];

extern const char inb__query_first_look_settings[];
enum { INB__FIRST_LOOK_CURRENT_SCHEMA, INB__FIRST_LOOK_PID };
extern const char inb__query_first_look_guard[];
extern const char inb__query_first_look_count[];
extern const char inb__query_first_look_rows[];
enum { INB__FIRST_LOOK_NAME, INB__FIRST_LOOK_CHECKSUM, INB__FIRST_LOOK_APPLIED };

extern const char inb__query_history_local_settings[];
extern const char inb__query_history_read_settings[];
extern const char inb__query_history_output_settings[];
extern const char inb__query_history_current_schema[];
extern const char inb__query_history_facts[];
enum {
    INB__FACT_PID,
    INB__FACT_RECOVERY,
    INB__FACT_READ_ONLY,
    INB__FACT_DATABASE,
    INB__FACT_USER,
    INB__FACT_SCHEMA,
    INB__FACT_MANAGED,
    INB__FACT_TABLES,
    INB__FACT_RELATIONS,
    INB__FACT_METADATA,
    INB__FACT_METADATA_SCHEMA,
    INB__FACT_METADATA_READABLE,
    INB__FACT_HIDDEN,
    INB__FACT_SUSPECTS /* NULL: none, or those that were given */
};
extern const char inb__query_history_faults[];
enum {
    INB__FAULT_KIND, /* "kind", "type", "owner", "policy", "trigger" */
    INB__FAULT_SCHEMA,
    INB__FAULT_RELATION, /* NULL: the schema itself */
    INB__FAULT_OWNER,
    INB__FAULT_DETAIL /* the relkind, the column, the trigger */
};
extern const char inb__query_history_guard[];
extern const char inb__query_history_rows[];
extern const char inb__query_history_metadata[];
extern const char inb__query_history_fingerprint[];
extern const char inb__query_history_metadata_whole[];
extern const char inb__query_history_metadata_migrations[];
extern const char inb__query_history_metadata_statements[];
extern const char inb__query_history_layout[];
enum { INB__LAYOUT_OUTDATED, INB__LAYOUT_CITUS_NODE, INB__LAYOUT_CITUS_TABLES };
extern const char inb__query_history_catalogue[];

extern const char inb__query_missing_extension_find[];
enum { INB__MISSING_EXTENSION_NAME, INB__MISSING_EXTENSION_SCHEMA };

extern const char inb__query_mismatch_find[];
enum { INB__MISMATCH_NAME, INB__MISMATCH_THERE };

extern const char inb__query_lock_try[];
extern const char inb__query_lock_release[];
extern const char inb__query_lock_holder[];
extern const char inb__query_lock_is_held[];

extern const char inb__query_objects_now[];
extern const char inb__query_objects_store[];
extern const char inb__query_objects_changes[];
enum {
    INB__CHANGE_OBJECT, /* "": not to be compared */
    INB__CHANGE_WAS,    /* NULL: the object is new */
    INB__CHANGE_NOW,    /* NULL: it is gone */
    INB__CHANGE_COUNT   /* of all changes */
};

extern const char inb__query_record_schema[];
extern const char inb__query_record_prisma_table[];
extern const char inb__query_record_metadata_schema[];
extern const char inb__query_record_histories_table[];
extern const char inb__query_record_migrations_table[];
extern const char inb__query_record_migrations_upgrade[];
extern const char inb__query_record_histories_upgrade[];
extern const char inb__query_record_statements_table[];
extern const char inb__query_record_attempts_table[];
extern const char inb__query_record_history[];
extern const char inb__query_record_guard_begin[];
extern const char inb__query_record_guard_order[];
extern const char inb__query_record_guard_end[];
extern const char inb__query_record_xact_status[];
extern const char inb__query_record_applied[];
extern const char inb__query_record_metadata[];
extern const char inb__query_record_complete[];
extern const char inb__query_record_started[];
extern const char inb__query_record_finished[];
extern const char inb__query_record_metadata_finished[];
extern const char inb__query_record_statement_begun[];
extern const char inb__query_record_statement_done[];
extern const char inb__query_record_statement_existing[];
extern const char inb__query_record_statement_existed[];
extern const char inb__query_record_statement_undo[];
extern const char inb__query_record_failed[];
extern const char inb__query_record_logs[];
extern const char inb__query_record_rolled_back[];
extern const char inb__query_record_baseline[];
extern const char inb__query_record_attempt[];
extern const char inb__query_record_renamed[];
extern const char inb__query_record_renamed_metadata[];
extern const char inb__query_record_forget_migrations[];
extern const char inb__query_record_forget_attempts[];
extern const char inb__query_record_forget_history[];

extern const char inb__query_repair_create_index[];
extern const char inb__query_repair_existing[];
extern const char inb__query_repair_create_nameless[];
extern const char inb__query_repair_drop_index[];
extern const char inb__query_repair_reindex[];
extern const char inb__query_repair_detach[];

extern const char inb__query_session_settings[];
extern const char inb__query_session_settings_14[];
extern const char inb__query_session_settings_17[];
extern const char inb__query_session_release_locks[];
extern const char inb__query_session_existing_schemas[];
extern const char inb__query_session_backend_pid[];
extern const char inb__query_session_role_keep[];
extern const char inb__query_session_role_again[];

extern const char inb__query_stall_watch_blockers[];
extern const char inb__query_stall_watch_state[];
extern const char inb__query_stall_watch_terminate[];
extern const char inb__query_stall_watch_progress[];
enum { INB__STALL_WATCH_QUERY, INB__STALL_WATCH_ELAPSED, INB__STALL_WATCH_PROGRESS };

#endif
