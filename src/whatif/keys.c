/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/keys.h"

#include <string.h>

enum { STEP_PLACES = 10 };

/* What tells the rows of each table apart, in the order of the keys. */
static const struct {
    const char *name, *file, *keys[PBR_KEYS_MAX];
} TABLES[] = {
    {"baselines", "baselines.csv", {"area", "cohort", "metric", "year"}},
    {"prices", "prices.csv", {"area", "contract year"}},
    {"steps", "steps.csv", {"table", "at_least"}},
    {"indices", "indices.csv", {"series", "contract year"}},
};
enum { TABLES_COUNT = sizeof TABLES / sizeof *TABLES };

static size_t table_of(const char *path)
{
    pbr_slice name = {path, strcspn(path, "[.")};
    for (size_t i = 0; i < TABLES_COUNT; i++)
        if (pbr_slice_is(name, TABLES[i].name)) return i;
    return PBR_NONE;
}

bool pbr_names_table(const char *path)
{
    return table_of(path) != PBR_NONE;
}

void pbr_add_tables(pbr_candidates *words)
{
    for (size_t i = 0; i < TABLES_COUNT; i++)
        pbr_candidates_add(words, pbr_slice_of(TABLES[i].name));
}

static const char *keys_text(size_t table, pbr_arena *arena)
{
    const char *text = TABLES[table].keys[0];
    for (size_t i = 1; i < PBR_KEYS_MAX && TABLES[table].keys[i]; i++)
        text = pbr_arena_printf(arena, "%s, %s", text, TABLES[table].keys[i]);
    return text;
}

static pbr_slice trimmed(const char *text, size_t length)
{
    while (length && text[0] == ' ') text++, length--;
    while (length && text[length - 1] == ' ') length--;
    return (pbr_slice){text, length};
}

/* One key between brackets and commas. */
static const char *take_key(pbr_keys *keys, size_t index, pbr_slice key, pbr_arena *arena)
{
    if (index == PBR_KEYS_MAX || !TABLES[keys->table].keys[index])
        return pbr_arena_printf(arena, "has too many keys: %s takes %s", TABLES[keys->table].name,
                                keys_text(keys->table, arena));
    if (!key.length) return "has a blank key: write * for all";
    if (!pbr_slice_is(key, "*")) keys->keys[index] = pbr_arena_text(arena, key.text, key.length);
    return NULL;
}

static const char *take_keys(pbr_keys *keys, const char *inside, size_t length, pbr_arena *arena)
{
    const char *problem = NULL;
    for (size_t index = 0, at = 0; !problem && at <= length; index++) {
        const char *comma = memchr(inside + at, ',', length - at);
        size_t end = comma ? (size_t)(comma - inside) : length;
        problem = take_key(keys, index, trimmed(inside + at, end - at), arena);
        at = end + 1;
    }
    return problem;
}

const char *pbr_keys_parse(pbr_keys *keys, const char *path, pbr_arena *arena)
{
    size_t table = table_of(path);
    *keys = (pbr_keys){.file = TABLES[table].file, .table = table};
    const char *rest = path + strlen(TABLES[table].name);
    if (*rest == '[') {
        const char *close = strchr(rest, ']');
        if (!close) return "has no closing bracket";
        const char *problem = take_keys(keys, rest + 1, (size_t)(close - rest - 1), arena);
        if (problem) return problem;
        rest = close + 1;
    }
    if (*rest != '.' || !rest[1])
        return pbr_arena_printf(arena, "names no column: write %s[%s].column", TABLES[table].name,
                                keys_text(table, arena));
    keys->column = rest + 1;
    return NULL;
}

/* The step that a number of steps.csv belongs to, by where it is held. */
static const char *step_text(char out[PBR_RATIO_TEXT], const pbr_contract *contract,
                             const pbr_number *number)
{
    for (size_t i = 0; i < contract->steps_count; i++) {
        const pbr_step *step = &contract->steps[i];
        if (number->value == step->at_least || number->value == step->value)
            return pbr_decimal_text(out, step->at_least, STEP_PLACES);
    }
    return "";
}

