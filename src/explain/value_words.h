/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values and formulas of nodes in words. Texts belong to the explainer's arena. */
#ifndef PBR_EXPLAIN_VALUE_WORDS_H
#define PBR_EXPLAIN_VALUE_WORDS_H

#include "explain/explainer.h"

/* Rounded for people, with its unit: "48.5%", "£4,600.12", "1.15". */
const char *pbr_value_words(pbr_explainer *e, const pbr_node *node);
/* The exact ratio "a/b", where the words round it; else NULL. */
const char *pbr_value_ratio(pbr_explainer *e, const pbr_node *node);
/* The formula with the titles of what goes into it, and with their values; branches not taken are
 * left out. Either may be long. NULL where there is no formula, or it is a sum that speaks for
 * itself. */
const char *pbr_formula_titles(pbr_explainer *e, const pbr_node *node);
const char *pbr_formula_numbers(pbr_explainer *e, const pbr_node *node);
/* "Rate as compared < Lower limit" and "48.5% < 52%"; the second is NULL where it says nothing. */
const char *pbr_condition_titles(pbr_explainer *e, const pbr_node *node, size_t condition);
const char *pbr_condition_numbers(pbr_explainer *e, const pbr_node *node, size_t condition);

/* Area, cohort, line or payee, and settlement, of a figure. */
const char *pbr_figure_words(pbr_explainer *e, const pbr_figure *figure);

#endif
