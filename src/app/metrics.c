/* Counters, and their text in Prometheus' form. */
#include "config.h"

#include "app/metrics.h"

#include "app/program.h"
#include "app/server.h"

#include <stdio.h>
#include <stdlib.h>

static const double bounds[APP_METRICS_BUCKETS] = {0.001, 0.005, 0.01, 0.025, 0.05,
                                                   0.1,   0.25,  1,    5};

void app_metrics_request(app_metrics *m, int route, unsigned status, int64_t duration_us)
{
    app_route_metrics *r = &m->routes[route < 0 ? APP_METRICS_ROUTES - 1 : route];
    int i = 0;
    while (i < APP_METRICS_BUCKETS && (double)duration_us > bounds[i] * 1e6) {
        i++;
    }
    atomic_fetch_add(&r->by_class[status / 100 % 6], 1);
    atomic_fetch_add(&r->bucket[i], 1);
    atomic_fetch_add(&r->total_us, (long)duration_us);
}

static void labels_write(FILE *out, const app_route *routes, int i)
{
    bool none = i == APP_METRICS_ROUTES - 1;
    fprintf(out, "method=\"%s\",route=\"%s\"", none ? "" : routes[i].method,
            none ? "" : routes[i].path);
}

static long route_count(const app_route_metrics *r)
{
    long n = 0;
    for (int i = 0; i <= APP_METRICS_BUCKETS; i++) {
        n += atomic_load(&r->bucket[i]);
    }
    return n;
}

static void requests_write(FILE *out, const app_server *s)
{
    const app_metrics *m = &s->metrics;
    fputs("# HELP app_http_requests_total Requests answered.\n# TYPE app_http_requests_total "
          "counter\n",
          out);
    for (int i = 0; i < APP_METRICS_ROUTES; i++) {
        for (int digit = 1; digit < 6; digit++) {
            long n = atomic_load(&m->routes[i].by_class[digit]);
            if (n) {
                fputs("app_http_requests_total{", out);
                labels_write(out, s->routes, i);
                fprintf(out, ",code=\"%dxx\"} %ld\n", digit, n);
            }
        }
    }
}

static void durations_write(FILE *out, const app_server *s)
{
    const app_metrics *m = &s->metrics;
    fputs("# HELP app_http_request_duration_seconds From a request's first line to its answer.\n"
          "# TYPE app_http_request_duration_seconds histogram\n",
          out);
    for (int i = 0; i < APP_METRICS_ROUTES; i++) {
        const app_route_metrics *r = &m->routes[i];
        long total = route_count(r), below = 0;
        for (int b = 0; total && b < APP_METRICS_BUCKETS; b++) {
            below += atomic_load(&r->bucket[b]);
            fputs("app_http_request_duration_seconds_bucket{", out);
            labels_write(out, s->routes, i);
            fprintf(out, ",le=\"%g\"} %ld\n", bounds[b], below);
        }
        if (total) {
            fputs("app_http_request_duration_seconds_bucket{", out);
            labels_write(out, s->routes, i);
            fprintf(out, ",le=\"+Inf\"} %ld\napp_http_request_duration_seconds_sum{", total);
            labels_write(out, s->routes, i);
            fprintf(out, "} %.6f\napp_http_request_duration_seconds_count{",
                    (double)atomic_load(&r->total_us) / 1e6);
            labels_write(out, s->routes, i);
            fprintf(out, "} %ld\n", total);
        }
    }
}

static void numbers_write(FILE *out, app_server *s)
{
    const app_metrics *m = &s->metrics;
    const struct {
        const char *name, *labels, *type, *help;
        double value;
    } numbers[] = {
        {"app_logins_total", "{result=\"good\"}", "counter", "Sign-ins.",
         (double)atomic_load(&m->logins_good)},
        {"app_logins_total", "{result=\"bad\"}", NULL, NULL, (double)atomic_load(&m->logins_bad)},
        {"app_upload_rows_total", "{result=\"accepted\"}", "counter", "Rows of uploads.",
         (double)atomic_load(&m->rows_accepted)},
        {"app_upload_rows_total", "{result=\"rejected\"}", NULL, NULL,
         (double)atomic_load(&m->rows_rejected)},
        {"app_upload_jobs_total", "{result=\"done\"}", "counter", "Uploads worked through.",
         (double)atomic_load(&m->jobs_done)},
        {"app_upload_jobs_total", "{result=\"failed\"}", NULL, NULL,
         (double)atomic_load(&m->jobs_failed)},
        {"app_database_connects_total", "{result=\"good\"}", "counter",
         "Connections made to the database.", (double)atomic_load(&m->connects)},
        {"app_database_connects_total", "{result=\"failed\"}", NULL, NULL,
         (double)atomic_load(&m->connects_failed)},
        {"app_http_connections", "", "gauge", "HTTP connections that are open.",
         (double)atomic_load(&m->connections)},
        {"app_http_timeouts_total", "", "counter", "HTTP connections ended at their deadline.",
         (double)atomic_load(&m->timeouts)},
        {"app_http_in_flight", "", "gauge", "Requests begun and not answered.",
         (double)atomic_load(&s->in_flight)},
        {"app_http_body_bytes", "", "gauge", "Bytes of request bodies in memory.",
         (double)atomic_load(&s->buffered)},
        {"app_migrations", "", "gauge", "Migrations that the program was built with.",
         (double)inboard_migrations.n_migrations},
        {"app_uptime_seconds", "", "gauge", "Since it began to listen.",
         (double)(app_now_us() - m->started_us) / 1e6},
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        if (numbers[i].type) {
            fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", numbers[i].name, numbers[i].help,
                    numbers[i].name, numbers[i].type);
        }
        fprintf(out, "%s%s %.15g\n", numbers[i].name, numbers[i].labels, numbers[i].value);
    }
}

void app_api_metrics(app_request *r)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out) {
        app_problem(r, APP_PROBLEM_UNAVAILABLE, "no memory");
        return;
    }
    requests_write(out, r->server);
    durations_write(out, r->server);
    numbers_write(out, r->server);
    /* Where there is no memory for the buffer, closing may be fine all the same. */
    bool failed = ferror(out) != 0;
    failed = fclose(out) != 0 || failed || !n;
    if (failed) {
        free(text);
        app_problem(r, APP_PROBLEM_UNAVAILABLE, "no memory");
        return;
    }
    app_answer_text(r, 200, "text/plain; version=0.0.4; charset=utf-8", text, n);
}
