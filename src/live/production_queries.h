/* The statement of sql/production.sql and its columns. */
#ifndef INB_LIVE_PRODUCTION_QUERIES_H
#define INB_LIVE_PRODUCTION_QUERIES_H

extern const char inb__query_production_facts[];
enum {
    INB__PRODUCTION_DATABASE,
    INB__PRODUCTION_SIZE,
    INB__PRODUCTION_OTHERS,
    INB__PRODUCTION_STANDBYS,
    INB__PRODUCTION_ARCHIVED,
    INB__PRODUCTION_SCHEMA
};

#endif
