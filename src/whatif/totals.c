/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/totals.h"

#include <stdlib.h>
#include <string.h>

/* Where a name stands in the list, or would stand. */
static size_t place_of(const pbr_payees *payees, const char *name)
{
    size_t low = 0, high = payees->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(payees->names[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_there(const pbr_payees *payees, size_t place, const char *name)
{
    return place < payees->count && strcmp(payees->names[place], name) == 0;
}

void pbr_payees_add_name(pbr_payees *payees, const char *name)
{
    size_t place = place_of(payees, name);
    if (is_there(payees, place, name)) return;
    payees->names =
        pbr_grow(payees->names, &payees->room, payees->count + 1, sizeof *payees->names);
    memmove(payees->names + place + 1, payees->names + place,
            (payees->count - place) * sizeof *payees->names);
    payees->names[place] = name;
    payees->count++;
}

void pbr_payees_add(pbr_payees *payees, const pbr_settlement *settlement)
{
    for (size_t i = 0; i < settlement->payments_count; i++)
        pbr_payees_add_name(payees, settlement->payments[i].payee);
}

void pbr_payees_free(pbr_payees *payees)
{
    free(payees->names);
    *payees = (pbr_payees){0};
}

void pbr_totals_init(pbr_totals *totals, size_t areas, size_t payees, pbr_arena *arena)
{
    *totals = (pbr_totals){
        .area_pence = pbr_arena_alloc(arena, (areas + 1) * sizeof *totals->area_pence),
        .payee_pence = pbr_arena_alloc(arena, (payees + 1) * sizeof *totals->payee_pence),
    };
}

static bool add_payment(pbr_totals *totals, const pbr_payment *payment, const pbr_payees *payees)
{
    size_t place = place_of(payees, payment->payee);
    return is_there(payees, place, payment->payee) &&
           pbr_pence_add(&totals->payee_pence[place], payment->due_pence) &&
           pbr_pence_add(&totals->area_pence[payment->area], payment->due_pence) &&
           pbr_pence_add(&totals->total_pence, payment->due_pence);
}

bool pbr_totals_of(pbr_totals *totals, const pbr_settlement *settlement, const pbr_payees *payees)
{
    size_t areas = settlement->contract->areas_count;
    memset(totals->area_pence, 0, areas * sizeof *totals->area_pence);
    memset(totals->payee_pence, 0, payees->count * sizeof *totals->payee_pence);
    memset(totals->verdicts, 0, sizeof totals->verdicts);
    totals->total_pence = 0;
    totals->terminate = 0;
    for (size_t i = 0; i < settlement->results_count; i++) {
        totals->verdicts[settlement->results[i].verdict]++;
        totals->terminate += settlement->results[i].terminate;
    }
    for (size_t i = 0; i < settlement->payments_count; i++)
        if (!add_payment(totals, &settlement->payments[i], payees)) return false;
    return true;
}
