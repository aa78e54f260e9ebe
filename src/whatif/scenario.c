/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/scenario.h"

#include "base/text.h"
#include "contract/yaml.h"
#include "whatif/vocabulary.h"

#include <stdarg.h>
#include <string.h>

enum { DECIMALS_MAX = 15, REPLICATES_MAX = 100000000 };

struct checker {
    const pbr_scenario *scenario;
    pbr_arena *arena;
    pbr_diag *diag;
};

/* The first term that the path is, or that stands under it. */
static const pbr_term *term_at(const pbr_scenario *scenario, const char *path)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < scenario->list_count; i++) {
        const char *found = scenario->list[i].path;
        if (!strncmp(found, path, length) && (found[length] == '\0' || found[length] == '.'))
            return &scenario->list[i];
    }
    return NULL;
}

pbr_place pbr_scenario_place(const pbr_scenario *scenario, const char *format, ...)
{
    char path[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    const pbr_term *term = term_at(scenario, path);
    return (pbr_place){scenario->path, term ? term->line : 0, term ? term->column : 0};
}

/* --- which keys go together --- */

static void wrong_keys(const struct checker *c, const char *group, const char *message)
{
    pbr_error(c->diag, "bad-scenario", pbr_scenario_place(c->scenario, "%s", group), "%s: %s",
              group, message);
}

static void check_change(const struct checker *c, const char *group,
                         const pbr_scenario_change *change)
{
    int given = (change->set != NULL) + (change->times != NULL) + (change->plus != NULL);
    if (given != 1)
        wrong_keys(c, group, "state one of `set`, `times` and `plus`: what becomes of the term");
}

/* Each source of baselines has its own key, and none of the others'. */
static void check_baselines(const struct checker *c, const char *group,
                            const pbr_scenario_baselines *baselines)
{
    const struct {
        pbr_baselines_from from;
        const char *value, *message;
    } keys[] = {
        {PBR_BASELINES_YEAR, baselines->year, "`year` belongs to `from: year`, which needs it"},
        {PBR_BASELINES_SHRUNK, baselines->weight,
         "`weight` belongs to `from: shrunk`, which needs it"},
        {PBR_BASELINES_SETTLEMENT, baselines->settlement,
         "`settlement` belongs to `from: settlement`, which needs it"},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if ((baselines->from == keys[i].from) != (keys[i].value != NULL))
            wrong_keys(c, group, keys[i].message);
}

static void check_vary(const struct checker *c, const char *group, const pbr_scenario_vary *vary)
{
    bool range = vary->from && vary->to && vary->step;
    bool part = vary->from || vary->to || vary->step;
    if (vary->values_count ? part : !range)
        wrong_keys(c, group, "state either `values`, or `from`, `to` and `step`");
}

static bool has_measures(const pbr_scenario_side *side)
{
    return side->metrics || side->counts || side->cohorts || side->as_at;
}

static void check_base(const struct checker *c, const pbr_scenario_side *base)
{
    if (base->settlement && (base->contract || has_measures(base)))
        wrong_keys(c, "base",
                   "a settlement has its own contract and measures: leave out `contract`, "
                   "`metrics`, `counts`, `cohorts` and `as-at`");
    if (!base->settlement && !(base->contract && base->metrics && base->cohorts && base->as_at))
        wrong_keys(c, "base",
                   "state `settlement`, or `contract`, `metrics`, `cohorts` and `as-at`");
}

/* The second side is settled on the base's day. */
static void check_instead(const struct checker *c, const pbr_scenario_side *instead)
{
    if (instead->settlement && instead->contract)
        wrong_keys(c, "instead", "state one of `settlement` and `contract`");
    if (instead->metrics || instead->counts || instead->as_at)
        wrong_keys(c, "instead",
                   "it is settled from the base's measures and on its day: leave out `metrics`, "
                   "`counts` and `as-at`, or name a `settlement`");
    if (instead->cohorts && !instead->contract)
        wrong_keys(c, "instead", "`cohorts` belongs to `contract`");
}

static void check_side(const struct checker *c, const char *name, const pbr_scenario_side *side)
{
    for (unsigned i = 0; i < side->change_count; i++)
        check_change(c, pbr_arena_printf(c->arena, "%s.change.%u", name, i + 1), &side->change[i]);
    for (unsigned i = 0; i < side->baselines_count; i++)
        check_baselines(c, pbr_arena_printf(c->arena, "%s.baselines.%u", name, i + 1),
                        &side->baselines[i]);
}

static void check_keys(const struct checker *c)
{
    const pbr_scenario *s = c->scenario;
    check_base(c, &s->base);
    check_side(c, "base", &s->base);
    if (s->instead) check_instead(c, s->instead);
    if (s->instead) check_side(c, "instead", s->instead);
    for (unsigned i = 0; s->sweep && i < s->sweep->vary_count; i++)
        check_vary(c, pbr_arena_printf(c->arena, "sweep.vary.%u", i + 1), &s->sweep->vary[i]);
    if (s->power && !s->power->rate_falls_count && !s->power->frequency_falls_count)
        wrong_keys(c, "power", "state `rate-falls` or `frequency-falls`: which falls to detect");
}

/* --- values --- */

static const char *last_key(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

/* The keys that hold a decimal, and between what. Values of terms are judged with the terms. */
static const struct {
    const char *key, *least, *most;
} DECIMALS[] = {
    {"times", NULL, NULL},       {"plus", NULL, NULL}, {"weight", "0", "1"},
    {"by", "0", "100"},          {"step", "0", NULL},  {"rate-fall", "-100", "100"},
    {"rate-sd", "0", NULL},      {"chance", "0", "1"}, {"frequency-fall", NULL, NULL},
    {"frequency-sd", "0", NULL},
};

static bool is_within(const mpq_t value, const char *least, const char *most)
{
    mpq_t limit;
    mpq_init(limit);
    bool within = true;
    if (least && pbr_decimal_parse(limit, least, strlen(least), DECIMALS_MAX))
        within = mpq_cmp(value, limit) >= 0;
    if (most && pbr_decimal_parse(limit, most, strlen(most), DECIMALS_MAX))
        within = within && mpq_cmp(value, limit) <= 0;
    mpq_clear(limit);
    return within;
}

static void check_decimal(const struct checker *c, const pbr_term *term, const char *text,
                          const char *least, const char *most)
{
    char quoted[PBR_QUOTE_TEXT];
    pbr_place place = {c->scenario->path, term->line, term->column};
    mpq_t value;
    mpq_init(value);
    if (!pbr_decimal_parse(value, text, strlen(text), DECIMALS_MAX))
        pbr_error(c->diag, "bad-decimal", place,
                  "%s %s is not a decimal: write digits with a point, at most %d decimals",
                  term->path, pbr_quote(quoted, pbr_slice_of(text)), DECIMALS_MAX);
    else if (!is_within(value, least, most))
        pbr_error(c->diag, "out-of-range", place, "%s %s is not %s%s%s%s", term->path,
                  pbr_quote(quoted, pbr_slice_of(text)), least ? least : "",
                  least ? " or more" : "", least && most ? " and " : "",
                  most ? pbr_arena_printf(c->arena, "%s or less", most) : "");
    mpq_clear(value);
}

static void check_falls(const struct checker *c, char *const *falls, unsigned count,
                        const char *path)
{
    const pbr_term *term = term_at(c->scenario, path);
    for (unsigned i = 0; term && i < count; i++) check_decimal(c, term, falls[i], "0", NULL);
}

static void check_day(const struct checker *c, const char *text)
{
    char quoted[PBR_QUOTE_TEXT];
    pbr_date day;
    if (text && !pbr_date_parse(text, strlen(text), &day))
        pbr_error(c->diag, "bad-date", pbr_scenario_place(c->scenario, "base.as-at"),
                  "base.as-at %s is no day: write YYYY-MM-DD",
                  pbr_quote(quoted, pbr_slice_of(text)));
}

static void check_values(const struct checker *c)
{
    const pbr_scenario *s = c->scenario;
    check_day(c, s->base.as_at);
    for (size_t i = 0; i < s->list_count; i++)
        for (size_t k = 0; k < sizeof DECIMALS / sizeof *DECIMALS; k++)
            if (strcmp(last_key(s->list[i].path), DECIMALS[k].key) == 0)
                check_decimal(c, &s->list[i], s->list[i].value, DECIMALS[k].least,
                              DECIMALS[k].most);
    if (s->power) {
        check_falls(c, s->power->rate_falls, s->power->rate_falls_count, "power.rate-falls");
        check_falls(c, s->power->frequency_falls, s->power->frequency_falls_count,
                    "power.frequency-falls");
    }
    if (s->break_even && strcmp(s->break_even, "yes") != 0 && strcmp(s->break_even, "no") != 0)
        wrong_keys(c, "break-even", "write \"yes\" or \"no\", in quotes");
    if (s->simulate && (!s->simulate->replicates || s->simulate->replicates > REPLICATES_MAX))
        pbr_error(c->diag, "out-of-range", pbr_scenario_place(s, "simulate.replicates"),
                  "simulate.replicates %u is not 1 to %d", s->simulate->replicates, REPLICATES_MAX);
}

pbr_scenario *pbr_scenario_read(const char *path, pbr_arena *arena, pbr_diag *diag)
{
    pbr_yaml yaml = {0};
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    if (!pbr_yaml_load(path, name, &pbr_scenario_vocabulary, arena, &yaml, diag)) return NULL;
    pbr_scenario *scenario = yaml.record;
    scenario->path = pbr_arena_text(arena, path, strlen(path));
    scenario->list = yaml.list;
    scenario->list_count = yaml.list_count;
    memcpy(scenario->sha256, yaml.sha256, sizeof scenario->sha256);
    struct checker c = {scenario, arena, diag};
    check_keys(&c);
    check_values(&c);
    return pbr_diag_count(diag, PBR_ERROR) == before ? scenario : NULL;
}
