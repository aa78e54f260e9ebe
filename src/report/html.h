/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every page has: its head, and text that cannot become markup. Pages need no network and no
 * script, and their policy (Content-Security-Policy) refuses both. */
#ifndef PBR_REPORT_HTML_H
#define PBR_REPORT_HTML_H

#include <stdio.h>

/* Text, or the value of an attribute in double quotes. Control characters, and those that turn the
 * order of what stands beside them (bidirectional embeddings, overrides and isolates), become
 * U+FFFD. The text must be UTF-8. NULL: nothing. */
void pbr_html_text(FILE *out, const char *text);

/* From the doctype to the opening of <main>; style is the text of a style sheet, which holds no
 * "</". Nothing else may style, load or run anything. */
void pbr_html_begin(FILE *out, const char *title, const char *style);
void pbr_html_end(FILE *out);

#endif
