#include "config.h"

#include "inboard.h"

const char *inb_version(void)
{
    return INB_VERSION;
}
