/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One side of a comparison: a contract as changed, the measures it is applied to, and the
 * settlement that follows. */
#ifndef PBR_WHATIF_SIDE_H
#define PBR_WHATIF_SIDE_H

#include "compare/terms.h"
#include "settle/again.h"
#include "whatif/scenario.h"

typedef struct {
    pbr_contract *contract;   /* a copy of its own; NULL: nothing was changed */
    pbr_measures *measures;   /* of its own, where measured again; or NULL */
    pbr_settlement *own;      /* NULL: the base's */
    pbr_settled settled;      /* what is settled on this side; borrowed from above or the base */
    pbr_term_change *changes; /* what was changed, in the order of the file; owned by the arena */
    size_t changes_count;
    pbr_place place; /* in the scenario file */
    bool counting;   /* a term that says who counts has changed: measures must be taken again */
} pbr_side;

/* Applies the changes of a side to a copy of the base's contract and checks that it holds together.
 * earlier: for
 * each of its baselines the settlement that they are taken from, NULL for others. False, with
 * problems in diag at their places of the scenario file. Does not settle. Free it in
 * any case. */
bool pbr_side_change(pbr_side *side, const pbr_settled *base, const pbr_scenario *scenario,
                     bool instead, const pbr_settled *const *earlier, pbr_arena *arena,
                     pbr_diag *diag);
/* Settles it with measures (owned by the caller or by side->measures). */
bool pbr_side_settle(pbr_side *side, const pbr_settled *base, const pbr_measures *measures,
                     pbr_diag *diag);
void pbr_side_free(pbr_side *side);

#endif
