/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/vary.h"

#include "base/text.h"
#include "contract/vocabulary.h"
#include "contract/yaml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --- copies --- */

static void *copy_of(pbr_arena *arena, const void *from, size_t bytes)
{
    void *copy = pbr_arena_alloc(arena, bytes + 1);
    if (bytes) memcpy(copy, from, bytes);
    return copy;
}

/* GMP numbers own memory, so that bytes alone do not copy them. */
static void own(mpq_t value)
{
    const __mpq_struct shared = *value;
    mpq_init(value);
    mpq_set(value, &shared);
}

static void own_numbers(pbr_contract *copy)
{
    size_t money = copy->money_columns_count;
    for (size_t i = 0; i < copy->baselines_count; i++) {
        pbr_baseline *row = &copy->baselines[i];
        mpq_ptr const all[] = {row->rate,  row->sd,    row->ogrs_mean,
                               row->lower, row->upper, row->terminate};
        for (size_t k = 0; k < sizeof all / sizeof *all; k++) own(all[k]);
    }
    for (size_t i = 0; i < copy->prices_count; i++) {
        pbr_price *row = &copy->prices[i];
        row->amounts = copy_of(copy->arena, row->amounts, money * sizeof *row->amounts);
        for (size_t k = 0; k < money; k++) own(row->amounts[k]);
    }
    for (size_t i = 0; i < copy->steps_count; i++) {
        own(copy->steps[i].at_least);
        own(copy->steps[i].value);
    }
    for (size_t i = 0; i < copy->indices_count; i++) own(copy->indices[i].value);
}

pbr_contract *pbr_contract_copy(const pbr_contract *contract)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_contract *copy = copy_of(arena, contract, sizeof *copy);
    copy->arena = arena;
    copy->rules = copy_of(arena, contract->rules, contract->rules_count * sizeof *copy->rules);
    copy->baselines =
        copy_of(arena, contract->baselines, contract->baselines_count * sizeof *copy->baselines);
    copy->prices = copy_of(arena, contract->prices, contract->prices_count * sizeof *copy->prices);
    copy->steps = copy_of(arena, contract->steps, contract->steps_count * sizeof *copy->steps);
    copy->indices =
        copy_of(arena, contract->indices, contract->indices_count * sizeof *copy->indices);
    own_numbers(copy);
    return copy;
}

/* --- terms by path --- */

/* A step on the way from a record to one of its terms. With an arena, every block behind a pointer
 * that it does not own is copied before it is entered, so that only what lies on the way is no
 * longer shared; what was copied once stays where it is. */
struct way {
    pbr_arena *arena;
    const char *rest; /* of the path */
};

static pbr_slice next_part(struct way *way)
{
    pbr_slice part = {way->rest, strcspn(way->rest, ".")};
    way->rest += part.length + (way->rest[part.length] == '.');
    return part;
}

/* A block as the copy's own. */
static void *own_block(pbr_arena *arena, const void *block, size_t bytes)
{
    return pbr_arena_owns(arena, block) ? (void *)block : copy_of(arena, block, bytes);
}

/* The block that a pointer leads to; at is the pointer's own place. */
static char *enter(const struct way *way, char *at, size_t bytes)
{
    char **pointer = (char **)at;
    if (way->arena && *pointer) *pointer = own_block(way->arena, *pointer, bytes);
    return *pointer;
}

static size_t count_at(const char *record, const cyaml_schema_field_t *field)
{
    unsigned count = 0;
    memcpy(&count, record + field->count_offset,
           field->count_size < sizeof count ? field->count_size : sizeof count);
    return count;
}

static const cyaml_schema_field_t *field_named(const cyaml_schema_value_t *mapping, pbr_slice name)
{
    for (const cyaml_schema_field_t *field = mapping->mapping.fields; field->key; field++)
        if (pbr_slice_is(name, field->key)) return field;
    return NULL;
}

/* The entry named by its id or, where entries have none, by its number from 1. */
static char *entry_named(const cyaml_schema_value_t *entry, char *first, size_t count,
                         pbr_slice name)
{
    const cyaml_schema_field_t *id = field_named(entry, pbr_slice_of("id"));
    for (size_t i = 0; i < count; i++) {
        char number[24], *at = first + i * entry->data_size;
        const char *text = number;
        if (id)
            memcpy(&text, at + id->data_offset, sizeof text);
        else
            snprintf(number, sizeof number, "%zu", i + 1);
        if (pbr_slice_is(name, text)) return at;
    }
    return NULL;
}

