/* How fast a backfill goes and how long it will still take, with its holds left out. Pure. */
#ifndef INB_BACKFILL_ETA_H
#define INB_BACKFILL_ETA_H

#include <stdint.h>

typedef struct inb__eta {
    int64_t at_us, held_us, looked; /* when it was told last; at_us 0: never */
    double rate;                    /* keys a second, in the time that was not held */
    double weight_us;               /* how much time the rate rests on, at most a window of it */
} inb__eta;

/* So many keys were looked at by now; held_us of the time it held. A count that falls begins anew.
 */
void inb__eta_tell(inb__eta *eta, int64_t at_us, int64_t held_us, int64_t looked);

/* Milliseconds until all of the estimate was looked at, -1: unknown. */
int64_t inb__eta_left_ms(const inb__eta *eta, int64_t estimate);

#endif
