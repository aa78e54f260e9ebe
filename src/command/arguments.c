/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/arguments.h"

#include "base/mem.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const pbr_option pbr_common_options[] = {
    {"threads", "N", false,
     "threads to use, 1 to 64; default: 2; the result does not depend on it"},
    {"quiet", NULL, false, "print errors only"},
    {"verbose", NULL, false, "print notes too"},
    {"no-color", NULL, false, "accepted for scripts: nothing is coloured"},
    {"help", NULL, false, "print this help and stop"},
    {"version", NULL, false, "print versions and stop"},
    {0},
};

struct value {
    const char *option, *text;
};

struct pbr_arguments {
    const pbr_command *command;
    pbr_arena *arena;
    struct value *values;
    size_t count, room;
    const char **operands;
    size_t operands_count, operands_room;
    const char **found; /* the answer of pbr_arguments_values, per call */
};

static const pbr_option *find_in(const pbr_option *options, pbr_slice name)
{
    for (; options->name; options++)
        if (pbr_slice_is(name, options->name)) return options;
    return NULL;
}

static const pbr_option *find_option(const pbr_command *command, pbr_slice name)
{
    const pbr_option *own = find_in(command->options, name);
    return own ? own : find_in(pbr_common_options, name);
}

static size_t options_count(const pbr_option *options)
{
    size_t count = 0;
    while (options[count].name) count++;
    return count;
}

static const char *option_name(const void *context, size_t index)
{
    const pbr_command *command = context;
    size_t own = options_count(command->options);
    return index < own ? command->options[index].name : pbr_common_options[index - own].name;
}

void pbr_unknown_option(const pbr_command *command, pbr_slice name, pbr_place place, pbr_diag *diag)
{
    size_t count = options_count(command->options) + options_count(pbr_common_options);
    const char *near = pbr_near_miss(name, count, option_name, command);
    char quoted[PBR_QUOTE_TEXT];
    if (near)
        pbr_error(diag, "usage", place, "unknown option %s: did you mean \"%s\"?",
                  pbr_quote(quoted, name), near);
    else
        pbr_error(diag, "usage", place, "unknown option %s: see pbrcalc %s --help",
                  pbr_quote(quoted, name), command->name);
}

void pbr_arguments_add(pbr_arguments *arguments, const char *option, const char *text)
{
    arguments->values = pbr_grow(arguments->values, &arguments->room, arguments->count + 1,
                                 sizeof *arguments->values);
    arguments->values[arguments->count++] =
        (struct value){option, text ? pbr_arena_text(arguments->arena, text, strlen(text)) : NULL};
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] == '-' && word[2] != '\0';
}

static void usage_error(pbr_diag *diag, const char *option, const char *message)
{
    pbr_error(diag, "usage", PBR_NOWHERE, "option --%s %s", option, message);
}

/* Reads one option and its values; returns how many words it took. */
static int read_option(pbr_arguments *arguments, int left, char **words, pbr_diag *diag)
{
    const char *name = words[0] + 2, *equals = strchr(name, '=');
    pbr_slice slice = {name, equals ? (size_t)(equals - name) : strlen(name)};
    const pbr_option *option = find_option(arguments->command, slice);
    int taken = 1;
    if (!option) {
        pbr_unknown_option(arguments->command, slice, PBR_NOWHERE, diag);
        while (taken < left && !is_option(words[taken])) taken++;
        return taken;
    }
    if (option->argument && !option->many && pbr_arguments_has(arguments, option->name))
        usage_error(diag, option->name, "stands twice: give it once");
    if (!option->argument) {
        if (equals) usage_error(diag, option->name, "takes no value");
        pbr_arguments_add(arguments, option->name, NULL);
        return taken;
    }
    if (equals) {
        pbr_arguments_add(arguments, option->name, equals + 1);
        return taken;
    }
    for (; taken < left && !is_option(words[taken]) && (option->many || taken == 1); taken++)
        pbr_arguments_add(arguments, option->name, words[taken]);
    if (taken == 1) usage_error(diag, option->name, "needs a value");
    return taken;
}

