/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/cells.h"

#include "contract/tables.h"

#include <stdlib.h>
#include <string.h>

const char *const pbr_status_list[] = {"published", "verified", "reconstructed", "illustrative",
                                       NULL};

pbr_table *pbr_open_table(pbr_contract *contract, const pbr_schema *schema, pbr_diag *diag)
{
    return pbr_table_open(pbr_contract_path(contract, schema->file), schema, NULL, 0, diag);
}

void pbr_close_table(pbr_contract *contract, pbr_table *table, const pbr_schema *schema)
{
    char sha256[PBR_SHA256_TEXT];
    pbr_table_close(table, sha256);
    pbr_contract_record(contract, schema->file, sha256);
}

/* Text of the contract reaches file names, workbooks and CSV files that spreadsheets open, and
 * people compare it by eye. */
bool pbr_name_cell(pbr_table *table, size_t column, pbr_arena *arena, const char **out)
{
    pbr_slice cell;
    size_t at;
    *out = "";
    if (!pbr_table_text(table, column, &cell)) return false;
    *out = pbr_arena_text(arena, cell.text, cell.length);
    if (strchr("=+-@", cell.text[0])) {
        pbr_table_error(table, column, "bad-name", "could be read as a formula",
                        "begin it with a letter or digit");
        return false;
    }
    if (!pbr_unseen(cell.text, cell.length, &at)) return true;
    pbr_table_error(table, column, "bad-name", "holds a character that cannot be seen",
                    "write it anew, on one line");
    return false;
}

bool pbr_area_cell(const pbr_contract *contract, pbr_table *table, size_t column, size_t *area)
{
    pbr_slice cell;
    if (!pbr_table_text(table, column, &cell)) return false;
    *area = pbr_contract_area(contract, cell.text, cell.length);
    if (*area != PBR_NONE) return true;
    if (contract->areas_count) /* else it is areas.csv that is wrong, and said to be so */
        pbr_table_error(table, column, "unknown-area", "is no area of the contract",
                        "correct it, or add it to areas.csv");
    return false;
}

pbr_provenance pbr_provenance_cells(pbr_table *table, size_t clause, pbr_arena *arena)
{
    pbr_provenance from = {0};
    const char *text;
    pbr_slice status;
    if (pbr_name_cell(table, clause, arena, &text))
        from.clause = pbr_arena_text(arena, text, strlen(text));
    if (pbr_name_cell(table, clause + 1, arena, &text))
        from.source = pbr_arena_text(arena, text, strlen(text));
    if (!pbr_table_text(table, clause + 2, &status)) return from;
    for (int i = 0; pbr_status_list[i]; i++)
        if (pbr_slice_is(status, pbr_status_list[i])) from.status = (pbr_status)(PBR_PUBLISHED + i);
    return from;
}

/* Tables grow as heap arrays while they are read and move to the arena when they are whole. */
void *pbr_keep_rows(pbr_contract *contract, void *rows, size_t count, size_t size)
{
    void *kept = pbr_arena_alloc(contract->arena, count * size);
    if (count) memcpy(kept, rows, count * size);
    free(rows);
    return kept;
}
