/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Earlier settlement folders: what they paid, measured, carried forward. Nothing in them is
 * changed. */
#include "command/work.h"

#include "base/must.h"
#include "input/table.h"
#include "measure/metrics_csv.h"
#include "report/manifest_reader.h"
#include "report/tables.h"
#include "report/version.h"

#include <stdlib.h>
#include <string.h>

/* One folder, before they are put in order. */
struct folder {
    const char *path;
    pbr_manifest manifest;
};

struct loader {
    pbr_work *work;
    pbr_diag *diag;
    struct folder *folders; /* in order of settlement */
    size_t count;
    size_t earlier_room, others_room, carried_room;
    pbr_earlier *earlier;
    pbr_earlier_other *others;
    pbr_carried *carried;
};

/* By day, then by how many settlements each was built on, then by id. */
static int by_settlement(const void *left, const void *right)
{
    const struct folder *a = left, *b = right;
    int days = strncmp(a->manifest.id, b->manifest.id, 10);
    if (days) return days;
    if (a->manifest.previous_count != b->manifest.previous_count)
        return a->manifest.previous_count < b->manifest.previous_count ? -1 : 1;
    return strcmp(a->manifest.id, b->manifest.id);
}

/* A folder named twice counts once. */
static bool is_known(const struct loader *l, const char *id)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->folders[i].manifest.id, id) == 0) return true;
    return false;
}

static pbr_table *open_file(struct loader *l, size_t run, const pbr_schema *schema)
{
    const struct folder *folder = &l->folders[run];
    if (!pbr_manifest_vouches(&folder->manifest, folder->path, schema->file, l->diag)) return NULL;
    const char *path = pbr_arena_printf(l->work->arena, "%s/%s", folder->path, schema->file);
    return pbr_table_open(path, schema, NULL, 0, l->diag);
}

static const char *text_cell(pbr_table *table, const pbr_schema *schema, const char *name,
                             pbr_arena *arena)
{
    pbr_slice cell = pbr_table_cell(table, pbr_schema_column(schema, name));
    return pbr_arena_text(arena, cell.text, cell.length);
}

/* A row without a result and a price was not computed by its run: a cap or a decision moved it. */
static bool is_adopted(pbr_table *table, const pbr_schema *schema)
{
    mpq_t price;
    mpq_init(price);
    bool priced = pbr_table_decimal(table, pbr_schema_column(schema, "unit_price"), price) &&
                  mpq_sgn(price) != 0;
    mpq_clear(price);
    return !priced && !pbr_table_cell(table, pbr_schema_column(schema, "result")).length;
}

/* The columns that payments.csv and earlier.csv share. */
static bool read_line(struct loader *l, pbr_table *table, const pbr_schema *schema, size_t run,
                      pbr_earlier *row)
{
    const pbr_contract *contract = l->work->contract;
    pbr_arena *arena = l->work->arena;
    const char *cpa = text_cell(table, schema, "cpa", arena);
    *row = (pbr_earlier){
        .run = run,
        .area = pbr_contract_area(contract, cpa, strlen(cpa)),
        .cohort = pbr_contract_cohort(contract, text_cell(table, schema, "cohort", arena)),
        .line = text_cell(table, schema, "line", arena),
        .provider = text_cell(table, schema, "provider", arena),
        .payee = text_cell(table, schema, "payee", arena),
        .disposition = text_cell(table, schema, "disposition", arena),
    };
    bool ok =
        pbr_table_pence(table, pbr_schema_column(schema, "computed_pence"), &row->computed_pence);
    ok &= pbr_table_pence(table, pbr_schema_column(schema, "due_pence"), &row->due_pence);
    if (row->area != PBR_NONE && row->cohort != PBR_NONE) return ok;
    pbr_table_error(table, pbr_schema_column(schema, row->area == PBR_NONE ? "cpa" : "cohort"),
                    "other-contract", "is not in this contract",
                    "name settlements of this contract only");
    return false;
}

static pbr_earlier *next_row(struct loader *l)
{
    size_t count = l->work->earlier_count;
    l->earlier = pbr_grow(l->earlier, &l->earlier_room, count + 1, sizeof *l->earlier);
    return &l->earlier[count];
}

static void read_payments(struct loader *l, size_t run)
{
    const pbr_schema *schema = &pbr_payments_schema;
    pbr_table *table = open_file(l, run, schema);
    if (!table) return;
    while (pbr_table_next(table)) {
        pbr_earlier *row = next_row(l);
        if (!read_line(l, table, schema, run, row)) continue;
        row->adopted = is_adopted(table, schema);
        l->work->earlier_count++;
    }
    pbr_table_close(table, NULL);
}

