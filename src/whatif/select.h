/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a path of a scenario names in a contract: a term of its rules, or numbers of its tables.
 *
 *   lines.binary.test.level           a term, in every version of the rules that states it; it may
 *                                     be written with "rules." before it
 *   prices[C02,2015/16].binary_price  cells of a table; * stands for all, and so does a key at the
 *                                     end that is left out
 *   baselines[*,Q4,binary].rate       keys: area, cohort, metric, year
 *   steps[savings,10].value           table, at_least
 *   indices[cpi,2016/17].value        series, contract year
 */
#ifndef PBR_WHATIF_SELECT_H
#define PBR_WHATIF_SELECT_H

#include "contract/vary.h"
#include "whatif/scenario.h"

typedef struct {
    const char *path, *file; /* as written; "rules/2015-award.yaml", "prices.csv" */
    size_t *rules;           /* of a term: the versions that state it */
    size_t rules_count;
    size_t *numbers; /* of a table: indexes among pbr_contract_numbers */
    size_t numbers_count;
    pbr_term_shape shape;        /* of a term; of a number PBR_TERM_TEXT */
    const char *was;             /* its value now; "400 to 1200" where there are several */
    const char *clause, *source; /* "several" where they differ */
    pbr_status status;
} pbr_selection;

/* Finds it; ids of entries, which cannot be changed, are refused. False, reported at the
 * place with what comes near, where it names nothing. Everything is owned by the arena. rules may
 * be NULL. */
bool pbr_select(const pbr_contract *contract, const char *path, const char *rules, pbr_place place,
                pbr_arena *arena, pbr_selection *out, pbr_diag *diag);
/* Its value in a contract of the same rows, as `was` tells it. */
const char *pbr_selection_text(const pbr_selection *selection, const pbr_contract *contract,
                               pbr_arena *arena);
/* What a number becomes. */
void pbr_operate(pbr_operation how, mpq_t value, const mpq_t operand);
/* Changes it in a copy of that contract. False, reported, where the value is of the wrong kind. A
 * count that comes out in parts is rounded half to even, a decimal term keeps 15 decimals. The
 * terms must be checked together afterwards. */
bool pbr_selection_apply(const pbr_selection *selection, pbr_contract *copy, pbr_operation how,
                         const char *value, pbr_place place, pbr_diag *diag);

#endif
