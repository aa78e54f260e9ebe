/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/trace.h"

#include "measure/metrics.h"

#include <inttypes.h>
#include <string.h>

/* ---- what is told ---- */

bool pbr_trace_knows(const pbr_rows *rows, const char *person)
{
    size_t first;
    for (size_t i = 0; i < rows->starts_count; i++)
        if (strcmp(rows->starts[i].person, person) == 0) return true;
    return pbr_rows_of_person(rows, person, &first) > 0;
}

static bool is_of(const pbr_trace *t, const pbr_start_row *start)
{
    return strcmp(start->person, t->person) == 0;
}

static size_t starts_of(const pbr_trace *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->outcomes->rows->starts_count; i++)
        count += is_of(t, &t->outcomes->rows->starts[i]);
    return count;
}

static const char *cohort_name(const pbr_trace *t, size_t cohort)
{
    return t->outcomes->rows->contract->cohorts[cohort].name;
}

/* The cell that a filter looked at, as the extract has it. */
static const char *cell_of(const pbr_trace *t, const pbr_outcome *outcome)
{
    const pbr_row_columns *columns = &t->outcomes->rows->start_columns;
    return pbr_row_cell(&outcome->start->row, columns, outcome->filter->column);
}

/* The settled cohorts that add this one up, as "2015/16"; "" where there is none. */
static const char *sums_of(const pbr_trace *t, const pbr_outcome *outcome, pbr_arena *arena)
{
    const pbr_contract *contract = t->outcomes->rows->contract;
    const char *list = "";
    for (size_t whole = 0; whole < contract->cohorts_count; whole++)
        if (pbr_cohort_chosen(whole, t->cohorts, t->cohorts_count) &&
            pbr_is_sum_of(contract, outcome, whole, t->as_at))
            list = pbr_arena_printf(arena, "%s%s%s", list, *list ? ", " : "",
                                    contract->cohorts[whole].name);
    return list;
}

static bool is_settled(const pbr_trace *t, const pbr_outcome *outcome)
{
    return pbr_is_settled(t->outcomes->rows->contract, outcome, t->cohorts, t->cohorts_count,
                          t->as_at);
}

static const char *const reason_words[PBR_REOFFENCE_REASONS] = {
    [PBR_COUNTS] = "counts",
    [PBR_NOT_PROVING] = "outcome-not-proving",
    [PBR_IGNORED] = "ignored",
    [PBR_BEFORE_START] = "before-start",
    [PBR_AFTER_FOLLOW_UP] = "after-follow-up",
    [PBR_LATER_OUTCOME] = "later-outcome",
    [PBR_PROVED_TOO_LATE] = "proved-too-late",
    [PBR_AFTER_TRANSFER] = "after-transfer",
};

const char *pbr_reoffence_word(pbr_reoffence_reason reason)
{
    return reason_words[reason];
}

/* ---- text ---- */

struct printer {
    const pbr_trace *trace;
    FILE *out;
    pbr_arena *arena;
};

static void print_provenance(struct printer *p, const pbr_provenance *from)
{
    fprintf(p->out, "clause %s; source %s; %s", from->clause, from->source,
            pbr_status_text(from->status));
}

static void print_why(struct printer *p, const pbr_outcome *outcome, const pbr_judgement *judged)
{
    char day[PBR_DATE_TEXT];
    switch (judged->reason) {
    case PBR_NOT_PROVING:
        fputs("its outcome proves no offence under the rules", p->out);
        break;
    case PBR_IGNORED:
        fprintf(p->out, "ignored by rule %s (%s)", judged->ignored->id, judged->ignored->reason);
        break;
    case PBR_BEFORE_START:
        fputs("committed before the start", p->out);
        break;
    case PBR_AFTER_FOLLOW_UP:
        fputs("committed after follow-up", p->out);
        break;
    case PBR_LATER_OUTCOME:
        fprintf(p->out, "the offence is proved at %s:%ld already", judged->first->row.file,
                judged->first->row.line);
        break;
    case PBR_PROVED_TOO_LATE:
        fprintf(p->out, "proved after %s", pbr_date_text(outcome->proof_end - 1, day));
        break;
    case PBR_AFTER_TRANSFER:
        fprintf(p->out, "committed on or after the transfer of %s",
                pbr_date_text(outcome->transferred, day));
        break;
    case PBR_COUNTS:
    case PBR_REOFFENCE_REASONS:
        break;
    }
}

static void print_reoffence(struct printer *p, const pbr_outcome *outcome,
                            const pbr_reoffence_row *row)
{
    char committed[PBR_DATE_TEXT], proved[PBR_DATE_TEXT];
    pbr_judgement judged = pbr_judge_reoffence(p->trace->outcomes->rows, outcome, row);
    fprintf(p->out, "    %-3s  offence of %s, %s on %s%s%s (%s:%ld)\n",
            judged.reason == PBR_COUNTS ? "in" : "out", pbr_date_text(row->committed, committed),
            row->outcome, pbr_date_text(row->proved, proved), *row->offence_id ? ", id " : "",
            row->offence_id, row->row.file, row->row.line);
    if (judged.reason == PBR_COUNTS) return;
    fputs("         ", p->out);
    print_why(p, outcome, &judged);
    fputs(" [", p->out);
    print_provenance(p, judged.from);
    fputs("]\n", p->out);
}

