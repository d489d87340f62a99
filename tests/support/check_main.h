/* Runs a Check suite and prints TAP, one line a test, as automake's TAP driver reads it. */
#ifndef INB_TESTS_CHECK_MAIN_H
#define INB_TESTS_CHECK_MAIN_H

#include <check.h>
#include <stdlib.h>

/* Check ends a test after 4 seconds, which a slow machine needs for what is done in a blink
 * elsewhere. This is for what hangs. */
__attribute__((constructor)) static void inb_check_patience(void)
{
    setenv("CK_DEFAULT_TIMEOUT", "300", 0);
}

static inline int inb_check_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    srunner_free(runner);
    return EXIT_SUCCESS;
}

#endif