static void add_operand(pbr_arguments *arguments, const char *word)
{
    arguments->operands = pbr_grow(arguments->operands, &arguments->operands_room,
                                   arguments->operands_count + 1, sizeof *arguments->operands);
    arguments->operands[arguments->operands_count++] = word;
}

pbr_arguments *pbr_arguments_read(const pbr_command *command, int count, char **words,
                                  pbr_diag *diag)
{
    pbr_arguments *arguments = pbr_alloc(1, sizeof *arguments);
    arguments->command = command;
    arguments->arena = pbr_arena_new();
    for (int i = 0; i < count;) {
        if (is_option(words[i]))
            i += read_option(arguments, count - i, words + i, diag);
        else if (strcmp(words[i], "-h") == 0)
            pbr_arguments_add(arguments, "help", words[i++]);
        else
            add_operand(arguments, words[i++]);
    }
    return arguments;
}

void pbr_arguments_free(pbr_arguments *arguments)
{
    pbr_arena_free(arguments->arena);
    free(arguments->values);
    free(arguments->operands);
    free(arguments);
}

bool pbr_arguments_has(const pbr_arguments *arguments, const char *option)
{
    for (size_t i = 0; i < arguments->count; i++)
        if (strcmp(arguments->values[i].option, option) == 0) return true;
    return false;
}

const char *pbr_arguments_value(const pbr_arguments *arguments, const char *option)
{
    const char *found = NULL;
    for (size_t i = 0; i < arguments->count; i++)
        if (strcmp(arguments->values[i].option, option) == 0) found = arguments->values[i].text;
    return found;
}

size_t pbr_arguments_values(const pbr_arguments *arguments, const char *option,
                            const char *const **values)
{
    size_t count = 0;
    const char **found = pbr_arena_alloc(arguments->arena, (arguments->count + 1) * sizeof *found);
    for (size_t i = 0; i < arguments->count; i++)
        if (strcmp(arguments->values[i].option, option) == 0)
            found[count++] = arguments->values[i].text;
    *values = found;
    return count;
}

size_t pbr_arguments_operands(const pbr_arguments *arguments, const char *const **operands)
{
    *operands = arguments->operands;
    return arguments->operands_count;
}

bool pbr_arguments_date(const pbr_arguments *arguments, const char *option, pbr_date *date,
                        pbr_diag *diag)
{
    const char *text = pbr_arguments_value(arguments, option);
    if (!text) return false;
    if (pbr_date_parse(text, strlen(text), date)) return true;
    pbr_error(diag, "usage", PBR_NOWHERE,
              "option --%s \"%s\" is not a date: write a day that exists as YYYY-MM-DD", option,
              text);
    return false;
}

int64_t pbr_arguments_number(const pbr_arguments *arguments, const char *option, int64_t least,
                             int64_t most, int64_t otherwise, pbr_diag *diag)
{
    const char *text = pbr_arguments_value(arguments, option);
    int64_t value = 0;
    if (!text) return otherwise;
    size_t length = strlen(text), i = 0;
    for (; i < length && i < 18 && text[i] >= '0' && text[i] <= '9'; i++)
        value = value * 10 + (text[i] - '0');
    if (length && i == length && value >= least && value <= most) return value;
    pbr_error(diag, "usage", PBR_NOWHERE,
              "option --%s \"%s\" is not a whole number from %" PRId64 " to %" PRId64, option, text,
              least, most);
    return otherwise;
}

bool pbr_arguments_need(const pbr_arguments *arguments, const char *option, pbr_diag *diag)
{
    if (pbr_arguments_has(arguments, option)) return true;
    const pbr_option *spec = find_option(arguments->command, pbr_slice_of(option));
    pbr_error(diag, "usage", PBR_NOWHERE, "option --%s is missing: %s", option,
              spec ? spec->help : "it is needed");
    return false;
}
