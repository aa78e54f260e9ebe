/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PBR_VERIFY_SAME_TABLE_H
#define PBR_VERIFY_SAME_TABLE_H

#include "verify/difference.h"

/* Compares two CSV files cell by cell, columns by name. With the names of the columns that tell
 * rows apart ("cpa,cohort,line"; NULL: none) rows are found by them and places are called
 * C02/2015Q4/binary/due_pence; else they are compared in order and called by line and column. After
 * a semicolon a key may name the column that tells rows of one name apart
 * ("cpa,cohort,line;payee"): where a name comes more than once, places are called
 * C02/2015Q4/binary/due_pence/PAYEE. False if either cannot be read as a table. */
bool pbr_same_table(const char *recorded, const char *now, const char *key,
                    pbr_file_differences *out);

#endif
