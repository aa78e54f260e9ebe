/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line, read by a command's table of options. */
#ifndef PBR_COMMAND_ARGUMENTS_H
#define PBR_COMMAND_ARGUMENTS_H

#include "base/date.h"
#include "base/text.h"
#include "command/command.h"

/* Reads words by the command's options; what is no option is an operand. Problems go to diag;
 * free the result with pbr_arguments_free also then. */
pbr_arguments *pbr_arguments_read(const pbr_command *command, int count, char **words,
                                  pbr_diag *diag);
void pbr_arguments_free(pbr_arguments *arguments);

/* For readers of options: adds a value (NULL for a flag); reports an option that is not known. */
void pbr_arguments_add(pbr_arguments *arguments, const char *option, const char *text);
void pbr_unknown_option(const pbr_command *command, pbr_slice name, pbr_place place,
                        pbr_diag *diag);

bool pbr_arguments_has(const pbr_arguments *arguments, const char *option);
/* The last value of an option, or NULL. */
const char *pbr_arguments_value(const pbr_arguments *arguments, const char *option);
/* All its values; owned by arguments. */
size_t pbr_arguments_values(const pbr_arguments *arguments, const char *option,
                            const char *const **values);
size_t pbr_arguments_operands(const pbr_arguments *arguments, const char *const **operands);

/* The value as a day. False without a report if the option is absent; false with one if it is no
 * day. */
bool pbr_arguments_date(const pbr_arguments *arguments, const char *option, pbr_date *date,
                        pbr_diag *diag);
/* The value as a whole number from least to most, or otherwise if absent; a bad one is reported. */
int64_t pbr_arguments_number(const pbr_arguments *arguments, const char *option, int64_t least,
                             int64_t most, int64_t otherwise, pbr_diag *diag);
/* Reports an option that must be there and is not. */
bool pbr_arguments_need(const pbr_arguments *arguments, const char *option, pbr_diag *diag);

#endif
