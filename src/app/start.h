/* Start-up: migrate, then the gates that must hold before the service listens. */
#ifndef APP_START_H
#define APP_START_H

#include "app/program.h"

int app_migrate(const app_settings *s, inb_error **err);

/* Opens every sealed value, then runs the smoke checks in a transaction that is rolled back. */
int app_gates(const app_settings *s, const inb_keyring *keyring, inb_error **err);

#endif
