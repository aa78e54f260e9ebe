/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/population.h"

#include "base/mem.h"
#include "measure/filter.h"
#include "measure/mapping.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FILTERS_MAX = 100 }; /* of one version; a view holds their numbers in a byte */

enum { PERSON_ID, CPA, START_DATE, START_TYPE, OGRS, START_ID, GROUP, OWN_COLUMNS };
static const char *const groups[] = {"treated", "control", NULL};
static const pbr_column own_columns[OWN_COLUMNS] = {
    [PERSON_ID] = {.name = "person_id",
                   .description = "pseudonymous id, 1 to 64 characters",
                   .example = "A1234BC"},
    [CPA] = {.name = "cpa", .description = "code of the area", .example = "C02"},
    [START_DATE] = {.name = "start_date",
                    .kind = PBR_DATE,
                    .description = "release from custody, or start of the order",
                    .example = "2015-10-05"},
    [START_TYPE] = {.name = "start_type",
                    .description = "a start type of the rules",
                    .example = "community-order"},
    [OGRS] = {.name = "ogrs",
              .kind = PBR_DECIMAL,
              .presence = PBR_BLANKABLE,
              .least = "0",
              .most = "100",
              .places = 6,
              .unit = "percent",
              .description = "reconviction score; may be blank where the contract does not adjust",
              .example = "47.25"},
    [GROUP] = {.name = "group",
               .presence = PBR_OPTIONAL,
               .words = groups,
               .description = "treated or control; blank is treated",
               .example = "treated"},
    [START_ID] = {.name = "start_id",
                  .presence = PBR_OPTIONAL,
                  .description = "tells starts of one person, day and type apart",
                  .example = "S000001"},
};

/* One version's conditions, bound to the columns of the table being read. */
struct bound_rules {
    pbr_bound_filter *exclude, *unmeasurable;
    size_t transferred_column;
    bool needs_score;
};

struct reader {
    pbr_population *population;
    pbr_table *table;
    const pbr_schema *schema;
    pbr_diag *diag;
    pbr_date snapshot;
    struct bound_rules *rules;
    uint16_t file;
    pbr_slice last_area_text; /* of the row before: extracts come area by area */
    char last_area_bytes[64];
    size_t last_area;
};

const pbr_schema *pbr_cohort_schema(const pbr_contract *contract)
{
    size_t room = OWN_COLUMNS + 1;
    for (size_t i = 0; i < contract->rules_count; i++)
        room += contract->rules[i].terms->exclude_count +
                contract->rules[i].terms->unmeasurable_count + 1;
    pbr_column *columns = pbr_arena_alloc(contract->arena, room * sizeof *columns);
    memcpy(columns, own_columns, sizeof own_columns);
    size_t count = OWN_COLUMNS;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        pbr_filter transfer = {.column = terms->transferred.column,
                               .before = terms->title,
                               .reason = "day of transfer to the public sector"};
        count = pbr_filter_columns(columns, count, terms->exclude, terms->exclude_count);
        count = pbr_filter_columns(columns, count, terms->unmeasurable, terms->unmeasurable_count);
        count = pbr_filter_columns(columns, count, &transfer, transfer.column ? 1 : 0);
    }
    pbr_schema *schema = pbr_arena_alloc(contract->arena, sizeof *schema);
    *schema = (pbr_schema){.name = "cohort",
                           .file = "cohort.csv",
                           .title = "Starts: a row a release or order",
                           .columns = columns,
                           .count = count,
                           .key = "person_id,cpa,start_date,start_type,start_id"};
    return schema;
}

/* Quarters are looked at also where only years are asked for, since a year may be their sum. */
static void choose_kinds(pbr_population *population)
{
    bool wanted[PBR_PERIODS] = {false};
    const pbr_contract *contract = population->contract;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        bool years = pbr_terms_has_period(terms, PBR_YEAR);
        bool sums = terms->cohort.year_members == PBR_SUM_OF_QUARTERS;
        wanted[PBR_QUARTER] |= pbr_terms_has_period(terms, PBR_QUARTER) || (years && sums);
        wanted[PBR_YEAR] |= years && !sums;
        wanted[PBR_NAMED] |= pbr_terms_has_period(terms, PBR_NAMED);
    }
    for (int kind = 0; kind < PBR_PERIODS; kind++)
        if (wanted[kind]) population->kinds[population->kinds_count++] = (pbr_period)kind;
}

