/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract folder: its scheme, versions of rules and tables, checked as a whole. */
#ifndef PBR_CONTRACT_CONTRACT_H
#define PBR_CONTRACT_CONTRACT_H

#include "base/diag.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "contract/terms.h"

/* Where the scheme's extracts use other names, codes or units than pbrcalc's own. */
typedef struct {
    char *column, *from; /* pbrcalc's name; the extract's */
} pbr_renamed;

typedef struct {
    char *column, *from, *to; /* in pbrcalc's column, the extract's code; pbrcalc's */
} pbr_recoded;

typedef struct {
    pbr_renamed *columns;
    pbr_recoded *codes;
    char *score_scale; /* a decimal: the extract's score times this is a percentage */
    unsigned columns_count, codes_count;
} pbr_extract_terms;

typedef struct {
    char *id, *title, *where;
} pbr_document;

/* Whether a count of nobody may be published. */
typedef enum { PBR_ZEROS_SHOWN, PBR_ZEROS_WITHHELD } pbr_zeros;

/* What is withheld from publication.xlsx. */
typedef struct {
    pbr_stated rule, totals;
    unsigned least; /* counts of persons below it are withheld */
    pbr_zeros zeros;
    pbr_provenance from;
} pbr_publication_terms;

/* How severe a finding of a check of the data is. */
typedef enum { PBR_LEVEL_OFF, PBR_LEVEL_NOTE, PBR_LEVEL_WARN, PBR_LEVEL_BLOCK } pbr_check_level;

/* A check of the data, as the contract sets it. */
typedef struct {
    char *id;
    pbr_check_level level;
    char *threshold; /* a decimal; NULL: the program's own */
    pbr_provenance from;
} pbr_check_setting;

typedef struct {
    char *title, *description, *currency, *commissioner, *contact;
    char *amounts;                    /* "exclude VAT" */
    char *year_starts;                /* "april": first month of a contract year */
    char *first_cohort, *last_cohort; /* quarters or named cohorts, inclusive */
    char *first_month, *last_month;   /* "2015-02": months that fees are paid for, inclusive */
    pbr_document *documents;
    unsigned documents_count;
    pbr_extract_terms *extract; /* NULL: the extracts are in pbrcalc's own form */
    pbr_publication_terms publication;
    pbr_check_setting *checks; /* those that are set */
    unsigned checks_count;
    pbr_provenance from;
} pbr_scheme;

/* One term as a reader sees it: its path in the file, its text, and where it comes from. */
typedef struct {
    const char *file, *path,
        *value; /* "rules/2015-award.yaml", "lines.binary.test.level", "0.95" */
    long line, column;
    const char *clause, *source;
    pbr_status status;
} pbr_term;

typedef struct {
    const char *name; /* "2015-award", as agreements.csv names it */
    const char *file;
    pbr_terms *terms;
    const pbr_term *list; /* every leaf of the file, in its order */
    size_t list_count;
} pbr_rules;

typedef struct {
    const char *code, *name;
} pbr_area;

typedef struct {
    size_t area, rules;
    pbr_date from, to; /* [from, to); to = PBR_NO_DATE: open */
    const char *provider, *payee;
    bool insolvent; /* its provider failed: its lines are held until a decision */
    pbr_provenance source;
    long line;
} pbr_agreement;

typedef struct {
    size_t area;
    const char *cohort, *metric, *year; /* cohort: Q1 … Q4, annual or a named cohort */
    int64_t cases;
    mpq_t rate, sd, ogrs_mean, lower, upper, terminate;
    bool has_cases, has_sd, has_ogrs_mean, has_lower, has_upper, has_terminate;
    pbr_provenance source;
    long line;
} pbr_baseline;

typedef struct {
    size_t area;
    const char *contract_year;
    mpq_t *amounts; /* pounds, one a money column; same order as pbr_contract.money_columns */
    pbr_provenance source;
    long line;
} pbr_price;

/* A period whose starts are measured together. */
typedef struct {
    const char *name; /* "2015Q4", "2015/16" or a name from cohorts.csv */
    pbr_period kind;
    pbr_date from, to;         /* [from, to) */
    const char *contract_year; /* of the first day: "2015/16" */
    const char *baseline;      /* which baseline row it meets: "Q4", "annual" or its own name */
    const char *members;       /* of a pool: names of its cohorts, separated by ";" */
} pbr_cohort;

/* A row of steps.csv: from this change on (percent or units), this amount or share. */
typedef struct {
    const char *table;
    mpq_t at_least, value; /* value: pounds for steps, percent for slices */
    pbr_provenance source;
    long line;
} pbr_step;

/* A value of an index series in a contract year. */
typedef struct {
    const char *series, *contract_year;
    mpq_t value;
    pbr_provenance source;
    long line;
} pbr_index;

/* A clause of the signed paper, to tell which of them the terms cite. */
typedef struct {
    const char *clause, *title;
    long line;
} pbr_clause;

enum { PBR_KEY_NAMES = 3 };

