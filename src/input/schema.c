/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/schema.h"

size_t pbr_schema_column(const pbr_schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->count; i++)
        if (strcmp(schema->columns[i].name, name) == 0) return i;
    return (size_t)-1;
}
