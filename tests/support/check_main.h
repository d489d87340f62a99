/* Runs a Check suite and prints TAP, one line a test, as automake's TAP driver reads it. */
#ifndef INB_TESTS_CHECK_MAIN_H
#define INB_TESTS_CHECK_MAIN_H

#include <check.h>
#include <stdlib.h>

static inline int inb_check_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    srunner_free(runner);
    return EXIT_SUCCESS;
}

#endif
