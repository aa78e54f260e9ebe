/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario file and everything that answers it. */
#ifndef PBR_COMMAND_QUESTION_H
#define PBR_COMMAND_QUESTION_H

#include "command/origin.h"
#include "whatif/whatif.h"

typedef struct {
    const pbr_arguments *arguments;
    pbr_arena *arena;
    pbr_scenario *scenario;
    pbr_origin origin, other; /* other: the second side's own, where it names one */
    pbr_origin *earlier;      /* settlements that baselines are taken from, of both sides */
    size_t earlier_count;
    pbr_side base, instead;
    pbr_term_changes *terms; /* between the contracts of two origins */
    pbr_whatif whatif;
} pbr_question;

/* Reads the file, settles both sides, compares them and makes what the file asks of them. False,
 * with the problem in diag, if that cannot be done. Close in any case. */
bool pbr_question_answer(pbr_question *question, const char *file, const pbr_arguments *arguments,
                         pbr_diag *diag);
void pbr_question_close(pbr_question *question);

#endif
