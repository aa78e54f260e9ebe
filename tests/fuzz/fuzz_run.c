/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run file of any bytes, for the command that the first byte names. It gives options of that
 * command, with values for those that take one and none for the others, or errors; read twice it
 * gives the same; what the command line states is not stated again. */
#include "support.h"

#include "command/run_file.h"

static const pbr_command *const commands[] = {&pbr_settle_command, &pbr_measure_command,
                                              &pbr_check_command, &pbr_synth_command};
static fuzz_file file;

/* Of an option in the text; no value has it, but a value may have lines. */
#define BEGIN "\001"

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    file = fuzz_file_new();
    return 0;
}

static void add_option(fuzz_text *text, const pbr_arguments *arguments, const pbr_option *option)
{
    const char *const *values;
    size_t count = pbr_arguments_values(arguments, option->name, &values);
    MUST((count > 0) == pbr_arguments_has(arguments, option->name));
    for (size_t i = 0; i < count; i++) {
        MUST((values[i] != NULL) == (option->argument != NULL));
        fuzz_printf(text, BEGIN "%s %s\n", option->name, values[i] ? values[i] : "");
    }
}

/* The options that are given, and what was said. */
static fuzz_text take(const pbr_command *command, int count, char **words, const uint8_t *bytes,
                      size_t length)
{
    fuzz_text text = {0};
    pbr_diag *diag = pbr_diag_new();
    pbr_arguments *arguments = pbr_arguments_read(command, count, words, diag);
    pbr_run_file_read(arguments, command, file.path, diag);
    fuzz_check_messages(diag, file.path, bytes, length);
    for (const pbr_option *option = command->options; option->name; option++)
        add_option(&text, arguments, option);
    fuzz_add_said(&text, diag);
    pbr_arguments_free(arguments);
    pbr_diag_free(diag);
    return text;
}

static void give_on_command_line(const pbr_command *command, const uint8_t *bytes, size_t length)
{
    char option[] = "--contract", folder[] = "somewhere", *words[] = {option, folder};
    fuzz_text text = take(command, COUNT(words), words, bytes, length);
    char *first = strstr(text.bytes, BEGIN "contract ");
    MUST(first && strstr(text.bytes, BEGIN "contract somewhere\n") == first);
    MUST(!strstr(first + 1, BEGIN "contract "));
    free(text.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (!length) return 0;
    const pbr_command *command = commands[bytes[0] % COUNT(commands)];
    fuzz_fill(&file, bytes + 1, length - 1);
    fuzz_text one = take(command, 0, NULL, bytes + 1, length - 1);
    fuzz_text other = take(command, 0, NULL, bytes + 1, length - 1);
    fuzz_same(&one, &other);
    give_on_command_line(command, bytes + 1, length - 1);
    free(one.bytes);
    free(other.bytes);
    return 0;
}