pbr_population *pbr_population_new(const pbr_contract *contract, pbr_date as_at)
{
    pbr_population *population = pbr_alloc(1, sizeof *population);
    size_t cohorts = contract->cohorts_count;
    population->contract = contract;
    choose_kinds(population);
    population->persons = pbr_idmap_new();
    population->types = pbr_idmap_new();
    population->texts = pbr_grow(NULL, &population->texts_room, 1, 1);
    population->texts_used = 1;
    population->versions = pbr_alloc(contract->areas_count * cohorts, sizeof *population->versions);
    for (size_t area = 0; area < contract->areas_count; area++)
        for (size_t i = 0; i < cohorts; i++) {
            const pbr_rules *rules = pbr_contract_rules(contract, area, i, as_at);
            population->versions[area * cohorts + i] =
                rules ? (int16_t)(rules - contract->rules) : -1;
        }
    return population;
}

void pbr_population_free(pbr_population *population)
{
    if (!population) return;
    pbr_idmap_free(population->persons);
    pbr_idmap_free(population->types);
    free(population->versions);
    free(population->starts);
    free(population->views);
    free(population->heads);
    free(population->texts);
    free(population->files);
    free(population);
}

static bool rule_names_blank_score(const pbr_terms *terms)
{
    for (unsigned i = 0; i < terms->unmeasurable_count; i++)
        if (strcmp(terms->unmeasurable[i].column, "ogrs") == 0 && terms->unmeasurable[i].blank)
            return true;
    return false;
}

static bool adjusts(const pbr_terms *terms)
{
    for (unsigned i = 0; i < terms->metrics_count; i++)
        if (terms->metrics[i].adjust == PBR_SCORE_DIFFERENCE) return true;
    return false;
}

static pbr_bound_filter *bind_all(const pbr_contract *contract, const pbr_schema *schema,
                                  const pbr_filter *filters, unsigned count)
{
    pbr_bound_filter *bound = pbr_arena_alloc(contract->arena, (count + 1) * sizeof *bound);
    for (unsigned i = 0; i < count; i++) pbr_filter_bind(&bound[i], contract, &filters[i], schema);
    return bound;
}

static struct bound_rules *bind_rules(const pbr_contract *contract, const pbr_schema *schema)
{
    struct bound_rules *all = pbr_arena_alloc(contract->arena, contract->rules_count * sizeof *all);
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        all[i] = (struct bound_rules){
            .exclude = bind_all(contract, schema, terms->exclude, terms->exclude_count),
            .unmeasurable =
                bind_all(contract, schema, terms->unmeasurable, terms->unmeasurable_count),
            .transferred_column = terms->transferred.column
                                      ? pbr_schema_column(schema, terms->transferred.column)
                                      : PBR_NONE,
            .needs_score = adjusts(terms) && !rule_names_blank_score(terms),
        };
    }
    return all;
}

static bool read_area(struct reader *r, uint16_t *area)
{
    pbr_slice cell = pbr_table_cell(r->table, CPA);
    if (r->last_area_text.length && cell.length == r->last_area_text.length &&
        memcmp(cell.text, r->last_area_bytes, cell.length) == 0) {
        *area = (uint16_t)r->last_area;
        return true;
    }
    const pbr_contract *contract = r->population->contract;
    pbr_slice code = pbr_extract_code(contract, "cpa", cell);
    size_t found;
    if (!pbr_extract_area(contract, r->table, CPA, code, &found)) return false;
    *area = (uint16_t)found;
    if (cell.length > sizeof r->last_area_bytes) return true;
    memcpy(r->last_area_bytes, cell.text, cell.length);
    r->last_area_text = (pbr_slice){r->last_area_bytes, cell.length};
    r->last_area = found;
    return true;
}

/* A blank score is judged with the rules; here it is only noted. */
static bool read_score(struct reader *r, uint32_t *score)
{
    *score = PBR_NO_SCORE;
    if (!pbr_table_cell(r->table, OGRS).length) return true;
    return pbr_extract_score(r->population->contract, r->table, OGRS, score);
}

static bool read_group(struct reader *r, bool *control)
{
    pbr_slice cell = pbr_table_cell(r->table, GROUP);
    *control = pbr_slice_is(cell, "control");
    return !cell.length || pbr_table_text(r->table, GROUP, &cell);
}

static uint32_t keep_text(pbr_population *population, pbr_slice text)
{
    if (!text.length) return 0;
    size_t at = population->texts_used;
    population->texts =
        pbr_grow(population->texts, &population->texts_room, at + text.length + 1, 1);
    memcpy(population->texts + at, text.text, text.length);
    population->texts[at + text.length] = '\0';
    population->texts_used = at + text.length + 1;
    return (uint32_t)at;
}

