/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/trace.h"

#include <jansson.h>
#include <string.h>

static json_t *day_json(pbr_date day)
{
    char text[PBR_DATE_TEXT];
    return day == PBR_NO_DATE ? json_null() : json_string(pbr_date_text(day, text));
}

static json_t *place_json(const pbr_extract_row *row)
{
    return json_pack("{s:s, s:I}", "file", row->file, "line", (json_int_t)row->line);
}

static json_t *provenance_json(const pbr_provenance *from)
{
    return json_pack("{s:s, s:s, s:s}", "clause", from->clause, "source", from->source, "status",
                     pbr_status_text(from->status));
}

static json_t *reoffence_json(const pbr_trace *t, const pbr_outcome *outcome,
                              const pbr_reoffence_row *row)
{
    pbr_judgement judged = pbr_judge_reoffence(t->outcomes->rows, outcome, row);
    json_t *json = json_pack(
        "{s:o, s:o, s:o, s:s, s:s, s:b, s:s, s:o}", "place", place_json(&row->row), "offence_date",
        day_json(row->committed), "outcome_date", day_json(row->proved), "outcome", row->outcome,
        "offence_id", row->offence_id, "in", judged.reason == PBR_COUNTS, "why",
        pbr_reoffence_word(judged.reason), "term", provenance_json(judged.from));
    if (judged.ignored) json_object_set_new(json, "rule", json_string(judged.ignored->id));
    if (judged.first) json_object_set_new(json, "first_proof", place_json(&judged.first->row));
    return json;
}

static json_t *reoffences_json(const pbr_trace *t, const pbr_outcome *outcome)
{
    const pbr_rows *rows = t->outcomes->rows;
    size_t first, count = pbr_rows_of_person(rows, t->person, &first);
    json_t *list = json_array();
    for (size_t i = first; i < first + count; i++)
        json_array_append_new(list, reoffence_json(t, outcome, &rows->reoffences[i]));
    return list;
}

static json_t *outcome_json(const pbr_trace *t, const pbr_outcome *outcome)
{
    const pbr_rows *rows = t->outcomes->rows;
    json_t *json = json_pack(
        "{s:s, s:s, s:b, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:o}", "cohort",
        rows->contract->cohorts[outcome->cohort].name, "rules", outcome->rules->name, "settled",
        pbr_is_settled(rows->contract, outcome, t->cohorts, t->cohorts_count, t->as_at), "stage",
        outcome->stage, "reason", outcome->reason, "words", outcome->words, "term",
        provenance_json(outcome->from), "follow_up_last", day_json(outcome->follow_up_end - 1),
        "proof_last", day_json(outcome->proof_end - 1), "transferred_on",
        day_json(outcome->transferred), "reoffences_counted", (json_int_t)outcome->reoffences,
        "reoffences", reoffences_json(t, outcome));
    if (outcome->stands)
        json_object_set_new(json, "stands_for_it", place_json(&outcome->stands->row));
    if (!outcome->filter) return json;
    const char *column = outcome->filter->column;
    json_object_set_new(json, "column", json_string(column));
    json_object_set_new(
        json, "cell",
        json_string(pbr_row_cell(&outcome->start->row, &rows->start_columns, column)));
    return json;
}

static json_t *start_json(const pbr_trace *t, const pbr_start_row *start)
{
    const pbr_outcomes *outcomes = t->outcomes;
    char score[PBR_RATIO_TEXT];
    json_t *list = json_array();
    for (size_t i = 0; i < outcomes->count; i++)
        if (outcomes->items[i].start == start && outcomes->items[i].measured)
            json_array_append_new(list, outcome_json(t, &outcomes->items[i]));
    return json_pack("{s:o, s:s, s:o, s:s, s:s, s:s, s:s, s:o}", "place", place_json(&start->row),
                     "cpa", outcomes->rows->contract->areas[start->area].code, "start_date",
                     day_json(start->date), "start_type", start->type, "start_id", start->start_id,
                     "group", start->control ? "control" : "treated", "ogrs",
                     pbr_score_text(start, score), "cohorts", list);
}

void pbr_trace_print_json(const pbr_trace *trace, FILE *out)
{
    const pbr_rows *rows = trace->outcomes->rows;
    size_t first;
    json_t *list = json_array();
    for (size_t i = 0; i < rows->starts_count; i++)
        if (strcmp(rows->starts[i].person, trace->person) == 0)
            json_array_append_new(list, start_json(trace, &rows->starts[i]));
    json_t *root =
        json_pack("{s:s, s:s, s:o, s:o, s:s, s:I, s:o}", "format", PBR_TRACE_FORMAT, "settlement",
                  trace->settlement, "as_at", day_json(trace->as_at), "snapshot",
                  day_json(trace->snapshot), "person_id", trace->shown, "reoffence_rows",
                  (json_int_t)pbr_rows_of_person(rows, trace->person, &first), "starts", list);
    json_dumpf(root, out, JSON_INDENT(2));
    fputc('\n', out);
    json_decref(root);
}
