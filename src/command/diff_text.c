/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A difference for people: what is due and why it changed first, then the largest lines, the terms
 * and the inputs. */
#include "command/diff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_SHOWN = 10, DIFFERENCES_SHOWN = 20, DIGITS_SHOWN = 12 };

struct printer {
    const pbr_difference *difference;
    FILE *out;
    bool all;
    pbr_arena *arena;
};

/* Pence and their hundredths as pounds, with a sign: parts are amounts before rounding. */
static const char *pounds(const struct printer *p, const mpq_t pence)
{
    enum { HUNDREDTHS = 100 };
    char text[PBR_RATIO_TEXT];
    mpq_t size, scale;
    mpq_inits(size, scale, NULL);
    mpq_abs(size, pence);
    pbr_ratio_set(scale, HUNDREDTHS, 1);
    mpq_mul(size, size, scale);
    int64_t hundredths = pbr_ratio_floor(size);
    mpq_clears(size, scale, NULL);
    const char *sign = mpq_sgn(pence) < 0 ? "-" : mpq_sgn(pence) > 0 ? "+" : "";
    pbr_pounds_text(text, hundredths / HUNDREDTHS);
    return pbr_arena_printf(p->arena, "%s%s%02d", sign, text, (int)(hundredths % HUNDREDTHS));
}

static const char *money(const struct printer *p, int64_t pence)
{
    char text[PBR_RATIO_TEXT];
    return pbr_arena_printf(p->arena, "%s", pbr_pounds_text(text, pence));
}

/* The amount of a cell of whole pence; NULL is a line that is not there. */
static const char *amount(const struct printer *p, const char *cell)
{
    return cell ? money(p, strtoll(cell, NULL, 10)) : "no line";
}

/* --- the summary --- */

static const char *people_words(const struct printer *p, pbr_cause cause)
{
    const pbr_people *people = &p->difference->people;
    if (!p->difference->split) return "";
    if (cause == PBR_CAUSE_DATA_ROWS)
        return pbr_arena_printf(p->arena,
                                "%" PRId64 " of %" PRId64 " starts that both count have other data",
                                people->changed, people->both);
    return pbr_arena_printf(p->arena, "%" PRId64 " starts newly count, %" PRId64 " no longer do",
                            people->joined, people->left);
}

static const char *run_words(const struct printer *p)
{
    const char *words = "";
    for (size_t i = 0; i < p->difference->options_count; i++)
        words = pbr_arena_printf(p->arena, "%s%s%s", words, *words ? ", " : "",
                                 p->difference->options[i].option);
    return words;
}

static const char *terms_words(const struct printer *p)
{
    size_t count = p->difference->terms->count;
    return count ? pbr_arena_printf(p->arena, "%zu difference%s of terms, below", count,
                                    count == 1 ? "" : "s")
                 : "";
}

static const char *engine_words(const struct printer *p)
{
    const pbr_difference *d = p->difference;
    if (strcmp(d->old.program, d->now.program) == 0) return "";
    return pbr_arena_printf(p->arena, "%s -> %s", d->old.program, d->now.program);
}

static const char *cause_words(const struct printer *p, pbr_cause cause)
{
    switch (cause) {
    case PBR_CAUSE_DATA_ROWS:
    case PBR_CAUSE_MEMBERSHIP:
        return people_words(p, cause);
    case PBR_CAUSE_TERMS:
        return terms_words(p);
    case PBR_CAUSE_RUN:
        return run_words(p);
    case PBR_CAUSE_ENGINE:
        return engine_words(p);
    default:
        return "";
    }
}

static void print_cause(const struct printer *p, const pbr_figure_change *total, pbr_cause cause)
{
    const char *part = total ? pounds(p, total->parts[cause]) : "0.0000";
    const char *words = cause_words(p, cause);
    if (cause == PBR_CAUSE_MEMBERSHIP && !p->difference->split && strcmp(part, "0.0000") == 0)
        return;
    fprintf(p->out, "  %-12s %18s%s%s\n", pbr_cause_words(cause), part, *words ? "   " : "", words);
}