/* The place of the term that the rest of the path names, and its schema; NULL if there is none. */
static char *find(struct way *way, const cyaml_schema_value_t **schema, char *record)
{
    while (*way->rest) {
        const cyaml_schema_field_t *field = field_named(*schema, next_part(way));
        if (!field) return NULL;
        *schema = &field->value;
        char *at = record + field->data_offset;
        bool pointer = field->value.flags & CYAML_FLAG_POINTER;
        if (field->value.type == CYAML_MAPPING) {
            record = pointer ? enter(way, at, field->value.data_size) : at;
        } else if (field->value.type == CYAML_SEQUENCE && *way->rest) {
            const cyaml_schema_value_t *entry = field->value.sequence.entry;
            size_t count = count_at(record, field);
            if (entry->type != CYAML_MAPPING) return NULL;
            record =
                entry_named(entry, enter(way, at, count * entry->data_size), count, next_part(way));
            *schema = entry;
        } else
            return *way->rest ? NULL : at;
        if (!record) return NULL;
    }
    return NULL;
}

static bool list_words(const cyaml_schema_value_t *schema, pbr_arena *arena, pbr_term_shape *shape)
{
    shape->words_count = schema->enumeration.count;
    shape->words = pbr_arena_alloc(arena, shape->words_count * sizeof *shape->words);
    for (size_t i = 0; i < shape->words_count; i++)
        shape->words[i] = schema->enumeration.strings[i].str;
    return true;
}

bool pbr_term_shape_of(const pbr_rules *rules, const char *path, pbr_arena *arena,
                       pbr_term_shape *shape)
{
    struct way way = {NULL, path};
    const cyaml_schema_value_t *schema = &pbr_rules_vocabulary;
    *shape = (pbr_term_shape){.kind = PBR_TERM_TEXT};
    if (!pbr_term_find(rules->list, rules->list_count, path) ||
        !find(&way, &schema, (char *)rules->terms))
        return false;
    if (schema->type == CYAML_SEQUENCE) {
        shape->kind = PBR_TERM_LIST;
        schema = schema->sequence.entry;
        return schema->type != CYAML_ENUM || list_words(schema, arena, shape);
    }
    if (schema->type == CYAML_UINT) shape->kind = PBR_TERM_WHOLE;
    if (schema->type != CYAML_ENUM) return true;
    shape->kind = PBR_TERM_WORD;
    return list_words(schema, arena, shape);
}

static bool set_word(const cyaml_schema_value_t *schema, char *at, const char *text)
{
    for (uint32_t i = 0; i < schema->enumeration.count; i++) {
        if (strcmp(schema->enumeration.strings[i].str, text) != 0) continue;
        int value = (int)schema->enumeration.strings[i].val;
        memcpy(at, &value, sizeof value);
        return true;
    }
    return false;
}

static bool set_whole(char *at, const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    unsigned whole = (unsigned)value;
    if (*text < '0' || *text > '9' || *end || value > 999999999) return false;
    memcpy(at, &whole, sizeof whole);
    return true;
}

/* --- lists of words and names, as "better, neither" --- */

/* A field's schema is a part of it, and its place in the record is known from the value's. */
static const cyaml_schema_field_t *field_of_value(const cyaml_schema_value_t *schema)
{
    return (const cyaml_schema_field_t *)((const char *)schema -
                                          offsetof(cyaml_schema_field_t, value));
}

static bool set_entry(pbr_arena *arena, const cyaml_schema_value_t *entry, char *at, pbr_slice text)
{
    char *copy = pbr_arena_text(arena, text.text, text.length);
    if (entry->type == CYAML_ENUM) return set_word(entry, at, copy);
    if (entry->type != CYAML_STRING || !text.length) return false;
    memcpy(at, &copy, sizeof copy);
    return true;
}

/* False for an entry that its vocabulary does not know, and for too few of them. */
static bool set_list(pbr_arena *arena, const cyaml_schema_value_t *schema, char *at,
                     const char *text)
{
    const cyaml_schema_value_t *entry = schema->sequence.entry;
    const cyaml_schema_field_t *field = field_of_value(schema);
    size_t size = entry->type == CYAML_STRING ? sizeof(char *) : entry->data_size;
    char *items = pbr_arena_alloc(arena, (strlen(text) / 2 + 1) * size);
    unsigned count = 0;
    for (const char *rest = text; rest && *rest;) {
        pbr_slice word = {rest, strcspn(rest, ",")};
        rest =
            rest[word.length] ? rest + word.length + 1 + strspn(rest + word.length + 1, " ") : NULL;
        if (!set_entry(arena, entry, items + count++ * size, word)) return false;
    }
    if (count < schema->sequence.min) return false;
    memcpy(at, &items, sizeof items);
    memcpy(at - field->data_offset + field->count_offset, &count, field->count_size);
    return true;
}

struct pbr_term_handle {
    pbr_arena *arena;
    const cyaml_schema_value_t *schema;
    char *at;       /* in the record of terms */
    pbr_term *term; /* in the list of terms, which reports read */
    char *text;     /* of the handle's own, once it was set */
    size_t room;
};

