/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Earlier settlement folders, for caps over the year and for differences. */
#include "command/work.h"

#include "input/table.h"
#include "report/manifest.h"
#include "report/tables.h"

#include <stdlib.h>
#include <string.h>

static size_t column(const char *name)
{
    return pbr_schema_column(&pbr_payments_schema, name);
}

static const char *text_cell(pbr_table *table, const char *name, pbr_arena *arena)
{
    pbr_slice cell = pbr_table_cell(table, column(name));
    return pbr_arena_text(arena, cell.text, cell.length);
}

static void read_row(pbr_work *work, pbr_table *table, pbr_earlier *row, bool *ok)
{
    pbr_slice cpa = pbr_table_cell(table, column("cpa"));
    row->area = pbr_contract_area(work->contract, cpa.text, cpa.length);
    row->cohort = pbr_contract_cohort(work->contract, text_cell(table, "cohort", work->arena));
    row->line = text_cell(table, "line", work->arena);
    row->provider = text_cell(table, "provider", work->arena);
    row->payee = text_cell(table, "payee", work->arena);
    row->settlement = text_cell(table, "settlement", work->arena);
    *ok = pbr_table_pence(table, column("computed_pence"), &row->computed_pence);
    *ok &= pbr_table_pence(table, column("due_pence"), &row->due_pence);
    if (row->area != PBR_NONE && row->cohort != PBR_NONE) return;
    *ok = false;
    pbr_table_error(table, column(row->area == PBR_NONE ? "cpa" : "cohort"), "other-contract",
                    "is not in this contract", "name settlements of this contract only");
}

static void note_id(pbr_work *work, const char *id)
{
    size_t i = 0;
    while (i < work->previous_count && strcmp(work->previous_ids[i], id) != 0) i++;
    if (i == work->previous_count) work->previous_ids[work->previous_count++] = id;
}

static void read_folder(pbr_work *work, const char *folder, size_t *room, pbr_diag *diag)
{
    if (!pbr_manifest_vouches(folder, "payments.csv", diag)) return;
    const char *path = pbr_arena_printf(work->arena, "%s/payments.csv", folder);
    pbr_table *table = pbr_table_open(path, &pbr_payments_schema, NULL, 0, diag);
    if (!table) return;
    size_t before = work->earlier_count;
    while (pbr_table_next(table)) {
        bool ok;
        work->earlier =
            pbr_grow(work->earlier, room, work->earlier_count + 1, sizeof *work->earlier);
        read_row(work, table, &work->earlier[work->earlier_count], &ok);
        work->earlier_count += ok;
    }
    pbr_table_close(table, NULL);
    if (work->earlier_count > before) note_id(work, work->earlier[before].settlement);
}

static int by_bytes(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Folders are taken in order of their settlements, so that the order of naming them cannot matter,
 * and one named twice counts once. */
void pbr_work_previous(pbr_work *work, const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *const *folders;
    size_t count = pbr_arguments_values(arguments, "previous", &folders), room = 0;
    pbr_earlier *rows = NULL;
    work->previous_ids = pbr_arena_alloc(work->arena, (count + 1) * sizeof *work->previous_ids);
    for (size_t i = 0; i < count; i++) {
        size_t known = work->previous_count, before = work->earlier_count;
        read_folder(work, folders[i], &room, diag);
        if (work->previous_count == known) work->earlier_count = before;
    }
    if (work->previous_count)
        qsort(work->previous_ids, work->previous_count, sizeof *work->previous_ids, by_bytes);
    rows = pbr_arena_alloc(work->arena, (work->earlier_count + 1) * sizeof *rows);
    if (work->earlier_count) memcpy(rows, work->earlier, work->earlier_count * sizeof *rows);
    free(work->earlier);
    work->earlier = rows;
}