static void print_summary(const struct printer *p)
{
    const pbr_difference *d = p->difference;
    const pbr_figure_change *total = pbr_difference_total(d);
    fprintf(p->out, "%s\nold: %s, %s\nnew: %s, %s\n\n", d->title, d->old.id, d->old.program,
            d->now.id, d->now.program);
    if (total)
        fprintf(p->out, "total due (%s): %s -> %s, of which by\n", d->currency,
                money(p, d->old.total_pence), money(p, d->now.total_pence));
    else
        fprintf(p->out, "total due (%s): %s in both\n", d->currency, money(p, d->old.total_pence));
    for (pbr_cause cause = 0; total && cause < PBR_CAUSES; cause++) print_cause(p, total, cause);
    if (total) fprintf(p->out, "  %-12s %18s\n", "change", pounds(p, total->change));
    for (size_t i = 0; i < d->notes_count; i++) fprintf(p->out, "note: %s\n", d->notes[i]);
    fprintf(p->out, "\n%zu of %zu figures differ", d->figures->count, d->figures->figures);
    if (d->figures->only_old || d->figures->only_new)
        fprintf(p->out, "; %zu lines are in the old settlement only, %zu in the new only",
                d->figures->only_old, d->figures->only_new);
    fputc('\n', p->out);
}

/* --- lines --- */

static const char *parts_words(const struct printer *p, const pbr_figure_change *change)
{
    const char *words = "";
    for (pbr_cause cause = 0; cause < PBR_CAUSES; cause++)
        if (mpq_sgn(change->parts[cause]))
            words = pbr_arena_printf(p->arena, "%s%s%s %s", words, *words ? ", " : "",
                                     pbr_cause_words(cause), pounds(p, change->parts[cause]));
    return words;
}

static const char *where_words(const struct printer *p, const pbr_figure_change *change)
{
    const char *words = "";
    for (pbr_cause cause = 0; cause < PBR_CAUSES; cause++)
        if (change->moved[cause])
            words = pbr_arena_printf(p->arena, "%s%s%s", words, *words ? ", " : "",
                                     pbr_cause_words(cause));
    return words;
}

static const char *shown(const char *cell)
{
    return !cell ? "no line" : *cell ? cell : "blank";
}

/* A verdict, hurdle or decision that changed explains most of what its line changed by. */
static void print_words(const struct printer *p, const pbr_figure_change *change)
{
    static const char *const fields[] = {"result", "gated", "disposition"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *name = pbr_arena_printf(p->arena, "%s/%s/%s/%s", change->area, change->cohort,
                                            change->line, fields[i]);
        const pbr_figure_change *word = pbr_figure_changes_find(p->difference->figures, name);
        if (word && word->old && word->now && strcmp(word->old, word->now) != 0)
            fprintf(p->out, "    %s: %s -> %s (%s)\n", fields[i], shown(word->old),
                    shown(word->now), where_words(p, word));
    }
}

static void print_line(const struct printer *p, const pbr_figure_change *change)
{
    const char *parts = parts_words(p, change); /* none where a line of 0.00 came or went */
    fprintf(p->out, "  %s: %s -> %s (%s)\n", change->name, amount(p, change->old),
            amount(p, change->now), pounds(p, change->change));
    if (*parts) fprintf(p->out, "    %s\n", parts);
    print_words(p, change);
    for (pbr_cause cause = 0; cause < PBR_CAUSES; cause++) {
        const char *words =
            pbr_difference_words(p->difference, cause, change->area, change->cohort, p->arena);
        if (*words && cause != PBR_CAUSE_RUN)
            fprintf(p->out, "    %s: %s\n", pbr_cause_words(cause), words);
    }
}

