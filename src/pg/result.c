/* Values of a result. */
#include "config.h"

#include "pg/internal.h"
#include "util/alloc.h"

#include <stdlib.h>
#include <string.h>

void inb_result_free(inb_result *result)
{
    if (result) {
        PQclear(result->pg);
        inb__free(result);
    }
}

bool inb__result_good(const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        return true;
    default:
        return false;
    }
}

bool inb__result_is_copy(const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        return true;
    default:
        return false;
    }
}

int inb_result_rows(const inb_result *result)
{
    return result ? PQntuples(result->pg) : 0;
}

static bool cell_exists(const inb_result *result, int row, int column)
{
    return result && row >= 0 && column >= 0 && row < PQntuples(result->pg) &&
           column < PQnfields(result->pg);
}

const char *inb_result_value(const inb_result *result, int row, int column)
{
    if (!cell_exists(result, row, column) || PQgetisnull(result->pg, row, column)) {
        return NULL;
    }
    return PQgetvalue(result->pg, row, column);
}

size_t inb_result_length(const inb_result *result, int row, int column)
{
    return cell_exists(result, row, column) ? (size_t)PQgetlength(result->pg, row, column) : 0;
}

int64_t inb_result_affected(const inb_result *result)
{
    return result ? strtoll(PQcmdTuples(result->pg), NULL, 10) : 0;
}

const char *inb__result_tag(const inb_result *result)
{
    return result ? PQcmdStatus(result->pg) : "";
}
