/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract with another value in one of its terms, to ask what that would have come to. The
 * contract asked about is never touched: a copy shares what it does not change. */
#ifndef PBR_CONTRACT_VARY_H
#define PBR_CONTRACT_VARY_H

#include "contract/contract.h"

/* A copy whose numbers in tables are its own and whose terms may be set. The original must outlive
 * it. Free it with pbr_contract_free. */
pbr_contract *pbr_contract_copy(const pbr_contract *contract);

typedef enum {
    PBR_TERM_TEXT, /* also decimals, which the vocabulary holds as text */
    PBR_TERM_WORD, /* one of a list of words */
    PBR_TERM_WHOLE,
    PBR_TERM_LIST /* several words or names: "better, neither" */
} pbr_term_kind;

/* What the vocabulary makes of a term. */
typedef struct {
    pbr_term_kind kind;
    const char **words; /* of PBR_TERM_WORD, and of a list of words: every word it may be; owned by
                           the arena given */
    size_t words_count;
} pbr_term_shape;

/* The shape of a term that the rules state, by its path ("lines.binary.test.level"). False where
 * they do not state it. */
bool pbr_term_shape_of(const pbr_rules *rules, const char *path, pbr_arena *arena,
                       pbr_term_shape *shape);

/* A term of a copy's rules, found once and set many times; owned by the copy. Setting it again
 * takes no more memory, unless the text is longer than any before. */
typedef struct pbr_term_handle pbr_term_handle;

/* NULL where the rules do not state such a term. */
pbr_term_handle *pbr_contract_term(pbr_contract *copy, size_t rules, const char *path);

/* Sets the term, in the words of its file; the text is copied. Whoever looks at the copy sees the
 * new value, also settlements made before. False, and nothing set, for a word that the vocabulary
 * does not know and for lists. Whether the terms still fit each other is for pbr_check_rules to
 * say. */
bool pbr_term_set(pbr_term_handle *handle, const char *text);

/* Both in one. */
bool pbr_contract_set(pbr_contract *copy, size_t rules, const char *path, const char *text);

/* Takes a filter out of a version of a copy's rules, by the path of its entry ("exclude.em-only",
 * "reoffence.ignore.breach"). Returns what it was; NULL, and nothing changed, where there is none.
 */
const pbr_filter *pbr_contract_drop(pbr_contract *copy, size_t rules, const char *path);

/* A number of a table, in the place where it is held. */
typedef struct {
    const char *table, *column; /* "baselines.csv", "rate" */
    const char *key, *year;     /* of a baseline: metric and year; of a price or index value: its
                                   column or series, and the contract year; of a step: its table */
    const char *cohort;         /* of a baseline */
    size_t area;                /* PBR_NONE where the table has none */
    const pbr_provenance *from;
    mpq_ptr value;  /* NULL: a count */
    int64_t *count; /* NULL: a ratio */
} pbr_number;

/* Every number of a contract's tables, by table, row and column; those of two copies stand at the
 * same places. The array is owned by the arena, the numbers by the contract. */
size_t pbr_contract_numbers(pbr_contract *contract, pbr_arena *arena, pbr_number **out);
/* Multiplies a number; a count is rounded half to even. */
void pbr_number_scale(const pbr_number *number, const mpq_t factor);
/* The number as it is, and another in its place; a count is rounded half to even. */
void pbr_number_get(const pbr_number *number, mpq_t out);
void pbr_number_set(const pbr_number *number, const mpq_t value);
/* "51.2 to 60.1", or one value, of those that are chosen; at least one is. */
const char *pbr_numbers_text(const pbr_number *numbers, size_t count, const bool *chosen,
                             pbr_arena *arena);

#endif
