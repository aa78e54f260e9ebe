/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run as a file: the options of a command by name, which a commissioner keeps under version
 * control. */
#ifndef PBR_COMMAND_RUN_FILE_H
#define PBR_COMMAND_RUN_FILE_H

#include "command/arguments.h"

/* Adds the options that the YAML file states. Values of options that name files or folders are
 * relative to the run file. Problems go to diag with their place. */
void pbr_run_file_read(pbr_arguments *arguments, const pbr_command *command, const char *path,
                       pbr_diag *diag);

#endif
