/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notes on the lines of a version of the rules: what they pay, and what stops or caps them. */
#ifndef PBR_REPORT_NOTE_LINES_H
#define PBR_REPORT_NOTE_LINES_H

#include "report/scope.h"

/* Each adds its sentences, which belong to the scope's arena, once. */
void pbr_note_lines(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes);
void pbr_note_hurdles(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes);
void pbr_note_caps(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes);

#endif