static bool type_is_known(struct reader *r, const pbr_terms *terms, pbr_slice type)
{
    for (unsigned i = 0; i < terms->cohort.start_types_count; i++)
        if (pbr_slice_is(type, terms->cohort.start_types[i])) return true;
    const char *near = pbr_near_miss_in(type, (const char *const *)terms->cohort.start_types,
                                        terms->cohort.start_types_count);
    char remedy[512] = "use ";
    size_t used = strlen(remedy);
    if (near) snprintf(remedy, sizeof remedy, "did you mean \"%s\"?", near);
    for (unsigned i = 0; !near && i < terms->cohort.start_types_count && used < sizeof remedy; i++)
        used += (size_t)snprintf(remedy + used, sizeof remedy - used, "%s%s", i ? ", " : "",
                                 terms->cohort.start_types[i]);
    pbr_table_error(r->table, START_TYPE, "unknown-start-type", "is not known", remedy);
    return false;
}

static pbr_date transfer_day(struct reader *r, const struct bound_rules *rules,
                             const pbr_window *window)
{
    pbr_date day;
    if (rules->transferred_column == PBR_NONE ||
        !pbr_table_date(r->table, rules->transferred_column, &day))
        return PBR_NO_DATE;
    return day >= window->start && day < window->follow_up_end ? day : PBR_NO_DATE;
}

static bool no_rules(struct reader *r, size_t cohort)
{
    char remedy[160];
    snprintf(remedy, sizeof remedy,
             "no agreement is in force for it on the day that cohort %s "
             "takes its rules from",
             r->population->contract->cohorts[cohort].name);
    pbr_table_error(r->table, CPA, "no-agreement", "is not under contract", remedy);
    return false;
}

/* The number of the first filter behind that number which holds for the row, or 0. */
static uint8_t filter_after(struct reader *r, const pbr_bound_filter *filters, unsigned count,
                            unsigned after, const pbr_window *window)
{
    unsigned found = pbr_filter_first(filters + after, count - after, r->table, window);
    return (uint8_t)(found ? found + after : 0);
}

/* How one kind of period sees the row. */
static bool judge(struct reader *r, pbr_period kind, const pbr_start *start, pbr_slice type,
                  pbr_view *view)
{
    const pbr_contract *contract = r->population->contract;
    size_t cohort = pbr_contract_cohort_on(contract, kind, start->date);
    *view = (pbr_view){.cohort = -1, .transferred = PBR_NO_DATE};
    if (cohort == PBR_NONE) return true;
    int version = r->population->versions[start->area * contract->cohorts_count + cohort];
    if (version < 0) return no_rules(r, cohort);
    const pbr_terms *terms = contract->rules[version].terms;
    const struct bound_rules *rules = &r->rules[version];
    pbr_window window = pbr_window_of(&terms->follow_up, start->date);
    view->cohort = (int16_t)cohort;
    view->rules = (uint8_t)version;
    view->transferred = transfer_day(r, rules, &window);
    view->excluded = filter_after(r, rules->exclude, terms->exclude_count, 0, &window);
    view->unmeasurable =
        filter_after(r, rules->unmeasurable, terms->unmeasurable_count, 0, &window);
    if (view->excluded)
        view->excluded_next =
            filter_after(r, rules->exclude, terms->exclude_count, view->excluded, &window);
    if (view->unmeasurable)
        view->unmeasurable_next = filter_after(r, rules->unmeasurable, terms->unmeasurable_count,
                                               view->unmeasurable, &window);
    if (rules->needs_score && start->score == PBR_NO_SCORE) {
        pbr_table_error(r->table, OGRS, "missing-score", "is blank",
                        "the contract adjusts by score: give one, or name the case in an "
                        "`unmeasurable` rule");
        return false;
    }
    return type_is_known(r, terms, type);
}

static void add_start(pbr_population *population, pbr_start start, pbr_slice person)
{
    uint32_t known = pbr_idmap_count(population->persons);
    start.person = pbr_idmap_add(population->persons, person.text, person.length);
    population->heads = pbr_grow(population->heads, &population->heads_room, start.person + 1u,
                                 sizeof *population->heads);
    if (start.person == known) population->heads[known] = PBR_NO_START;
    start.next = population->heads[start.person];
    population->heads[start.person] = (uint32_t)population->count;
    population->starts = pbr_grow(population->starts, &population->starts_room,
                                  population->count + 1, sizeof *population->starts);
    population->starts[population->count++] = start;
}

