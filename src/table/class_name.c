/* Names of migration classes and table lock modes. */
#include "config.h"

#include "inboard/table.h"

const char *inb_class_name(inb_class cls)
{
    switch (cls) {
    case INB_CLASS_ADDITIVE:
        return "additive";
    case INB_CLASS_BLOCKING:
        return "blocking";
    case INB_CLASS_CONTRACTING:
        return "contracting";
    }
    return "";
}