static pbr_measures *read_measures(struct loader *l, size_t run)
{
    const struct folder *folder = &l->folders[run];
    const char *file = pbr_metrics_schema.file;
    if (!pbr_manifest_vouches(&folder->manifest, folder->path, file, l->diag)) return NULL;
    const char *path = pbr_arena_printf(l->work->arena, "%s/%s", folder->path, file);
    return pbr_metrics_read(path, l->work->contract, PBR_NO_DATE, l->work->as_at, NULL, l->diag);
}

/* The row that takes a sum beyond what can be paid is where to look. */
static void must_fit(struct loader *l, const pbr_table *table, bool fits, const char *what)
{
    if (!fits)
        pbr_error(l->diag, "amount-too-large", pbr_table_place(table, 0),
                  "what earlier settlements come to for \"%s\" does not fit in 63 bits of pence: "
                  "check which settlements --previous names",
                  what);
}

static void add_other(struct loader *l, const pbr_table *table, const char *id, int64_t due_pence)
{
    size_t *count = &l->work->earlier_others_count, i = 0;
    pbr_must(l->others || *count == 0);
    while (i < *count && strcmp(l->others[i].id, id) != 0) i++;
    if (i == *count) {
        l->others = pbr_grow(l->others, &l->others_room, *count + 1, sizeof *l->others);
        l->others[(*count)++] = (pbr_earlier_other){.id = id};
    }
    must_fit(l, table, pbr_pence_add(&l->others[i].settled_pence, due_pence), id);
}

static void read_others(struct loader *l, size_t run)
{
    const pbr_schema *schema = &pbr_other_schema;
    pbr_table *table = open_file(l, run, schema);
    if (!table) return;
    while (pbr_table_next(table)) {
        int64_t due = 0;
        const char *id = text_cell(table, schema, "id", l->work->arena);
        if (pbr_table_pence(table, pbr_schema_column(schema, "due_pence"), &due))
            add_other(l, table, id, due);
    }
    pbr_table_close(table, NULL);
}

static void add_carried(struct loader *l, const pbr_table *table, const char *payee, int64_t pence)
{
    size_t *count = &l->work->carried_count, i = 0;
    while (i < *count && strcmp(l->carried[i].payee, payee) != 0) i++;
    if (i == *count) {
        l->carried = pbr_grow(l->carried, &l->carried_room, *count + 1, sizeof *l->carried);
        l->carried[(*count)++] = (pbr_carried){.payee = payee};
    }
    must_fit(l, table, pbr_pence_add(&l->carried[i].carried_pence, pence), payee);
}

/* What a run adds to a payee's balance is what it carried forward less what it brought forward: so
 * every chain of runs comes to its last balance, and chains that know nothing of each other add up.
 */
static void read_balances(struct loader *l, size_t run)
{
    const pbr_schema *schema = &pbr_balances_schema;
    pbr_table *table = open_file(l, run, schema);
    if (!table) return;
    while (pbr_table_next(table)) {
        int64_t brought = 0, carried = 0;
        const char *payee = text_cell(table, schema, "payee", l->work->arena);
        if (pbr_table_pence(table, pbr_schema_column(schema, "brought_forward_pence"), &brought) &&
            pbr_table_pence(table, pbr_schema_column(schema, "carried_forward_pence"), &carried))
            add_carried(l, table, payee, carried - brought);
    }
    pbr_table_close(table, NULL);
}

static void list_folders(struct loader *l, const char *const *paths, size_t count)
{
    l->folders = pbr_arena_alloc(l->work->arena, (count + 1) * sizeof *l->folders);
    for (size_t i = 0; i < count; i++) {
        struct folder folder = {.path = paths[i]};
        if (pbr_manifest_load(&folder.manifest, paths[i], l->work->arena, l->diag) &&
            !is_known(l, folder.manifest.id))
            l->folders[l->count++] = folder;
    }
    if (l->count) qsort(l->folders, l->count, sizeof *l->folders, by_settlement);
}

/* What a settlement was built on is part of its sums, and nothing is settled before it. */
static void check_chain(const struct loader *l)
{
    char day[PBR_DATE_TEXT];
    pbr_date_text(l->work->as_at, day);
    for (size_t i = 0; i < l->count; i++) {
        const struct folder *folder = &l->folders[i];
        pbr_place place = {folder->path, 0, 0};
        if (l->work->as_at != PBR_NO_DATE && strncmp(folder->manifest.id, day, 10) > 0)
            pbr_error(l->diag, "later-settlement", place,
                      "settlement %s was made after --as-at %s: correct the date",
                      folder->manifest.id, day);
        for (size_t k = 0; k < folder->manifest.previous_count; k++)
            if (!is_known(l, folder->manifest.previous[k]))
                pbr_error(l->diag, "missing-settlement", place,
                          "settlement %s was built on %s: name that with --previous too",
                          folder->manifest.id, folder->manifest.previous[k]);
    }
}

