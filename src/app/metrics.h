/* Counters of the service. Safe in any thread. */
#ifndef APP_METRICS_H
#define APP_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

#define APP_METRICS_ROUTES 32 /* the last one: no route */
#define APP_METRICS_BUCKETS 9

typedef struct app_route_metrics {
    atomic_long by_class[6]; /* 1xx … 5xx at their digit */
    atomic_long bucket[APP_METRICS_BUCKETS + 1];
    atomic_long total_us;
} app_route_metrics;

typedef struct app_metrics {
    app_route_metrics routes[APP_METRICS_ROUTES];
    atomic_long logins_good, logins_bad;
    atomic_long rows_accepted, rows_rejected, jobs_done, jobs_failed;
    atomic_long connects, connects_failed;
    atomic_long connections; /* HTTP, open now */
    atomic_long timeouts;    /* HTTP connections ended at their deadline */
    int64_t started_us;
} app_metrics;

/* route: its place in app_routes, or -1. */
void app_metrics_request(app_metrics *m, int route, unsigned status, int64_t duration_us);

#endif
