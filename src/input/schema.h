/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the columns of a CSV are. One description serves the reader, the messages and the published
 * Table Schema. */
#ifndef PBR_INPUT_SCHEMA_H
#define PBR_INPUT_SCHEMA_H

#include "base/text.h"

#include <stdint.h>

typedef enum {
    PBR_TEXT,
    PBR_DATE,
    PBR_COUNT,   /* whole number from 0 */
    PBR_DECIMAL, /* plain decimal */
    PBR_SIGNED,  /* decimal of either sign */
    PBR_PENCE    /* whole number of either sign */
} pbr_column_kind;

typedef struct {
    const char *name;
    pbr_column_kind kind;
    enum {
        PBR_REQUIRED,  /* the column must be there and no cell may be blank */
        PBR_BLANKABLE, /* the column must be there; a cell may be blank */
        PBR_OPTIONAL   /* the column may be missing */
    } presence;
    const char *description, *unit, *example;
    int places;               /* decimals: the most it may have */
    const char *least, *most; /* decimals and counts; NULL: no limit */
    bool personal;            /* tells persons apart: masked in messages */
    const char *const *words; /* closed list, NULL-terminated; NULL: any */
} pbr_column;

typedef struct {
    const char *name; /* "cohort" */
    const char *file; /* "cohort.csv" */
    const char *title;
    const pbr_column *columns;
    size_t count;
    const char *key; /* column names that make a row unique, comma-separated; NULL: none */
} pbr_schema;

size_t pbr_schema_column(const pbr_schema *schema, const char *name); /* or (size_t)-1 */

#endif
