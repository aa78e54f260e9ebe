/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a subcommand is: one table of options serves parsing, --help and the man page's test. */
#ifndef PBR_COMMAND_COMMAND_H
#define PBR_COMMAND_COMMAND_H

#include "base/diag.h"

#include <stddef.h>

/* Documented exit statuses; there are no others. */
typedef enum {
    PBR_EXIT_OK = 0,       /* done and all well */
    PBR_EXIT_FOUND = 1,    /* done, and problems or differences were found */
    PBR_EXIT_NOT_DONE = 2, /* usage, unreadable or invalid input, a blocking check */
} pbr_exit;

typedef struct {
    const char *name;     /* without the dashes */
    const char *argument; /* what it takes, "FILE"; NULL: nothing */
    bool many;            /* takes one or more, up to the next option */
    const char *help;
} pbr_option;

typedef struct pbr_arguments pbr_arguments;

typedef struct {
    const char *name, *summary;
    const char *usage; /* lines after "usage: pbrcalc " */
    const char *examples;
    const pbr_option *options; /* ends with a NULL name */
    const char *operands;      /* what may stand without an option, "DIR FIGURE"; NULL: nothing */
    pbr_exit (*run)(const pbr_arguments *arguments, pbr_diag *diag);
} pbr_command;

extern const pbr_command pbr_settle_command, pbr_measure_command, pbr_check_command,
    pbr_synth_command, pbr_schema_command;
extern const pbr_command pbr_trace_command, pbr_sample_command, pbr_verify_command,
    pbr_diff_command, pbr_explain_command, pbr_whatif_command;

/* Options that every command has. */
extern const pbr_option pbr_common_options[];

#endif
