/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The difference between two settlements as a workbook: summary, figures, counts, terms, inputs. */
#ifndef PBR_REPORT_DIFFERENCE_BOOK_H
#define PBR_REPORT_DIFFERENCE_BOOK_H

#include "compare/difference.h"

/* Writes it to path. False, with the problem in diag, if it was not written. */
bool pbr_difference_book(const char *path, const pbr_difference *difference, pbr_diag *diag);

#endif
