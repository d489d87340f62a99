/* Prisma's checksum of a migration: SHA-256 over its bytes, whatever its line endings are. */
#ifndef INB_TABLE_CHECKSUM_H
#define INB_TABLE_CHECKSUM_H

#include "util/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Of the bytes as they are, with each CRLF made LF, and with each LF made CRLF. */
typedef enum inb__checksum_kind {
    INB__CHECKSUM_AS_IS,
    INB__CHECKSUM_LF,
    INB__CHECKSUM_CRLF,
    INB__CHECKSUMS
} inb__checksum_kind;

/* All of them, in one pass. */
void inb__checksums_of(uint8_t out[INB__CHECKSUMS][32], inb__str sql);

/*
 * Whether a stored checksum is one of them, in hexadecimal digits. A stored text of another length
 * than 64 is compared as old releases of Prisma wrote it, without padding.
 */
bool inb__checksums_have(const uint8_t sums[INB__CHECKSUMS][32], inb__str stored);

#endif
