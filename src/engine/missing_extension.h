/*
 * A migration is applied with the schema of the URL as its path, so that it cannot reach into
 * another tenant's: what an extension in another schema has is not found by its name alone. Then
 * the error says where it is.
 */
#ifndef INB_ENGINE_MISSING_EXTENSION_H
#define INB_ENGINE_MISSING_EXTENSION_H

#include "engine/run.h"

/* Gives an error about a type, function or operator class its hint, when an extension in a schema
 * that is not searched has one of that name. */
void inb__missing_extension_name(inb__run *run, inb_error **err);

#endif