static void *keep(pbr_arena *arena, void *rows, size_t count, size_t size)
{
    void *kept = pbr_arena_alloc(arena, (count + 1) * size);
    if (rows) memcpy(kept, rows, count * size);
    free(rows);
    return kept;
}

static void keep_rows(struct loader *l)
{
    pbr_work *work = l->work;
    work->earlier = keep(work->arena, l->earlier, work->earlier_count, sizeof *l->earlier);
    work->earlier_others =
        keep(work->arena, l->others, work->earlier_others_count, sizeof *l->others);
    work->carried = keep(work->arena, l->carried, work->carried_count, sizeof *l->carried);
}

void pbr_work_previous(pbr_work *work, const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *const *paths;
    struct loader l = {.work = work, .diag = diag};
    size_t count = pbr_arguments_values(arguments, "previous", &paths);
    list_folders(&l, paths, count);
    check_chain(&l);
    work->runs = pbr_arena_alloc(work->arena, (l.count + 1) * sizeof *work->runs);
    for (size_t i = 0; i < l.count; i++) {
        pbr_earlier_run *run = &work->runs[work->runs_count++];
        const pbr_manifest *manifest = &l.folders[i].manifest;
        *run = (pbr_earlier_run){
            .id = manifest->id,
            .same_terms = pbr_manifest_same_terms(manifest, work->contract),
            .same_program = strcmp(manifest->program_version, PBR_VERSION) == 0,
        };
        int64_t before = pbr_diag_count(diag, PBR_ERROR);
        read_payments(&l, i);
        if (pbr_diag_count(diag, PBR_ERROR) != before) continue; /* it would only be said again */
        read_others(&l, i);
        read_balances(&l, i);
        run->measures = read_measures(&l, i);
    }
    keep_rows(&l);
}

/* --- what a settlement's own folder says of those before it --- */

static size_t run_named(const pbr_work *work, const char *id)
{
    size_t i = 0;
    while (i < work->runs_count && strcmp(work->runs[i].id, id) != 0) i++;
    return i;
}

static void read_earlier(struct loader *l)
{
    const pbr_schema *schema = &pbr_earlier_schema;
    size_t id = pbr_schema_column(schema, "settlement");
    pbr_table *table = open_file(l, 0, schema);
    if (!table) return;
    while (pbr_table_next(table)) {
        pbr_earlier *row = next_row(l);
        size_t run = run_named(l->work, text_cell(table, schema, "settlement", l->work->arena));
        bool known = run < l->work->runs_count;
        if (!known)
            pbr_table_error(table, id, "missing-settlement", "is not one it was built on",
                            "use the settlement as it was written");
        if (!read_line(l, table, schema, run, row) || !known) continue;
        row->adopted = strcmp(text_cell(table, schema, "adopted", l->work->arena), "yes") == 0;
        l->work->earlier_count++;
    }
    pbr_table_close(table, NULL);
}

static void read_brought(struct loader *l)
{
    const pbr_schema *schema = &pbr_balances_schema;
    pbr_table *table = open_file(l, 0, schema);
    if (!table) return;
    while (pbr_table_next(table)) {
        int64_t pence = 0;
        const char *payee = text_cell(table, schema, "payee", l->work->arena);
        if (pbr_table_pence(table, pbr_schema_column(schema, "brought_forward_pence"), &pence) &&
            pence)
            add_carried(l, table, payee, pence);
    }
    pbr_table_close(table, NULL);
}

static void read_previous_others(struct loader *l)
{
    const pbr_schema *schema = &pbr_other_schema;
    pbr_table *table = open_file(l, 0, schema);
    if (!table) return;
    while (pbr_table_next(table)) {
        int64_t pence = 0;
        const char *id = text_cell(table, schema, "id", l->work->arena);
        if (pbr_table_pence(table, pbr_schema_column(schema, "previous_pence"), &pence))
            add_other(l, table, id, pence);
    }
    pbr_table_close(table, NULL);
}

void pbr_work_earlier(pbr_work *work, const char *folder, const pbr_manifest *manifest,
                      pbr_diag *diag)
{
    struct folder own = {folder, *manifest};
    struct loader l = {.work = work, .diag = diag, .folders = &own, .count = 1};
    work->runs = pbr_arena_alloc(work->arena, (manifest->previous_count + 1) * sizeof *work->runs);
    for (size_t i = 0; i < manifest->previous_count; i++)
        work->runs[work->runs_count++] = (pbr_earlier_run){.id = manifest->previous[i]};
    read_earlier(&l);
    read_brought(&l);
    read_previous_others(&l);
    keep_rows(&l);
}
