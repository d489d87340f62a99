/* The version of the running library. */
#include "config.h"

#include "inboard/version.h"

const char *inb_version(void)
{
    return INB_VERSION_STRING;
}

int inb_version_number(void)
{
    return INB_VERSION_NUMBER;
}
