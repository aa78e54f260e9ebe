/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --cross-check and --outcomes ask of a run that measures extracts. */
#ifndef PBR_COMMAND_SECOND_H
#define PBR_COMMAND_SECOND_H

#include "audit/outcomes_csv.h"
#include "base/beside.h"
#include "command/work.h"

#define PBR_SECOND_OPTIONS                                                                         \
    {"cross-check", NULL, false, "measure a second time by another way; any difference stops it"}, \
        {"outcomes", "FILE", false, "write what became of each start, with personal ids"},         \
    {                                                                                              \
        "hash-ids", "KEYFILE", false, "show HMAC-SHA256 of personal ids, under this key"           \
    }

/* Extracts read and judged a second time. */
typedef struct {
    pbr_rows *rows;
    pbr_outcomes *outcomes;
} pbr_second;

/* Reads the inputs with the roles cohort and reoffences, which must have their digests. False, with
 * the problem in diag, if it cannot. Free it in any case. */
bool pbr_second_read(pbr_second *second, const pbr_contract *contract, const pbr_input_fact *inputs,
                     const char *const *paths, size_t count, pbr_date as_at, pbr_diag *diag);
void pbr_second_free(pbr_second *second);

/* The key of --hash-ids; NULL without the option, or with a problem in diag. */
pbr_id_key *pbr_second_key(const pbr_arguments *arguments, pbr_diag *diag);

/* A run's second opinion: what was asked, and what is still to be put in its place. */
typedef struct {
    int64_t figures;     /* compared; 0: no cross-check was asked for */
    const char *file;    /* outcomes; NULL: not asked for */
    pbr_beside outcomes; /* where they are until the run has ended well */
} pbr_second_opinion;

/* Does what the arguments ask: compares, and writes the outcomes of the cohorts chosen (all if
 * chosen is NULL) beside their place. False, with the problem in diag, if figures differ or it
 * cannot be done. End it in any case. */
bool pbr_second_opinion_begin(pbr_second_opinion *opinion, const pbr_work *work,
                              const size_t *chosen, size_t chosen_count,
                              const pbr_arguments *arguments, pbr_diag *diag);
/* Puts the outcomes in their place, or removes them. False, with the problem in diag, if it cannot.
 */
bool pbr_second_opinion_end(pbr_second_opinion *opinion, bool keep, pbr_diag *diag);

#endif
