/* Makes the database of a URL where there is none yet. */
#ifndef INB_LIVE_MAKE_DATABASE_H
#define INB_LIVE_MAKE_DATABASE_H

#include "pg/pg.h"

/*
 * *made_out: whether it was this call that made it; another process may have been first. It is made
 * from the server's database "postgres", or "template1". INB_EPERM: the role may not, and the hint
 * names the right. Other errors are those of connecting, which the options say how to.
 */
int inb__database_make(bool *made_out, const inb_conn_options *options, inb_error **err)
    __attribute__((warn_unused_result));

#endif
