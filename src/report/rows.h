/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of a sheet as libxlsxwriter writes them between <sheetData> and </sheetData>, byte for
 * byte, without its calls of printf, which take two thirds of the time of writing a workbook. */
#ifndef PBR_REPORT_ROWS_H
#define PBR_REPORT_ROWS_H

#include "base/bytes.h"

#include <stdbool.h>

struct lxw_worksheet;

/* Numbers, texts, formulas with their results, blank cells with a format; rows with a height. False
 * if the sheet has anything else in it, which no workbook of this program has. Formats are numbered
 * as they are met, as the library does it. */
bool pbr_rows_put(pbr_bytes *out, struct lxw_worksheet *sheet);

#endif
