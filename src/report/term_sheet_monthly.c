/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines that are paid by the month. */
#include "report/term_sheet_parts.h"

#include <string.h>

static const char *column(pbr_teller *t, const char *name, pbr_amount_unit unit)
{
    return pbr_words_column(t, name, unit, false);
}

static void tell_price(pbr_teller *t, const pbr_line *line)
{
    const char *discount = line->discount
                               ? pbr_arena_printf(t->arena, ", less a discount of %s",
                                                  column(t, line->discount, PBR_OF_PERCENT))
                               : "";
    const char *index =
        line->index ? pbr_arena_printf(t->arena,
                                       ", times the index %s of the contract year over that of %s",
                                       line->index, line->index_base)
                    : "";
    pbr_tell(t, 1, "-", &line->from, "The annual price is %s%s%s.",
             column(t, line->price, PBR_OF_MONEY), discount, index);
}

static void tell_index(pbr_teller *t, const pbr_line *line)
{
    const char *text = NULL;
    pbr_text_set from = {0};
    for (size_t i = 0; line->index && i < t->contract->indices_count; i++) {
        const pbr_index *row = &t->contract->indices[i];
        if (strcmp(row->series, line->index) != 0) continue;
        text = pbr_arena_printf(t->arena, "%s%s%s in %s", text ? text : "", text ? ", " : "",
                                pbr_words_decimal(t, row->value), row->contract_year);
        pbr_text_set_add_from(t, &from, &row->source);
    }
    if (text)
        pbr_tell_from(t, 2, "-", pbr_words_from(t, &from), "The index %s is %s.", line->index,
                      text);
}

static void tell_split_year(pbr_teller *t, const pbr_line *line)
{
    pbr_tell(t, 1, "-", &line->from,
             "Where the rules change inside a contract year, each version has the months on whose "
             "first day it is in force, and as many twelfths of its annual price.");
}

static void tell_fee(pbr_teller *t, const pbr_line *line)
{
    static const char *const residues[] = {
        [PBR_RESIDUE_FIRST] = "first instalment",
        [PBR_RESIDUE_LAST] = "last instalment",
    };
    tell_price(t, line);
    tell_index(t, line);
    pbr_tell(t, 1, "-", &line->from,
             "Each month has a twelfth, cut down to the penny; the %s takes the pennies left over, "
             "so that the instalments sum to the annual price.",
             residues[line->residue]);
    tell_split_year(t, line);
}

static void tell_weights(pbr_teller *t, const pbr_line *line)
{
    for (unsigned i = 0; i < line->weights_count; i++)
        pbr_tell(t, 2, "-", &line->from, "A start of type %s in band %s counts for %s.",
                 line->weights[i].type, line->weights[i].band, line->weights[i].weight);
}

static void tell_volume(pbr_teller *t, const pbr_line *line)
{
    tell_price(t, line);
    tell_index(t, line);
    pbr_tell(t, 1, "-", &line->from,
             "At the end of the contract year the weighted starts are held against a band that "
             "begins at %s and ends at %s. Inside it nothing is paid or deducted.",
             column(t, line->band_low, PBR_OF_STARTS), column(t, line->band_high, PBR_OF_STARTS));
    tell_weights(t, line);
    pbr_tell(t, 1, "-", &line->from,
             "Outside it %s of the annual price is paid for the part by which the starts lie above "
             "the band, and deducted for that below: the distance to the nearest end of the band "
             "over %s.",
             column(t, line->marginal, PBR_OF_PERCENT),
             line->divisor == PBR_OF_EDGE ? "that end" : "the predicted volume");
    pbr_tell(t, 1, "-", &line->from, "The predicted volume is %s.",
             column(t, line->predicted, PBR_OF_STARTS));
    tell_split_year(t, line);
}

static void tell_scale(pbr_teller *t, const pbr_line *line)
{
    for (unsigned i = 0; i < line->scale_count; i++)
        pbr_tell(t, 2, "-", &line->from,
                 "Below %s percent: %s percent of a twelfth of the annual price.",
                 line->scale[i].below, line->scale[i].deduct);
}

static void tell_credit(pbr_teller *t, const pbr_line *line)
{
    pbr_tell(t, 1, "-", &line->from,
             "The measure %s is to reach %s percent of its cases in each month. A month that falls "
             "short costs the lowest step that it falls below, and no other; a month without cases "
             "costs nothing.",
             line->measure, line->target);
    tell_scale(t, line);
    tell_price(t, line);
    tell_index(t, line);
}

void pbr_tell_monthly(pbr_teller *t, const pbr_line *line)
{
    static void (*const kinds[])(pbr_teller *, const pbr_line *) = {
        [PBR_FEE] = tell_fee, [PBR_VOLUME] = tell_volume, [PBR_CREDIT] = tell_credit};
    kinds[line->kind](t, line);
}
