/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A what-if for people: terms first, then what is due, then verdicts. */
#include "command/whatif.h"

#include "command/whatif_parts.h"

#include <string.h>

enum { TERMS_SHOWN = 20, LINES_SHOWN = 20, NAME_WIDTH = 34 };

const char *pbr_printer_money(const pbr_printer *p, int64_t pence)
{
    char text[PBR_RATIO_TEXT];
    return pbr_arena_printf(p->arena, "%s", pbr_pounds_text(text, pence));
}

const char *pbr_printer_place(const pbr_printer *p, const pbr_result *result)
{
    const pbr_contract *contract = p->whatif->asked.settlement->contract;
    return pbr_arena_printf(p->arena, "%s/%s/%s", contract->areas[result->area].code,
                            contract->cohorts[result->cohort].name, result->line->id);
}

static const char *change(const pbr_printer *p, int64_t before, int64_t after)
{
    return pbr_arena_printf(p->arena, "%s%s", after > before ? "+" : "",
                            pbr_printer_money(p, after - before));
}

static void print_question(const pbr_printer *p)
{
    const pbr_whatif *w = p->whatif;
    fprintf(p->out, "%s (%s)\n", w->scenario->title, w->scenario->author);
    if (w->scenario->question) fprintf(p->out, "%s\n", w->scenario->question);
    fprintf(p->out, "base:    %s\n", w->base_words);
    if (p->two) fprintf(p->out, "instead: %s\n", w->asked_words);
    for (size_t i = 0; i < w->notes_count; i++) fprintf(p->out, "note: %s\n", w->notes[i]);
    fputs("not for payment: this answers a question\n", p->out);
}

static const char *shown(const char *value)
{
    return !value ? "not there" : *value ? value : "blank";
}

static void print_terms(const pbr_printer *p)
{
    const pbr_whatif *w = p->whatif;
    size_t count = w->changes_count;
    size_t listed = p->all || count <= TERMS_SHOWN ? count : TERMS_SHOWN;
    if (!count) return;
    fprintf(p->out, "\nterms (%zu of %zu differences)\n", listed, count);
    for (size_t i = 0; i < listed; i++) {
        const pbr_term_change *term = &w->changes[i];
        fprintf(p->out, "  %s: %s: %s -> %s", term->file, term->term, shown(term->old),
                shown(term->now));
        if (*term->clause || *term->status)
            fprintf(p->out, " (%s, %s)", term->clause, term->status);
        fputc('\n', p->out);
    }
}

/* --- money --- */

static void print_sum(const pbr_printer *p, const char *name, const pbr_compared_sum *sum)
{
    fprintf(p->out, "%-*s %16s", NAME_WIDTH, name, pbr_printer_money(p, sum->before_pence));
    if (p->two)
        fprintf(p->out, " %16s %16s", pbr_printer_money(p, sum->after_pence),
                change(p, sum->before_pence, sum->after_pence));
    fputc('\n', p->out);
}

static void print_sums(const pbr_printer *p)
{
    const pbr_whatif *w = p->whatif;
    const char *currency = w->base.settlement->contract->scheme->currency;
    fprintf(p->out, "\n%-*s %16s", NAME_WIDTH, pbr_arena_printf(p->arena, "due (%s)", currency),
            p->two ? "base" : "");
    if (p->two) fprintf(p->out, " %16s %16s", "instead", "change");
    fputc('\n', p->out);
    for (size_t i = 0; i < w->sums_count; i++)
        if (w->sums[i].of == PBR_OF_PAYEE || (p->all && w->sums[i].of == PBR_OF_AREA))
            print_sum(p, w->sums[i].name, &w->sums[i]);
    print_sum(p, "total", &w->sums[0]);
}

/* --- verdicts --- */

struct tally {
    size_t verdicts[PBR_NO_RESULT + 1], paid, deducted;
};

static void count(struct tally *tally, const pbr_result *result, int64_t pence)
{
    if (result) tally->verdicts[result->verdict]++;
    tally->paid += pence > 0;
    tally->deducted += pence < 0;
}