static pbr_term *own_term(pbr_contract *copy, pbr_rules *rules, const char *path)
{
    pbr_term *list = own_block(copy->arena, rules->list, rules->list_count * sizeof *list);
    rules->list = list;
    return list + (pbr_term_find(list, rules->list_count, path) - list);
}

pbr_term_handle *pbr_contract_term(pbr_contract *copy, size_t rules_index, const char *path)
{
    pbr_rules *rules = &copy->rules[rules_index];
    struct way way = {copy->arena, path};
    const cyaml_schema_value_t *schema = &pbr_rules_vocabulary;
    if (!pbr_term_find(rules->list, rules->list_count, path)) return NULL;
    rules->terms = own_block(copy->arena, rules->terms, sizeof *rules->terms);
    char *at = find(&way, &schema, (char *)rules->terms);
    if (!at) return NULL;
    pbr_term_handle *handle = pbr_arena_alloc(copy->arena, sizeof *handle);
    *handle = (pbr_term_handle){copy->arena, schema, at, own_term(copy, rules, path), NULL, 0};
    return handle;
}

static void keep_text(pbr_term_handle *handle, const char *text)
{
    size_t bytes = strlen(text) + 1;
    if (!handle->text || bytes > handle->room) {
        handle->room = 2 * bytes;
        handle->text = pbr_arena_alloc(handle->arena, handle->room);
    }
    memmove(handle->text, text, bytes);
    handle->term->value = handle->text;
}

bool pbr_term_set(pbr_term_handle *handle, const char *text)
{
    switch (handle->schema->type) {
    case CYAML_ENUM:
        if (!set_word(handle->schema, handle->at, text)) return false;
        break;
    case CYAML_UINT:
        if (!set_whole(handle->at, text)) return false;
        break;
    case CYAML_STRING:
        break;
    case CYAML_SEQUENCE:
        if (!set_list(handle->arena, handle->schema, handle->at, text)) return false;
        break;
    default:
        return false;
    }
    keep_text(handle, text);
    if (handle->schema->type == CYAML_STRING)
        memcpy(handle->at, &handle->text, sizeof handle->text);
    return true;
}

bool pbr_contract_set(pbr_contract *copy, size_t rules, const char *path, const char *text)
{
    pbr_term_handle *handle = pbr_contract_term(copy, rules, path);
    return handle && pbr_term_set(handle, text);
}

/* --- filters --- */

static bool is_under(const char *path, const char *entry)
{
    size_t length = strlen(entry);
    return strncmp(path, entry, length) == 0 && path[length] == '.';
}

static void forget_terms(pbr_contract *copy, pbr_rules *rules, const char *entry)
{
    pbr_term *list = pbr_arena_alloc(copy->arena, (rules->list_count + 1) * sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < rules->list_count; i++)
        if (!is_under(rules->list[i].path, entry)) list[count++] = rules->list[i];
    rules->list = list;
    rules->list_count = count;
}

static const pbr_filter *take_filter(pbr_arena *arena, pbr_filter **filters, unsigned *count,
                                     const char *id)
{
    for (unsigned i = 0; i < *count; i++) {
        if (strcmp((*filters)[i].id, id) != 0) continue;
        const pbr_filter *dropped = &(*filters)[i];
        pbr_filter *kept = copy_of(arena, *filters, *count * sizeof *kept);
        memmove(kept + i, kept + i + 1, (*count - i - 1) * sizeof *kept);
        *filters = kept;
        --*count;
        return dropped;
    }
    return NULL;
}

const pbr_filter *pbr_contract_drop(pbr_contract *copy, size_t rules_index, const char *path)
{
    pbr_rules *rules = &copy->rules[rules_index];
    pbr_terms *terms = own_block(copy->arena, rules->terms, sizeof *terms);
    const struct {
        const char *group;
        pbr_filter **filters;
        unsigned *count;
    } lists[] = {
        {"exclude", &terms->exclude, &terms->exclude_count},
        {"unmeasurable", &terms->unmeasurable, &terms->unmeasurable_count},
        {"reoffence.ignore", &terms->reoffence.ignore, &terms->reoffence.ignore_count},
    };
    const pbr_filter *dropped = NULL;
    for (size_t i = 0; i < sizeof lists / sizeof *lists && !dropped; i++)
        if (is_under(path, lists[i].group))
            dropped = take_filter(copy->arena, lists[i].filters, lists[i].count,
                                  path + strlen(lists[i].group) + 1);
    if (!dropped) return NULL;
    rules->terms = terms;
    forget_terms(copy, rules, path);
    return dropped;
}

/* --- numbers of tables --- */

struct lister {
    pbr_number *items;
    size_t count, room;
};