static const char *area_code(const pbr_contract *contract, const pbr_number *number)
{
    return contract->areas[number->area].code;
}

/* What a number has for a key of its table. */
static const char *key_of(char out[PBR_RATIO_TEXT], const pbr_contract *contract,
                          const pbr_number *number, size_t index)
{
    const char *baseline[] = {"", number->cohort, number->key, number->year};
    if (number->area != PBR_NONE && index == 0) return area_code(contract, number);
    if (number->cohort) return baseline[index];
    if (number->area != PBR_NONE) return number->year;
    if (index == 0) return number->key;
    return number->year ? number->year : step_text(out, contract, number);
}

static bool key_matches(const pbr_keys *keys, const pbr_contract *contract,
                        const pbr_number *number, size_t index)
{
    char text[PBR_RATIO_TEXT];
    return !keys->keys[index] ||
           strcmp(key_of(text, contract, number, index), keys->keys[index]) == 0;
}

bool pbr_keys_match(const pbr_keys *keys, const pbr_contract *contract, const pbr_number *number)
{
    if (strcmp(number->table, keys->file) != 0 || strcmp(number->column, keys->column) != 0)
        return false;
    for (size_t i = 0; i < PBR_KEYS_MAX; i++)
        if (!key_matches(keys, contract, number, i)) return false;
    return true;
}

static pbr_candidates columns_of(const pbr_keys *keys, const pbr_number *numbers, size_t count,
                                 pbr_arena *arena)
{
    pbr_candidates columns = {.arena = arena};
    for (size_t i = 0; i < count; i++)
        if (strcmp(numbers[i].table, keys->file) == 0)
            pbr_candidates_add(&columns, pbr_slice_of(numbers[i].column));
    return columns;
}

static bool has_word(const pbr_candidates *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (strcmp(words->items[i], word) == 0) return true;
    return false;
}

static pbr_candidates keys_in(const pbr_keys *keys, const pbr_contract *contract,
                              const pbr_number *numbers, size_t count, size_t index,
                              pbr_arena *arena)
{
    char text[PBR_RATIO_TEXT];
    pbr_candidates found = {.arena = arena};
    for (size_t i = 0; i < count; i++)
        if (strcmp(numbers[i].table, keys->file) == 0)
            pbr_candidates_add(&found, pbr_slice_of(key_of(text, contract, &numbers[i], index)));
    return found;
}

const char *pbr_keys_why_none(const pbr_keys *keys, const pbr_contract *contract,
                              const pbr_number *numbers, size_t count, pbr_arena *arena)
{
    pbr_candidates columns = columns_of(keys, numbers, count, arena);
    if (!columns.count)
        return pbr_arena_printf(arena, "names no number: the contract has no %s", keys->file);
    if (!has_word(&columns, keys->column))
        return pbr_arena_printf(arena, "names no column of %s with numbers: %s", keys->file,
                                pbr_candidates_near(&columns, pbr_slice_of(keys->column)));
    for (size_t i = 0; i < PBR_KEYS_MAX; i++) {
        if (!keys->keys[i]) continue;
        pbr_candidates found = keys_in(keys, contract, numbers, count, i, arena);
        if (!has_word(&found, keys->keys[i]))
            return pbr_arena_printf(arena, "names no %s of %s: %s", TABLES[keys->table].keys[i],
                                    keys->file,
                                    pbr_candidates_near(&found, pbr_slice_of(keys->keys[i])));
    }
    return pbr_arena_printf(arena, "names no number: no row of %s with these keys has one in %s",
                            keys->file, keys->column);
}

const char *pbr_number_problem(const pbr_number *number, const mpq_t value)
{
    bool step = strcmp(number->table, "steps.csv") == 0;
    bool index = strcmp(number->table, "indices.csv") == 0;
    if (!step && mpq_sgn(value) < 0) return "it cannot be below 0";
    if (index && mpq_sgn(value) == 0) return "an index is above 0";
    if (strcmp(number->column, "ogrs_mean") == 0 && mpq_cmp_ui(value, 100, 1) > 0)
        return "a mean score is at most 100";
    return NULL;
}