static bool is_same_kind(const pbr_compared_line *a, const pbr_compared_line *b)
{
    return strcmp(a->cohort, b->cohort) == 0 && strcmp(a->line, b->line) == 0;
}

static bool is_first_of_kind(const pbr_whatif *w, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (is_same_kind(&w->lines[i], &w->lines[index])) return false;
    return true;
}

static const char *both(const pbr_printer *p, size_t before, size_t after)
{
    if (before == after) return pbr_arena_printf(p->arena, "%zu", before);
    return pbr_arena_printf(p->arena, "%zu -> %zu", before, after);
}

static void print_kind(const pbr_printer *p, size_t index, int width)
{
    const pbr_whatif *w = p->whatif;
    struct tally before = {0}, after = {0};
    for (size_t i = index; i < w->lines_count; i++) {
        const pbr_compared_line *line = &w->lines[i];
        if (!is_same_kind(line, &w->lines[index])) continue;
        count(&before, line->before, line->before_pence);
        count(&after, line->after, line->after_pence);
    }
    fprintf(p->out, "%-10s %-*s", w->lines[index].cohort, width, w->lines[index].line);
    for (pbr_verdict verdict = PBR_BETTER; verdict <= PBR_NO_RESULT; verdict++)
        fprintf(p->out, " %10s", both(p, before.verdicts[verdict], after.verdicts[verdict]));
    fprintf(p->out, " %10s %10s\n", both(p, before.paid, after.paid),
            both(p, before.deducted, after.deducted));
}

/* As wide as the longest name, so that columns stay under their heads. */
static int line_width(const pbr_whatif *w)
{
    enum { LEAST = 16 };
    size_t width = LEAST;
    for (size_t i = 0; i < w->lines_count; i++)
        if (strlen(w->lines[i].line) > width) width = strlen(w->lines[i].line);
    return (int)width;
}

static void print_kinds(const pbr_printer *p)
{
    int width = line_width(p->whatif);
    fprintf(p->out, "\n%-10s %-*s %10s %10s %10s %10s %10s %10s\n", "cohort", width, "line",
            "better", "neither", "worse", "no result", "paid", "deducted");
    for (size_t i = 0; i < p->whatif->lines_count; i++)
        if (is_first_of_kind(p->whatif, i)) print_kind(p, i, width);
}

static const char *verdict_words(const pbr_result *result)
{
    return result ? pbr_verdict_text(result->verdict) : "no line";
}

static bool changes_verdict(const pbr_compared_line *line)
{
    if (!line->before || !line->after) return line->before != line->after;
    return line->before->verdict != line->after->verdict;
}

static size_t changed_lines(const pbr_whatif *w)
{
    size_t found = 0;
    for (size_t i = 0; i < w->lines_count; i++) found += changes_verdict(&w->lines[i]);
    return found;
}

static void print_changed(const pbr_printer *p)
{
    const pbr_whatif *w = p->whatif;
    size_t found = changed_lines(w), left = p->all || found <= LINES_SHOWN ? found : LINES_SHOWN;
    if (!found) return;
    fprintf(p->out, "\nresults that change (%zu of %zu lines)\n", left, found);
    for (size_t i = 0; i < w->lines_count && left; i++) {
        const pbr_compared_line *line = &w->lines[i];
        if (!changes_verdict(line)) continue;
        left--;
        fprintf(p->out, "  %s/%s/%s: %s -> %s, due %s -> %s\n", line->area, line->cohort,
                line->line, verdict_words(line->before), verdict_words(line->after),
                pbr_printer_money(p, line->before_pence), pbr_printer_money(p, line->after_pence));
    }
}

void pbr_whatif_print(const pbr_whatif *whatif, bool all, FILE *out)
{
    pbr_printer p = {whatif, out, all, whatif->scenario->instead != NULL, pbr_arena_new()};
    print_question(&p);
    print_terms(&p);
    print_sums(&p);
    print_kinds(&p);
    if (p.two) print_changed(&p);
    pbr_print_sweep(&p);
    pbr_print_tornado(&p);
    pbr_print_break_even(&p);
    pbr_print_simulation(&p);
    pbr_print_power(&p);
    pbr_arena_free(p.arena);
}
