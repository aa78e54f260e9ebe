/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which workings a workbook shows, and what they rest on. Parts of pbr_scope_new. */
#ifndef PBR_REPORT_SCOPE_WORKINGS_H
#define PBR_REPORT_SCOPE_WORKINGS_H

#include "report/scope.h"

/* Fills scope->shown: what is covered, and all that stands under a cap over one of the areas. */
void pbr_scope_show(pbr_scope *scope, const bool *areas);
/* Marks the rows of the contract's baselines that workings read. */
void pbr_scope_mark_baselines(const pbr_scope *scope, bool *used);
/* Adds the versions that workings and caps follow. */
void pbr_scope_add_rules(const pbr_scope *scope, pbr_list *used);
/* Adds the prices that workings and caps read and no payment of the workbook names. */
void pbr_scope_add_prices(pbr_scope *scope);
/* Fills scope->measured: of everybody, all measures. */
void pbr_scope_take_measures(pbr_scope *scope);
/* The version that a cap belongs to. */
const pbr_rules *pbr_scope_rules_of_cap(const pbr_scope *scope, const pbr_cap *cap);

#endif
