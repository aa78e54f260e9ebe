/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbered notes of a workbook: how to read it, and what its terms choose. */
#ifndef PBR_REPORT_NOTES_H
#define PBR_REPORT_NOTES_H

#include "report/scope.h"

/* Adds the sentences in order; they are static or owned by the scope's arena. */
void pbr_notes(const pbr_scope *scope, pbr_list *notes);

#endif