static void list_number(struct lister *l, pbr_number number)
{
    l->items = pbr_grow(l->items, &l->room, l->count + 1, sizeof *l->items);
    l->items[l->count++] = number;
}

static void list_baseline(struct lister *l, pbr_baseline *row)
{
    const struct {
        const char *column;
        mpq_ptr value;
        bool has;
    } columns[] = {
        {"rate", row->rate, true},
        {"sd", row->sd, row->has_sd},
        {"ogrs_mean", row->ogrs_mean, row->has_ogrs_mean},
        {"lower", row->lower, row->has_lower},
        {"upper", row->upper, row->has_upper},
        {"terminate", row->terminate, row->has_terminate},
    };
    pbr_number number = {.table = "baselines.csv",
                         .column = "cases",
                         .key = row->metric,
                         .year = row->year,
                         .cohort = row->cohort,
                         .area = row->area,
                         .from = &row->source,
                         .count = &row->cases};
    if (row->has_cases) list_number(l, number);
    number.count = NULL;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        number.column = columns[i].column;
        number.value = columns[i].value;
        if (columns[i].has) list_number(l, number);
    }
}

static void list_price(struct lister *l, const pbr_contract *contract, pbr_price *row)
{
    for (size_t i = 0; i < contract->money_columns_count; i++)
        list_number(l, (pbr_number){.table = "prices.csv",
                                    .column = contract->money_columns[i],
                                    .key = contract->money_columns[i],
                                    .year = row->contract_year,
                                    .area = row->area,
                                    .from = &row->source,
                                    .value = row->amounts[i]});
}

static void list_step(struct lister *l, pbr_step *row)
{
    pbr_number number = {.table = "steps.csv",
                         .column = "at_least",
                         .key = row->table,
                         .area = PBR_NONE,
                         .from = &row->source,
                         .value = row->at_least};
    list_number(l, number);
    number.column = "value";
    number.value = row->value;
    list_number(l, number);
}

size_t pbr_contract_numbers(pbr_contract *contract, pbr_arena *arena, pbr_number **out)
{
    struct lister l = {0};
    for (size_t i = 0; i < contract->baselines_count; i++)
        list_baseline(&l, &contract->baselines[i]);
    for (size_t i = 0; i < contract->prices_count; i++)
        list_price(&l, contract, &contract->prices[i]);
    for (size_t i = 0; i < contract->steps_count; i++) list_step(&l, &contract->steps[i]);
    for (size_t i = 0; i < contract->indices_count; i++)
        list_number(&l, (pbr_number){.table = "indices.csv",
                                     .column = "value",
                                     .key = contract->indices[i].series,
                                     .year = contract->indices[i].contract_year,
                                     .area = PBR_NONE,
                                     .from = &contract->indices[i].source,
                                     .value = contract->indices[i].value});
    *out = copy_of(arena, l.items, l.count * sizeof **out);
    free(l.items);
    return l.count;
}

void pbr_number_get(const pbr_number *number, mpq_t out)
{
    if (number->value)
        mpq_set(out, number->value);
    else
        pbr_ratio_set(out, *number->count, 1);
}

void pbr_number_set(const pbr_number *number, const mpq_t value)
{
    if (number->value) {
        mpq_set(number->value, value);
        return;
    }
    mpq_t whole;
    mpq_init(whole);
    mpq_set(whole, value);
    pbr_ratio_round(whole, 0, PBR_HALF_EVEN);
    *number->count = pbr_ratio_floor(whole);
    mpq_clear(whole);
}

void pbr_number_scale(const pbr_number *number, const mpq_t factor)
{
    mpq_t scaled;
    mpq_init(scaled);
    pbr_number_get(number, scaled);
    mpq_mul(scaled, scaled, factor);
    pbr_number_set(number, scaled);
    mpq_clear(scaled);
}

const char *pbr_numbers_text(const pbr_number *numbers, size_t count, const bool *chosen,
                             pbr_arena *arena)
{
    enum { PLACES = 12 };
    char low[PBR_RATIO_TEXT], high[PBR_RATIO_TEXT];
    mpq_t value, least, most;
    bool any = false;
    mpq_inits(value, least, most, NULL);
    for (size_t i = 0; i < count; i++) {
        if (!chosen[i]) continue;
        pbr_number_get(&numbers[i], value);
        if (!any || mpq_cmp(value, least) < 0) mpq_set(least, value);
        if (!any || mpq_cmp(value, most) > 0) mpq_set(most, value);
        any = true;
    }
    pbr_decimal_text(low, least, PLACES);
    pbr_decimal_text(high, most, PLACES);
    const char *text = mpq_equal(least, most) ? pbr_arena_printf(arena, "%s", low)
                                              : pbr_arena_printf(arena, "%s to %s", low, high);
    mpq_clears(value, least, most, NULL);
    return text;
}
