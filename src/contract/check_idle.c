/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/check_idle.h"

#include "contract/citations.h"
#include "input/csv.h"

#include <stdlib.h>
#include <string.h>

static pbr_place row_of(const pbr_contract *contract, const char *file, long line)
{
    return (pbr_place){pbr_contract_path(contract, file), line, line > 0};
}

static bool area_names(const pbr_contract *contract, size_t area, const pbr_rules *rules)
{
    for (size_t i = 0; i < contract->agreements_count; i++)
        if (contract->agreements[i].area == area &&
            &contract->rules[contract->agreements[i].rules] == rules)
            return true;
    return false;
}

bool pbr_rules_may_hold(const pbr_contract *contract, size_t area, size_t cohort,
                        const pbr_rules *rules)
{
    const pbr_rules *usual =
        pbr_contract_rules(contract, area, cohort, contract->cohorts[cohort].from);
    if (usual == rules) return true;
    return usual && usual->terms->versions.rules_at == PBR_SETTLEMENT &&
           area_names(contract, area, rules);
}

/* --- baselines --- */

struct marks {
    const pbr_contract *contract;
    bool *used; /* one a baseline row */
};

static void mark(const struct marks *m, size_t area, const char *cohort, const pbr_metric *metric)
{
    const pbr_baseline *row = pbr_contract_baseline(m->contract, area, cohort, metric);
    if (row) m->used[row - m->contract->baselines] = true;
}

static void mark_reference(const struct marks *m, size_t area, const pbr_metric *metric)
{
    static const char *const quarters[] = {"Q1", "Q2", "Q3", "Q4"};
    if (metric->adjust != PBR_SCORE_DIFFERENCE) return;
    if (metric->reference == PBR_ANNUAL_ROW) mark(m, area, "annual", metric);
    for (int i = 0; metric->reference == PBR_POOLED_ROWS && i < 4; i++)
        mark(m, area, quarters[i], metric);
}

static void mark_rules(const struct marks *m, size_t area, const pbr_cohort *cohort,
                       const pbr_terms *terms)
{
    for (unsigned i = 0; i < terms->lines_count; i++) {
        const pbr_line *line = &terms->lines[i];
        const pbr_metric *metric = line->metric ? pbr_terms_metric(terms, line->metric) : NULL;
        if (line->period != cohort->kind || !metric || metric->compare_with != PBR_WITH_BASELINE)
            continue;
        mark(m, area, cohort->baseline, metric);
        mark_reference(m, area, metric);
    }
}

static void mark_used(const struct marks *m)
{
    const pbr_contract *contract = m->contract;
    for (size_t area = 0; area < contract->areas_count; area++)
        for (size_t k = 0; k < contract->cohorts_count; k++)
            for (size_t r = 0; r < contract->rules_count; r++)
                if (contract->cohorts[k].kind != PBR_MONTH &&
                    pbr_rules_may_hold(contract, area, k, &contract->rules[r]))
                    mark_rules(m, area, &contract->cohorts[k], contract->rules[r].terms);
}

static void check_baselines(const pbr_contract *contract, pbr_diag *diag)
{
    struct marks m = {contract, pbr_alloc(contract->baselines_count + 1, sizeof *m.used)};
    mark_used(&m);
    for (size_t i = 0; i < contract->baselines_count; i++) {
        const pbr_baseline *row = &contract->baselines[i];
        if (!m.used[i])
            pbr_warn(diag, "idle-baseline", row_of(contract, "baselines.csv", row->line),
                     "no cohort meets the baseline of area %s, cohort %s, metric %s, year %s: "
                     "correct it, or remove it",
                     contract->areas[row->area].code, row->cohort, row->metric, row->year);
    }
    free(m.used);
}

/* A cohort that may end the contract without being worse. */
static void check_termination(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 0; i < contract->baselines_count; i++) {
        const pbr_baseline *row = &contract->baselines[i];
        if (row->has_upper && row->has_terminate && mpq_cmp(row->terminate, row->upper) < 0)
            pbr_warn(diag, "low-termination", row_of(contract, "baselines.csv", row->line),
                     "the termination point of area %s, cohort %s, metric %s is below the upper "
                     "limit: the contract could end on a result that is not worse",
                     contract->areas[row->area].code, row->cohort, row->metric);
    }
}

/* --- what lines name --- */

static bool payoff_names(const pbr_payoff *payoff, const char *table)
{
    return payoff && payoff->table && strcmp(payoff->table, table) == 0;
}

static bool names_table(const pbr_line *line, const char *table)
{
    return payoff_names(line->better, table) || payoff_names(line->neither, table) ||
           payoff_names(line->worse, table);
}

static bool names_series(const pbr_line *line, const char *series)
{
    return line->index && strcmp(line->index, series) == 0;
}

static bool any_line(const pbr_contract *contract, bool (*names)(const pbr_line *, const char *),
                     const char *name)
{
    for (size_t r = 0; r < contract->rules_count; r++)
        for (unsigned i = 0; i < contract->rules[r].terms->lines_count; i++)
            if (names(&contract->rules[r].terms->lines[i], name)) return true;
    return false;
}

