/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract told back in plain words, to be held beside the signed paper: parties and period, then
 * for each version of the rules who is measured, what, what it pays, what caps it and who is paid;
 * then what is illustrative, and which clauses are cited. Each statement ends with its clause and
 * status in brackets. No line is longer than 78 characters. */
#ifndef PBR_REPORT_TERM_SHEET_H
#define PBR_REPORT_TERM_SHEET_H

#include "contract/contract.h"

#include <stdio.h>

void pbr_term_sheet_print(const pbr_contract *contract, FILE *out);

#endif
