/* The parts of the server's state that every file of it reads: its clock and its end. */
#include "config.h"

#include "app/server.h"

#include <stdio.h>
#include <time.h>

int64_t app_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool app_server_cut_short(void *server)
{
    return atomic_load(&((app_server *)server)->cut_short);
}

void app_request_number(char out[APP_NUMBER_BYTES])
{
    static atomic_ullong counter;
    snprintf(out, APP_NUMBER_BYTES, "%08x%08llx", (unsigned)time(NULL),
             (unsigned long long)(atomic_fetch_add(&counter, 1) & 0xffffffff));
}
