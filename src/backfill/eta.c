/* The rate of a backfill, weighted towards the last half minute, and what is left at that rate. */
#include "config.h"

#include "backfill/eta.h"

#define WINDOW_US 30e6
#define LEAST_US 500000 /* between two readings that count */

void inb__eta_tell(inb__eta *eta, int64_t at_us, int64_t held_us, int64_t looked)
{
    if (eta->at_us == 0 || looked < eta->looked || held_us < eta->held_us) {
        *eta = (inb__eta){at_us, held_us, looked, 0, 0};
        return;
    }
    int64_t us = at_us - eta->at_us - (held_us - eta->held_us);
    if (us < LEAST_US) {
        return;
    }
    double rate = (double)(looked - eta->looked) * 1e6 / (double)us;
    double weight = eta->weight_us + (double)us;
    weight = weight < WINDOW_US ? weight : WINDOW_US;
    double part = (double)us < weight ? (double)us / weight : 1;
    *eta = (inb__eta){at_us, held_us, looked, eta->rate + (rate - eta->rate) * part, weight};
}

int64_t inb__eta_left_ms(const inb__eta *eta, int64_t estimate)
{
    if (estimate < 0 || eta->rate <= 0) {
        return -1;
    }
    int64_t left = estimate - eta->looked;
    return left > 0 ? (int64_t)((double)left * 1000 / eta->rate) : 0;
}
