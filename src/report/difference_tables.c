/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/difference_tables.h"

#include <jansson.h>
#include <string.h>

enum { PART_PLACES = 12 };

#define PART_COLUMN(column, words)                                                                 \
    {                                                                                              \
        .name = column, .kind = PBR_SIGNED, .presence = PBR_BLANKABLE, .places = PART_PLACES,      \
        .description = words, .unit = "pence, or the unit of the figure", .example = "-1234.56"    \
    }

static const pbr_column columns[] = {
    {.name = "figure",
     .description = "name of the figure, CPA/COHORT/LINE/FIELD, with /PAYEE after it for a share, "
                    "or PAYEE/FIELD",
     .example = "C05/2015Q4/binary/due_pence"},
    {.name = "old",
     .presence = PBR_BLANKABLE,
     .description = "as the old settlement records it",
     .example = "1234567"},
    {.name = "new",
     .presence = PBR_BLANKABLE,
     .description = "as the new settlement records it",
     .example = "1233333"},
    PART_COLUMN("change", "new less old; blank where the figure is no number on both sides"),
    PART_COLUMN("data_rows", "by other data of starts that both count"),
    PART_COLUMN("membership", "by who is counted, as the data have it"),
    PART_COLUMN("terms", "by the contract"),
    PART_COLUMN("run", "by date, cohorts, earlier settlements, decisions and other money"),
    PART_COLUMN("engine", "by the program"),
    PART_COLUMN("rounding", "by rounding to whole pence"),
    {.name = "causes",
     .presence = PBR_BLANKABLE,
     .description = "the causes at which the figure changed, joined by ;",
     .example = "data_rows;rounding"},
};
const pbr_schema pbr_difference_schema = {.name = "difference",
                                          .file = "difference.csv",
                                          .title = "What changed between two settlements, and why",
                                          .columns = columns,
                                          .count = sizeof columns / sizeof *columns,
                                          .key = "figure"};

static void part_cell(pbr_out *out, const pbr_figure_change *change, const mpq_t part)
{
    if (change->numeric)
        pbr_out_decimal(out, part, PART_PLACES);
    else
        pbr_out_text(out, NULL);
}

static const char *causes_of(const pbr_figure_change *change, pbr_arena *arena)
{
    const char *words = "";
    for (pbr_cause cause = 0; cause < PBR_CAUSES; cause++)
        if (change->moved[cause])
            words =
                pbr_arena_printf(arena, "%s%s%s", words, *words ? ";" : "", pbr_cause_key(cause));
    return words;
}

void pbr_difference_csv(pbr_out *out, const pbr_difference *difference)
{
    pbr_arena *arena = pbr_arena_new();
    for (size_t i = 0; i < pbr_difference_schema.count; i++) pbr_out_text(out, columns[i].name);
    pbr_out_end_row(out);
    for (size_t i = 0; i < difference->figures->count; i++) {
        const pbr_figure_change *change = &difference->figures->items[i];
        pbr_out_text(out, change->name);
        pbr_out_text(out, change->old);
        pbr_out_text(out, change->now);
        part_cell(out, change, change->change);
        for (pbr_cause cause = 0; cause < PBR_CAUSES; cause++)
            part_cell(out, change, change->parts[cause]);
        pbr_out_text(out, causes_of(change, arena));
        pbr_out_end_row(out);
    }
    pbr_arena_free(arena);
}

/* --- JSON --- */

