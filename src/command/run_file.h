/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run as a file: the options of a command by name, which a commissioner keeps under version control. */
#ifndef PBR_COMMAND_RUN_FILE_H
#define PBR_COMMAND_RUN_FILE_H

#include "base/text.h"
#include "command/command.h"

/* Adds the options that the YAML file states. Values of options that name files or folders are relative
 * to the run file. Problems go to diag with their place. */
void pbr_run_file_read(pbr_arguments *arguments, const pbr_command *command, const char *path,
                       pbr_diag *diag);

/* What the reader of run files and the reader of command lines share. */
void pbr_arguments_add(pbr_arguments *arguments, const char *option, const char *text);
void pbr_unknown_option(const pbr_command *command, pbr_slice name, pbr_place place,
                        pbr_diag *diag);

#endif
