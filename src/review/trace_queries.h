/* The statements of a trace, in sql/trace.sql. */
#ifndef INB_REVIEW_TRACE_QUERIES_H
#define INB_REVIEW_TRACE_QUERIES_H

extern const char inb__query_trace_relations[];
extern const char inb__query_trace_files[];
extern const char inb__query_trace_locks[];
extern const char inb__query_trace_wal[];

#endif