static void check_steps(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 0; i < contract->steps_count; i++) {
        const pbr_step *row = &contract->steps[i];
        bool first = i == 0 || strcmp(row->table, row[-1].table) != 0;
        if (first && !any_line(contract, names_table, row->table))
            pbr_warn(diag, "idle-steps", row_of(contract, "steps.csv", row->line),
                     "no line uses the table \"%s\": name it in a payoff, or remove its rows",
                     row->table);
    }
}

static bool is_first_of_series(const pbr_contract *contract, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(contract->indices[i].series, contract->indices[index].series) == 0) return false;
    return true;
}

static void check_indices(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 0; i < contract->indices_count; i++) {
        const pbr_index *row = &contract->indices[i];
        if (is_first_of_series(contract, i) && !any_line(contract, names_series, row->series))
            pbr_warn(diag, "idle-index", row_of(contract, "indices.csv", row->line),
                     "no line uses the series \"%s\": name it in a line, or remove its rows",
                     row->series);
    }
}

static bool is_price_column(const pbr_contract *contract, const char *name)
{
    static const char *const others[] = {"cpa", "contract_year", "clause", "source", "status"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(name, others[i]) == 0) return true;
    return pbr_contract_money_column(contract, name) != PBR_NONE;
}

static bool is_number(pbr_slice cell)
{
    mpq_t value;
    mpq_init(value);
    bool ok = pbr_decimal_parse(value, cell.text, cell.length, 10);
    mpq_clear(value);
    return ok;
}

/* The names of the header, whose cells last only until the next row. */
static size_t read_names(const pbr_contract *contract, pbr_csv *csv, const char ***names)
{
    pbr_csv_record record = {0};
    if (!pbr_csv_next(csv, &record)) return 0;
    *names = pbr_arena_alloc(contract->arena, (record.count + 1) * sizeof **names);
    for (size_t i = 0; i < record.count; i++) {
        pbr_slice name = pbr_csv_cell(&record, i);
        (*names)[i] = pbr_arena_text(contract->arena, name.text, name.length);
    }
    return record.count;
}

/* Columns that hold numbers and that no line or cap names; the loaded table does not keep them. */
static void check_columns(const pbr_contract *contract, pbr_csv *csv, pbr_diag *diag)
{
    const char **names = NULL;
    pbr_csv_record row = {0};
    size_t count = read_names(contract, csv, &names);
    if (!pbr_csv_next(csv, &row)) return;
    for (size_t i = 0; i < count && i < row.count; i++)
        if (is_number(pbr_csv_cell(&row, i)) && !is_price_column(contract, names[i]))
            pbr_warn(diag, "idle-price", row_of(contract, "prices.csv", 1),
                     "no line or cap uses the column \"%s\": name it in the rules, or remove it",
                     names[i]);
}

static void check_prices(const pbr_contract *contract, pbr_diag *diag)
{
    pbr_diag *said = pbr_diag_new(); /* the file's own problems are reported where it is read */
    pbr_source *source = pbr_source_open(pbr_contract_path(contract, "prices.csv"), said);
    if (source) {
        char digest[PBR_SHA256_TEXT];
        pbr_csv *csv = pbr_csv_new(source, said);
        check_columns(contract, csv, diag);
        pbr_csv_free(csv);
        pbr_source_close(source, digest);
    }
    pbr_diag_free(said);
}

static void check_versions(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t r = 0; r < contract->rules_count; r++) {
        const pbr_rules *rules = &contract->rules[r];
        bool named = false;
        for (size_t i = 0; i < contract->agreements_count && !named; i++)
            named = contract->agreements[i].rules == r;
        if (!named)
            pbr_warn(diag, "idle-rules", row_of(contract, rules->file, 0),
                     "no agreement names the rules \"%s\": they never apply", rules->name);
    }
}

/* --- clauses --- */

static void check_clauses(const pbr_contract *contract, pbr_diag *diag)
{
    pbr_citation *cited;
    if (!contract->clauses_count) return;
    size_t count = pbr_contract_citations(contract, contract->arena, &cited);
    for (size_t i = 0; i < contract->clauses_count; i++)
        if (!pbr_citation_find(cited, count, contract->clauses[i].clause))
            pbr_warn(diag, "uncited-clause",
                     row_of(contract, "clauses.csv", contract->clauses[i].line),
                     "no term cites the clause \"%s\" (%s): is one left out?",
                     contract->clauses[i].clause, contract->clauses[i].title);
    for (size_t i = 0; i < count; i++)
        if (!pbr_contract_lists_clause(contract, cited[i].clause))
            pbr_warn(diag, "unlisted-clause", cited[i].first,
                     "the clause \"%s\" is not in clauses.csv: correct it, or add it there",
                     cited[i].clause);
}

void pbr_check_idle(const pbr_contract *contract, pbr_diag *diag)
{
    check_versions(contract, diag);
    check_baselines(contract, diag);
    check_termination(contract, diag);
    check_prices(contract, diag);
    check_steps(contract, diag);
    check_indices(contract, diag);
    check_clauses(contract, diag);
    pbr_check_idle_caps(contract, diag);
}
