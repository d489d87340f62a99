/* The modes that neither migrate nor serve: each returns the program's exit status. */
#ifndef APP_MODES_H
#define APP_MODES_H

#include "app/settings.h"

/* cmd_status.c */
int app_run_check_schema(const app_settings *s);
int app_run_status(const app_settings *s);

/* cmd_backfill.c */
int app_run_backfill(const app_settings *s);

/* cmd_seal.c */
int app_run_seal(const app_settings *s);
int app_run_rotate_keys(const app_settings *s);

#endif
