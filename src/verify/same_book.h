/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PBR_VERIFY_SAME_BOOK_H
#define PBR_VERIFY_SAME_BOOK_H

#include "verify/difference.h"

/* Compares two workbooks sheet by sheet and cell by cell: first the values that they store, then
 * the formulas; numbers to 15 digits, since another program that saves a workbook spells them anew.
 * A workbook that cannot be read is one difference, which says what is damaged. */
void pbr_same_book(const char *recorded, const char *now, pbr_file_differences *out);

#endif