static void read_row(struct reader *r)
{
    pbr_population *population = r->population;
    pbr_slice person;
    pbr_start start = {.file = r->file, .line = (uint32_t)pbr_table_line(r->table)};
    bool ok = pbr_extract_person(r->table, PERSON_ID, &person);
    ok &= read_area(r, &start.area);
    ok &= pbr_extract_day(r->table, START_DATE, r->snapshot, &start.date);
    ok &= read_score(r, &start.score);
    ok &= read_group(r, &start.control);
    ok &= pbr_extract_dates(r->table, r->schema, OWN_COLUMNS);
    if (!ok) return;
    pbr_slice type =
        pbr_extract_code(population->contract, "start_type", pbr_table_cell(r->table, START_TYPE));
    bool inside = false;
    population->views =
        pbr_grow(population->views, &population->views_room,
                 (population->count + 1) * population->kinds_count, sizeof *population->views);
    for (size_t k = 0; ok && k < population->kinds_count; k++) {
        pbr_view *view = pbr_view_of(population, population->count, k);
        ok = judge(r, population->kinds[k], &start, type, view);
        inside |= view->cohort >= 0;
    }
    population->outside += !inside;
    if (!ok || !inside) return;
    start.type = (uint16_t)pbr_idmap_add(population->types, type.text, type.length);
    start.start_id = keep_text(population, pbr_table_cell(r->table, START_ID));
    add_start(population, start, person);
}

static bool filters_fit(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        if (terms->exclude_count <= FILTERS_MAX && terms->unmeasurable_count <= FILTERS_MAX)
            continue;
        pbr_error(diag, "bad-contract", PBR_NOWHERE,
                  "rules \"%s\" have more than %d exclusions: merge some with `in`",
                  contract->rules[i].name, FILTERS_MAX);
        return false;
    }
    return true;
}

void pbr_population_read(pbr_population *population, const char *path, pbr_date snapshot,
                         char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    const pbr_contract *contract = population->contract;
    const pbr_schema *schema = pbr_cohort_schema(contract);
    if (!filters_fit(contract, diag)) return;
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_table *table = pbr_extract_open(path, schema, contract, diag);
    if (!table) return;
    population->files = pbr_grow(population->files, &population->files_room,
                                 population->files_count + 1, sizeof *population->files);
    population->files[population->files_count] = pbr_extract_name(path);
    struct reader r = {
        .population = population,
        .table = table,
        .schema = schema,
        .diag = diag,
        .snapshot = snapshot,
        .rules = bind_rules(contract, schema),
        .file = (uint16_t)population->files_count++,
    };
    while (pbr_table_next(table)) read_row(&r);
    population->rows += pbr_table_rows(table);
    if (!pbr_table_rows(table) && pbr_diag_count(diag, PBR_ERROR) == before)
        pbr_error(diag, "empty-file", ((pbr_place){pbr_extract_name(path), 0, 0}),
                  "the file holds a header and no rows");
    pbr_table_close(table, digest);
}

/* Semantics 3: never by file order. Two starts alike in all of this but the area are ordered by the
 * area's code. */
static int compare_starts(const pbr_population *population, const pbr_start *a, const pbr_start *b)
{
    if (a->date != b->date) return a->date < b->date ? -1 : 1;
    int ids = strcmp(population->texts + a->start_id, population->texts + b->start_id);
    if (ids) return ids;
    int types = strcmp(pbr_idmap_text(population->types, a->type),
                       pbr_idmap_text(population->types, b->type));
    if (types) return types;
    return a->area == b->area ? 0 : a->area < b->area ? -1 : 1;
}

static void report_duplicate(const pbr_population *population, const pbr_start *a,
                             const pbr_start *b, pbr_diag *diag)
{
    if (a->file > b->file || (a->file == b->file && a->line > b->line)) {
        const pbr_start *first = b;
        b = a;
        a = first;
    }
    pbr_error(diag, "duplicate-start", ((pbr_place){population->files[b->file], (long)b->line, 1}),
              "the same person, area, date, type and start_id as %s:%" PRIu32
              ": remove one, or tell them apart by start_id",
              population->files[a->file], a->line);
}

/* Insertion sort of a linked list: a person has few starts. */
static uint32_t ordered_insert(pbr_population *population, uint32_t head, uint32_t index,
                               pbr_diag *diag)
{
    pbr_start *starts = population->starts, *start = &starts[index];
    uint32_t *link = &head;
    while (*link != PBR_NO_START) {
        int order = compare_starts(population, &starts[*link], start);
        if (order == 0) report_duplicate(population, &starts[*link], start, diag);
        if (order >= 0) break;
        link = &starts[*link].next;
    }
    start->next = *link;
    *link = index;
    return head;
}

void pbr_population_order(pbr_population *population, pbr_diag *diag)
{
    uint32_t persons = pbr_idmap_count(population->persons);
    for (uint32_t person = 0; person < persons; person++) {
        uint32_t head = PBR_NO_START, next;
        for (uint32_t at = population->heads[person]; at != PBR_NO_START; at = next) {
            next = population->starts[at].next;
            head = ordered_insert(population, head, at, diag);
        }
        population->heads[person] = head;
    }
}
