/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/inputs.h"

#include "compare/keyed.h"
#include "measure/counts.h"
#include "measure/metrics_csv.h"
#include "settle/run_tables.h"

#include <stdlib.h>
#include <string.h>

/* A start is told apart as the reader of extracts does it; a reoffence by its id where there is
 * one, and its day. */
static const struct {
    const char *role, *key;
} extracts[] = {
    {"cohort", "person_id,cpa,start_date,start_type,start_id"},
    {"reoffences", "person_id,offence_id,offence_date"},
};

const char *pbr_input_key(const char *role)
{
    const pbr_schema *const tables[] = {&pbr_metrics_schema,   &pbr_counts_schema,
                                        &pbr_volumes_schema,   &pbr_levels_schema,
                                        &pbr_decisions_schema, &pbr_others_schema};
    for (size_t i = 0; i < sizeof extracts / sizeof *extracts; i++)
        if (strcmp(extracts[i].role, role) == 0) return extracts[i].key;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(tables[i]->name, role) == 0) return tables[i]->key;
    return NULL;
}

static size_t times(const pbr_input_side *side, const char *sha256)
{
    size_t count = 0;
    for (size_t i = 0; i < side->count; i++) count += strcmp(side->files[i].sha256, sha256) == 0;
    return count;
}

static bool same_files(const pbr_input_side *a, const pbr_input_side *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = times(a, a->files[i].sha256) == times(b, a->files[i].sha256);
    return same;
}

static bool read_side(pbr_keyed *rows, const pbr_input_side *side, pbr_arena *arena, pbr_diag *diag)
{
    char unused[PBR_SHA256_TEXT];
    bool read = true;
    for (size_t i = 0; read && i < side->count; i++) {
        pbr_source *source =
            side->files[i].path ? pbr_source_open(side->files[i].path, diag) : NULL;
        read = source && pbr_keyed_read(rows, source, side->key, arena, diag);
        if (source) pbr_source_close(source, unused);
    }
    pbr_keyed_sort(rows);
    return read;
}

static void count_row(void *context, const pbr_keyed_row *old, const pbr_keyed_row *now)
{
    pbr_input_change *change = context;
    change->added += !old;
    change->removed += !now;
    change->changed += old && now;
}

void pbr_inputs_compare(pbr_input_change *change)
{
    pbr_keyed old = {0}, now = {0};
    change->same = same_files(&change->old, &change->now);
    if (change->same || !change->old.key || !change->now.key) return;
    pbr_arena *arena = pbr_arena_new();
    pbr_diag *diag = pbr_diag_new();
    change->rows_known =
        read_side(&old, &change->old, arena, diag) && read_side(&now, &change->now, arena, diag);
    if (change->rows_known) {
        change->old_rows = (int64_t)old.count;
        change->new_rows = (int64_t)now.count;
        pbr_keyed_compare(&old, &now, count_row, change);
    }
    pbr_keyed_free(&old);
    pbr_keyed_free(&now);
    pbr_diag_free(diag);
    pbr_arena_free(arena);
}
