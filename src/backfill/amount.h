/* Bytes and times as people read them: "64 MB", "1.5 GB", "10 s", "2 min". */
#ifndef INB_BACKFILL_AMOUNT_H
#define INB_BACKFILL_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct inb__amount_text {
    char text[32];
} inb__amount_text;

/* Units are those of PostgreSQL: kB is 1024 bytes. */
inb__amount_text inb__amount_bytes(int64_t bytes);
inb__amount_text inb__amount_ms(int64_t ms);
/* Reads "64MB", "64 MB", "1.5GB", "100": bytes. False: it is no such text. */
bool inb__amount_bytes_parse(int64_t *out, const char *text);
/* With a space between thousands: "12 345 678". */
inb__amount_text inb__amount_count(int64_t n);

#endif
