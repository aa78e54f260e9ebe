/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/put_back.h"

#include "base/mem.h"

#include <string.h>

#define EXCLUDED "excluded"
#define UNMEASURABLE "unmeasurable"
#define TRANSFERRED "transferred"

struct lister {
    pbr_put_back *items;
    size_t count, room;
};

static void list_rule(struct lister *l, const char *stage, const char *reason)
{
    for (size_t i = 0; i < l->count; i++)
        if (!strcmp(l->items[i].stage, stage) && !strcmp(l->items[i].reason, reason)) return;
    l->items = pbr_grow(l->items, &l->room, l->count + 1, sizeof *l->items);
    l->items[l->count++] = (pbr_put_back){.stage = stage, .reason = reason};
}

static bool leaves_transferred_out(const pbr_terms *terms)
{
    return terms->transferred.treatment == PBR_EXCLUDE ||
           terms->transferred.treatment == PBR_EXCLUDE_UNLESS_REOFFENDED;
}

size_t pbr_put_backs_list(const pbr_contract *contract, pbr_put_back **out)
{
    struct lister l = {0};
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        for (unsigned k = 0; k < terms->exclude_count; k++)
            list_rule(&l, EXCLUDED, terms->exclude[k].id);
        if (leaves_transferred_out(terms)) list_rule(&l, EXCLUDED, TRANSFERRED);
        for (unsigned k = 0; k < terms->unmeasurable_count; k++)
            list_rule(&l, UNMEASURABLE, terms->unmeasurable[k].id);
    }
    *out = l.items;
    return l.count;
}

static bool is_rule(const pbr_filter *filters, uint8_t number, const char *id)
{
    return number && strcmp(filters[number - 1].id, id) == 0;
}

static void judge_again(pbr_ruling *judged, const pbr_terms *terms, const pbr_put_back *rule)
{
    if (strcmp(rule->stage, UNMEASURABLE) == 0) {
        if (is_rule(terms->unmeasurable, judged->unmeasurable, rule->reason))
            judged->unmeasurable = judged->unmeasurable_next;
    } else if (is_rule(terms->exclude, judged->excluded, rule->reason))
        judged->excluded = judged->excluded_next;
    else if (strcmp(rule->reason, TRANSFERRED) == 0 && leaves_transferred_out(terms))
        judged->transferred = false;
}

void pbr_put_back_judge(pbr_class *classes, size_t count, size_t kinds,
                        const pbr_contract *contract, const pbr_put_back *rule)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < kinds; k++) {
            pbr_ruling *judged = &classes[i].kinds[k];
            if (judged->cohort >= 0)
                judge_again(judged, contract->rules[judged->rules].terms, rule);
        }
}
