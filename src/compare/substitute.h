/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of one settlement put in the place of another's: measures, tables of months, and what a run
 * was told, under a contract that may number areas and cohorts otherwise. What the contract does
 * not have is left out. */
#ifndef PBR_COMPARE_SUBSTITUTE_H
#define PBR_COMPARE_SUBSTITUTE_H

#include "settle/settlement.h"

struct pbr_counted_list; /* measure/counted.h */

typedef struct {
    const pbr_contract *contract; /* by which the measures number areas and cohorts */
    const pbr_measures *measures;
} pbr_measured;

/* Of each area, cohort and group the measure of the last layer that has it; years and pools are
 * summed anew. Problems go to diag. Free with pbr_measures_free. */
pbr_measures *pbr_measures_layered(const pbr_contract *contract, pbr_date as_at,
                                   const pbr_measured *layers, size_t count, pbr_diag *diag);

/* How the starts that count in an area and cohort differ between two measurings. */
typedef struct {
    size_t area, cohort;
    bool control;
    int64_t both,
        changed; /* counted in both; of these, with another score or number of reoffences */
    int64_t joined, left;
} pbr_people;

/* One measuring of extracts: the sums, and the starts that count. */
typedef struct {
    const pbr_measures *measures;
    const struct pbr_counted_list *counted;
} pbr_measured_starts;

/* The old measures with the new data of those whom both count, and as ripe as these are. A person's
 * first start that counts in a cohort is the same start in both, and so on. people gets a row an
 * area, cohort and group that either list has; owned by arena. */
pbr_measures *pbr_measures_of_both(const pbr_contract *contract, pbr_date as_at,
                                   const pbr_measured_starts *old, const pbr_measured_starts *now,
                                   pbr_people **people, size_t *people_count, pbr_arena *arena,
                                   pbr_diag *diag);

/* The options under another contract's numbering; what they borrow must outlive the result. */
pbr_settle_options pbr_options_under(const pbr_settle_options *options, const pbr_contract *from,
                                     const pbr_contract *to, pbr_arena *arena);
/* Puts volumes and service levels of `new`, which are numbered alike, in place of those that the
 * options have of the same area and month. */
void pbr_options_take_months(pbr_settle_options *options, const pbr_settle_options *new,
                             pbr_arena *arena);

#endif