static json_t *text_json(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *side_json(const pbr_difference_side *side)
{
    char day[PBR_DATE_TEXT];
    return json_pack("{s:s, s:s, s:s}", "settlement", side->id, "program", side->program, "as_at",
                     pbr_date_text(side->as_at, day));
}

/* Numbers are texts: a reader's floating point would round them. */
static json_t *number_json(const mpq_t value)
{
    char text[PBR_RATIO_TEXT];
    return json_string(pbr_decimal_text(text, value, PART_PLACES));
}

static json_t *figure_json(const pbr_figure_change *change)
{
    json_t *figure = json_pack("{s:s, s:o, s:o}", "figure", change->name, "old",
                               text_json(change->old), "new", text_json(change->now));
    json_t *parts = json_object(), *causes = json_array();
    for (pbr_cause cause = 0; cause < PBR_CAUSES; cause++) {
        if (change->numeric)
            json_object_set_new(parts, pbr_cause_key(cause), number_json(change->parts[cause]));
        if (change->moved[cause]) json_array_append_new(causes, json_string(pbr_cause_key(cause)));
    }
    json_object_set_new(figure, "change",
                        change->numeric ? number_json(change->change) : json_null());
    json_object_set_new(figure, "parts", change->numeric ? json_incref(parts) : json_null());
    json_object_set_new(figure, "causes", causes);
    json_decref(parts);
    return figure;
}

static json_t *figures_json(const pbr_difference *difference)
{
    json_t *list = json_array();
    for (size_t i = 0; i < difference->figures->count; i++)
        json_array_append_new(list, figure_json(&difference->figures->items[i]));
    return list;
}

static json_t *counts_json(const pbr_difference *difference)
{
    json_t *list = json_array();
    for (size_t i = 0; i < difference->counts.count; i++) {
        const pbr_count_change *change = &difference->counts.items[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "cpa",
                                              change->area, "cohort", change->cohort, "group",
                                              change->control ? "control" : "treated", "cause",
                                              pbr_cause_key(change->cause), "count", change->what,
                                              "old", change->old, "new", change->now));
    }
    return list;
}

static json_t *terms_json(const pbr_difference *difference)
{
    json_t *list = json_array();
    for (size_t i = 0; i < difference->terms->count; i++) {
        const pbr_term_change *change = &difference->terms->items[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:s}", "file", change->file,
                                        "term", change->term, "old", text_json(change->old), "new",
                                        text_json(change->now), "clause", change->clause, "source",
                                        change->source, "status", change->status));
    }
    return list;
}

static json_t *files_json(const pbr_input_side *side)
{
    json_t *list = json_array();
    for (size_t i = 0; i < side->count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "name", side->files[i].name,
                                              "sha256", side->files[i].sha256, "found",
                                              side->files[i].path != NULL));
    return list;
}

static json_t *rows_json(const pbr_input_change *input)
{
    if (!input->rows_known) return json_null();
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "old", (json_int_t)input->old_rows, "new",
                     (json_int_t)input->new_rows, "added", (json_int_t)input->added, "removed",
                     (json_int_t)input->removed, "changed", (json_int_t)input->changed);
}

static json_t *inputs_json(const pbr_difference *difference)
{
    json_t *list = json_array();
    for (size_t i = 0; i < difference->inputs_count; i++) {
        const pbr_input_change *input = &difference->inputs[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:b, s:o, s:o, s:o}", "role", input->role, "same",
                                        input->same, "old", files_json(&input->old), "new",
                                        files_json(&input->now), "rows", rows_json(input)));
    }
    return list;
}

static json_t *options_json(const pbr_difference *difference)
{
    json_t *list = json_array();
    for (size_t i = 0; i < difference->options_count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "option", difference->options[i].option, "old",
                            difference->options[i].old, "new", difference->options[i].now));
    return list;
}

static json_t *notes_json(const pbr_difference *difference)
{
    json_t *list = json_array();
    for (size_t i = 0; i < difference->notes_count; i++)
        json_array_append_new(list, json_string(difference->notes[i]));
    return list;
}

void pbr_difference_json(FILE *out, const pbr_difference *difference)
{
    json_t *root = json_pack("{s:s, s:b, s:o, s:o, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o}",
                             "format", PBR_DIFFERENCE_FORMAT, "identical",
                             !pbr_difference_any(difference), "old", side_json(&difference->old),
                             "new", side_json(&difference->now), "scheme", difference->title,
                             "currency", difference->currency, "data_rows_apart", difference->split,
                             "figures", figures_json(difference), "counts", counts_json(difference),
                             "terms", terms_json(difference), "inputs", inputs_json(difference),
                             "run", options_json(difference), "notes", notes_json(difference));
    json_dumpf(root, out, JSON_INDENT(2));
    fputc('\n', out);
    json_decref(root);
}