/* A row of a table under what it is looked up by (index.h). */
typedef struct {
    size_t area;
    const char *names[PBR_KEY_NAMES]; /* a baseline's cohort, metric and year; a contract year */
    size_t row;
} pbr_row_key;

typedef struct {
    const char *name; /* path inside the folder */
    char sha256[PBR_SHA256_TEXT];
} pbr_contract_file;

typedef struct {
    const char *folder;
    pbr_scheme *scheme;
    const pbr_term *scheme_terms;
    size_t scheme_terms_count;
    pbr_rules *rules;
    pbr_area *areas;           /* by code */
    pbr_agreement *agreements; /* by area, then from */
    pbr_baseline *baselines;   /* in file order */
    pbr_price *prices;
    pbr_row_key *baseline_keys, *price_keys; /* as many as rows, in order of the keys */
    pbr_step *steps;                         /* by table, then at_least */
    pbr_index *indices;
    pbr_clause *clauses;
    pbr_cohort *cohorts; /* by last day, then first day descending: quarters before their year */
    pbr_contract_file *files;
    const char **money_columns;
    size_t steps_count, indices_count, clauses_count, rules_count, areas_count, agreements_count,
        baselines_count, prices_count, cohorts_count, files_count, money_columns_count;
    pbr_arena *arena; /* owns strings and tables */
} pbr_contract;

#define PBR_NONE ((size_t)-1)

void pbr_contract_free(pbr_contract *contract);

/* The path of a file of the folder; owned by the contract's arena. */
const char *pbr_contract_path(const pbr_contract *contract, const char *name);
/* Whether the folder lacks a file that need not be there. One that stands there and cannot be
 * opened, as a link that leads nowhere, is not lacking: opening it says what is wrong. */
bool pbr_contract_lacks(const pbr_contract *contract, const char *name);
/* Notes a file of the folder with its digest. */
void pbr_contract_record(pbr_contract *contract, const char *name, const char *sha256);
/* Where scheme.yaml states a term; the file alone if it does not. */
pbr_place pbr_contract_scheme_place(const pbr_contract *contract, const char *path);

size_t pbr_contract_area(const pbr_contract *contract, const char *code, size_t length);
size_t pbr_contract_cohort(const pbr_contract *contract, const char *name);
/* The cohort of a kind that holds a day, or PBR_NONE. */
size_t pbr_contract_cohort_on(const pbr_contract *contract, pbr_period kind, pbr_date day);

/* The area's agreements, in order of their first days, and their number. */
const pbr_agreement *pbr_contract_agreements(const pbr_contract *contract, size_t area,
                                             size_t *count);
/* The agreement in force for an area on a day; NULL where there is none. */
const pbr_agreement *pbr_contract_agreement(const pbr_contract *contract, size_t area,
                                            pbr_date day);
/* The version of rules for an area and cohort (semantics 20); as_at matters only for versions that
 * follow the settlement date. NULL where no agreement is in force. */
const pbr_rules *pbr_contract_rules(const pbr_contract *contract, size_t area, size_t cohort,
                                    pbr_date as_at);
/* The baseline row an area and cohort meets for a metric; NULL where there is none. */
const pbr_baseline *pbr_contract_baseline(const pbr_contract *contract, size_t area,
                                          const char *cohort, const pbr_metric *metric);
/* The row of prices.csv for an area and contract year; NULL where there is none. */
const pbr_price *pbr_contract_price(const pbr_contract *contract, size_t area,
                                    const char *contract_year);
size_t pbr_contract_money_column(const pbr_contract *contract, const char *name);

/* Is a day of any agreement of the area inside [from, to)? */
bool pbr_contract_active(const pbr_contract *contract, size_t area, pbr_date from, pbr_date to);
/* The mean score the cohort is compared with (semantics 11); false where a row or mean is missing.
 */
bool pbr_contract_reference(const pbr_contract *contract, size_t area, const pbr_cohort *cohort,
                            const pbr_metric *metric, mpq_t mean);

/* The value of a column of prices.csv, where it is held; NULL where there is no such row or column.
 */
mpq_srcptr pbr_contract_amount(const pbr_contract *contract, size_t area, const char *contract_year,
                               const char *column);
/* Is one cohort a part of another: a quarter of a year, a named cohort of a pool? */
bool pbr_contract_is_part(const pbr_contract *contract, size_t part, size_t whole);

const pbr_metric *pbr_terms_metric(const pbr_terms *terms, const char *id);
const pbr_line *pbr_terms_line(const pbr_terms *terms, const char *id);
/* The cap of a level that a line falls under; NULL where none does. */
const pbr_cap *pbr_terms_cap(const pbr_terms *terms, const char *line, pbr_cap_level level);
bool pbr_terms_has_period(const pbr_terms *terms, pbr_period period);

/* The words of the vocabulary, as files spell them. */
const char *pbr_status_text(pbr_status status);
const char *pbr_verdict_text(pbr_verdict verdict);
const char *pbr_period_text(pbr_period period);
const char *pbr_test_text(pbr_test_kind kind);
/* Of a checked round_thresholds or round_rate: 0 to 10, or -1 for "none". */
int pbr_decimals(const char *text);

#endif
