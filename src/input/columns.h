/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of column that many schemas have, for their tables of columns. */
#ifndef PBR_INPUT_COLUMNS_H
#define PBR_INPUT_COLUMNS_H

#include "input/schema.h"

#define PBR_SCHEMA_COLUMNS(list) .columns = list, .count = sizeof(list) / sizeof(list)[0]
#define PBR_TEXT_COLUMN(column, words, shown)                                                      \
    {                                                                                              \
        .name = column, .description = words, .example = shown                                     \
    }
#define PBR_MAYBE_TEXT_COLUMN(column, words, shown)                                                \
    {                                                                                              \
        .name = column, .presence = PBR_BLANKABLE, .description = words, .example = shown          \
    }
#define PBR_PENCE_COLUMN(column, words)                                                            \
    {                                                                                              \
        .name = column, .kind = PBR_PENCE, .description = words, .unit = "pence",                  \
        .example = "1234567"                                                                       \
    }

#endif