static void print_reoffences(struct printer *p, const pbr_outcome *outcome)
{
    const pbr_rows *rows = p->trace->outcomes->rows;
    size_t first, count = pbr_rows_of_person(rows, p->trace->person, &first);
    fprintf(p->out, "    reoffences in the window: %" PRId64 "%s\n", outcome->reoffences,
            outcome->reoffences && outcome->stage != pbr_stage_counted
                ? ", not counted since the start is not"
                : "");
    for (size_t i = first; i < first + count; i++)
        print_reoffence(p, outcome, &rows->reoffences[i]);
}

static void print_window(struct printer *p, const pbr_outcome *outcome)
{
    char from[PBR_DATE_TEXT], to[PBR_DATE_TEXT], proof[PBR_DATE_TEXT], moved[PBR_DATE_TEXT];
    fprintf(p->out, "    follow-up %s to %s, proof until %s (rules %s)\n",
            pbr_date_text(outcome->start->date, from),
            pbr_date_text(outcome->follow_up_end - 1, to),
            pbr_date_text(outcome->proof_end - 1, proof), outcome->rules->name);
    if (outcome->transferred != PBR_NO_DATE)
        fprintf(p->out, "    transferred on %s\n", pbr_date_text(outcome->transferred, moved));
}

static void print_outcome(struct printer *p, const pbr_outcome *outcome)
{
    char day[PBR_DATE_TEXT];
    const char *sums = sums_of(p->trace, outcome, p->arena);
    fprintf(p->out, "  %s%s%s: ", cohort_name(p->trace, outcome->cohort),
            *sums ? ", and as a part of " : "", sums);
    if (outcome->stage == pbr_stage_counted)
        fputs("counted", p->out);
    else
        fprintf(p->out, "%s by %s: %s", outcome->stage, outcome->reason, outcome->words);
    fprintf(p->out, "%s\n",
            is_settled(p->trace, outcome) ? "" : " (not settled in this settlement)");
    if (outcome->filter)
        fprintf(p->out, "    its %s is \"%s\"\n", outcome->filter->column,
                cell_of(p->trace, outcome));
    if (outcome->stands)
        fprintf(p->out, "    the start of %s, %s stands for it (%s:%ld)\n",
                pbr_date_text(outcome->stands->date, day),
                p->trace->outcomes->rows->contract->areas[outcome->stands->area].code,
                outcome->stands->row.file, outcome->stands->row.line);
    fputs("    [", p->out);
    print_provenance(p, outcome->from);
    fputs("]\n", p->out);
    print_window(p, outcome);
    print_reoffences(p, outcome);
}

static void print_start(struct printer *p, const pbr_start_row *start)
{
    char day[PBR_DATE_TEXT], score[PBR_RATIO_TEXT];
    const pbr_outcomes *outcomes = p->trace->outcomes;
    const pbr_area *area = &outcomes->rows->contract->areas[start->area];
    bool found = false;
    fprintf(p->out, "\nstart of %s, %s %s, %s%s%s%s, %s%s (%s:%ld)\n",
            pbr_date_text(start->date, day), area->code, area->name, start->type,
            *start->start_id ? ", " : "", start->start_id, start->control ? ", control group" : "",
            start->score < 0 ? "no score" : "score ", pbr_score_text(start, score), start->row.file,
            start->row.line);
    for (size_t i = 0; i < outcomes->count; i++) {
        if (outcomes->items[i].start != start || !outcomes->items[i].measured) continue;
        print_outcome(p, &outcomes->items[i]);
        found = true;
    }
    if (!found) fputs("  in no cohort of the scheme\n", p->out);
}

void pbr_trace_print(const pbr_trace *trace, FILE *out)
{
    char snapshot[PBR_DATE_TEXT];
    struct printer p = {trace, out, pbr_arena_new()};
    const pbr_rows *rows = trace->outcomes->rows;
    size_t first, reoffences = pbr_rows_of_person(rows, trace->person, &first);
    fprintf(out, "person %s in settlement %s, extracts of %s\n", trace->shown, trace->settlement,
            pbr_date_text(trace->snapshot, snapshot));
    fprintf(out, "starts: %zu; rows of reoffences: %zu\n", starts_of(trace), reoffences);
    for (size_t i = 0; i < rows->starts_count; i++)
        if (is_of(trace, &rows->starts[i])) print_start(&p, &rows->starts[i]);
    pbr_arena_free(p.arena);
}