static void print_lines(const struct printer *p)
{
    const pbr_figure_change **lines;
    size_t count = pbr_difference_lines(p->difference, &lines, p->arena);
    size_t shown = p->all || count <= LINES_SHOWN ? count : LINES_SHOWN;
    if (!count) return;
    fprintf(p->out, "\nlargest changes of what is due (%zu of %zu lines)%s\n", shown, count,
            p->difference->chained ? ", apart from what was settled before" : "");
    for (size_t i = 0; i < shown; i++) print_line(p, lines[i]);
}

static void print_figures(const struct printer *p)
{
    const pbr_figure_changes *figures = p->difference->figures;
    if (!p->all || !figures->count) return;
    fprintf(p->out, "\nfigures\n");
    for (size_t i = 0; i < figures->count; i++)
        fprintf(p->out, "  %s: %s -> %s (%s)\n", figures->items[i].name,
                shown(figures->items[i].old), shown(figures->items[i].now),
                where_words(p, &figures->items[i]));
}

/* --- terms, inputs, run --- */

static const char *term_words(const char *value)
{
    return !value ? "not there" : *value ? value : "blank";
}

static void print_terms(const struct printer *p)
{
    const pbr_term_changes *terms = p->difference->terms;
    size_t shown_count =
        p->all || terms->count <= DIFFERENCES_SHOWN ? terms->count : DIFFERENCES_SHOWN;
    if (!terms->count) return;
    fprintf(p->out, "\nterms (%zu of %zu differences)\n", shown_count, terms->count);
    for (size_t i = 0; i < shown_count; i++) {
        const pbr_term_change *term = &terms->items[i];
        bool known = *term->clause || *term->status;
        fprintf(p->out, "  %s: %s: %s -> %s", term->file, term->term, term_words(term->old),
                term_words(term->now));
        if (known) fprintf(p->out, " (%s, %s)", term->clause, term->status);
        fputc('\n', p->out);
    }
}

static void print_files(const struct printer *p, const char *side, const pbr_input_side *files)
{
    for (size_t i = 0; i < files->count; i++)
        fprintf(p->out, "    %s %s, SHA-256 %.*s...%s\n", side, files->files[i].name, DIGITS_SHOWN,
                files->files[i].sha256, files->files[i].path ? "" : ", not found");
}

static void print_inputs(const struct printer *p)
{
    const pbr_difference *d = p->difference;
    bool any = false;
    for (size_t i = 0; i < d->inputs_count; i++) {
        const pbr_input_change *input = &d->inputs[i];
        if (input->same) continue;
        if (!any) fprintf(p->out, "\ninputs\n");
        any = true;
        if (input->rows_known)
            fprintf(p->out,
                    "  %s: %" PRId64 " rows -> %" PRId64 ": %" PRId64 " added, %" PRId64
                    " removed, %" PRId64 " changed\n",
                    input->role, input->old_rows, input->new_rows, input->added, input->removed,
                    input->changed);
        else
            fprintf(p->out, "  %s: other files; their rows are not known\n", input->role);
        print_files(p, "old", &input->old);
        print_files(p, "new", &input->now);
    }
}

static void print_options(const struct printer *p)
{
    const pbr_difference *d = p->difference;
    if (!d->options_count) return;
    fprintf(p->out, "\nwhat the run was told\n");
    for (size_t i = 0; i < d->options_count; i++)
        fprintf(p->out, "  %s: %s -> %s\n", d->options[i].option,
                *d->options[i].old ? d->options[i].old : "nothing",
                *d->options[i].now ? d->options[i].now : "nothing");
}

void pbr_difference_print(const pbr_difference *difference, bool all, FILE *out)
{
    struct printer p = {difference, out, all, pbr_arena_new()};
    print_summary(&p);
    print_lines(&p);
    print_terms(&p);
    print_inputs(&p);
    print_options(&p);
    print_figures(&p);
    pbr_arena_free(p.arena);
}
