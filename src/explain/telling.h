/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells derivations: as text and HTML for people, as JSON for programs. */
#ifndef PBR_EXPLAIN_TELLING_H
#define PBR_EXPLAIN_TELLING_H

#include "explain/explainer.h"

#include <stdio.h>

#define PBR_EXPLAIN_FORMAT "pbrcalc-explain-1"

/* A figure to be told. */
typedef struct {
    pbr_figure figure;
    pbr_node *node;
    const char *cell; /* what the folder's table says; NULL: no table has it */
    bool differs;     /* that is not what the settlement comes to */
} pbr_told;

typedef struct {
    pbr_explainer *explainer;
    const pbr_told *figures;
    size_t count;
    const char *settlement, *title; /* id; title of the scheme */
    const char *warning;            /* or NULL */
    size_t depth;                   /* levels under a figure; 0: all */
} pbr_telling;

void pbr_explain_as_text(const pbr_telling *telling, FILE *out);
void pbr_explain_as_html(const pbr_telling *telling, FILE *out);
/* depth does not matter: it tells every node, once. */
void pbr_explain_as_json(const pbr_telling *telling, FILE *out);

#endif
