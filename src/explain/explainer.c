/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/maker.h"

#include <stdlib.h>
#include <string.h>

pbr_explainer *pbr_explainer_new(const pbr_explained *explained)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_explainer *e = pbr_arena_alloc(arena, sizeof *e);
    *e = (pbr_explainer){.given = *explained,
                         .workings = explained->workings,
                         .settlement = explained->workings->settlement,
                         .contract = explained->workings->settlement->contract,
                         .names = pbr_idmap_new(),
                         .arena = arena};
    return e;
}

void pbr_explainer_free(pbr_explainer *e)
{
    if (!e) return;
    free(e->nodes);
    pbr_idmap_free(e->names);
    pbr_arena_free(e->arena);
}

pbr_arena *pbr_explainer_arena(const pbr_explainer *e)
{
    return e->arena;
}

/* A step or result goes before a cell of the payment: they agree where both have the name. */
pbr_node *pbr_explain_figure(pbr_explainer *e, const pbr_figure *figure)
{
    static const char *const paid[] = {"computed_pence", "clause", "rules"};
    if (figure->of_balance) return pbr_balance_figure(e, figure->payee, figure->field);
    if (figure->step) return figure->step;
    pbr_node *node = NULL;
    bool of_payment = figure->payee != NULL;
    for (size_t i = 0; i < sizeof paid / sizeof *paid; i++)
        of_payment |= strcmp(figure->field, paid[i]) == 0;
    if (of_payment) node = pbr_payment_figure(e, figure);
    if (!node && !figure->payee) node = pbr_result_figure(e, figure);
    return node ? node : pbr_payment_figure(e, figure);
}
