/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/run_file.h"

#include "base/mem.h"
#include "input/yaml_file.h"

#include <stdlib.h>

struct run_file {
    pbr_arguments *arguments;
    const pbr_command *command;
    const char *path;
    yaml_document_t document;
    pbr_diag *diag;
};

static pbr_place place_of(const struct run_file *run, const yaml_node_t *node)
{
    return pbr_yaml_place(run->path, node);
}

static const pbr_option *find_in(const pbr_option *options, pbr_slice name)
{
    for (; options->name; options++)
        if (pbr_slice_is(name, options->name)) return options;
    return NULL;
}

static const pbr_option *option_named(const pbr_command *command, pbr_slice name)
{
    const pbr_option *own = find_in(command->options, name);
    return own ? own : find_in(pbr_common_options, name);
}

static bool names_a_path(const pbr_option *option)
{
    return strcmp(option->argument, "FILE") == 0 || strcmp(option->argument, "DIR") == 0;
}

/* Paths are relative to the run file, so that it can be run from anywhere. */
static void add_value(const struct run_file *run, const pbr_option *option, const char *text)
{
    const char *slash = strrchr(run->path, '/');
    if (!names_a_path(option) || text[0] == '/' || !strcmp(text, "-") || !slash) {
        pbr_arguments_add(run->arguments, option->name, text);
        return;
    }
    char *path = pbr_sprintf("%.*s/%s", (int)(slash - run->path), run->path, text);
    pbr_arguments_add(run->arguments, option->name, path);
    free(path);
}

static void add_flag(const struct run_file *run, const pbr_option *option, const yaml_node_t *node)
{
    const char *text = (const char *)node->data.scalar.value;
    if (strcmp(text, "yes") == 0 || strcmp(text, "true") == 0)
        pbr_arguments_add(run->arguments, option->name, NULL);
    else if (strcmp(text, "no") != 0 && strcmp(text, "false") != 0)
        pbr_error(run->diag, "usage", place_of(run, node), "%s \"%s\" is not yes or no",
                  option->name, text);
}

static void add_scalar(const struct run_file *run, const pbr_option *option,
                       const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        pbr_error(run->diag, "usage", place_of(run, node), "%s must be a single value here",
                  option->name);
    else if (!option->argument)
        add_flag(run, option, node);
    else
        add_value(run, option, (const char *)node->data.scalar.value);
}

static pbr_slice key_of(struct run_file *run, const yaml_node_pair_t *pair)
{
    yaml_node_t *key = yaml_document_get_node(&run->document, pair->key);
    if (key->type != YAML_SCALAR_NODE) return pbr_slice_of("");
    return (pbr_slice){(const char *)key->data.scalar.value, key->data.scalar.length};
}

static void refuse_repeated(struct run_file *run, const yaml_node_pair_t *first,
                            const yaml_node_pair_t *pair)
{
    pbr_slice name = key_of(run, pair), other;
    char quoted[PBR_QUOTE_TEXT];
    for (const yaml_node_pair_t *p = first; p < pair; p++) {
        other = key_of(run, p);
        if (other.length != name.length || memcmp(other.text, name.text, name.length) != 0)
            continue;
        pbr_error(run->diag, "usage",
                  place_of(run, yaml_document_get_node(&run->document, pair->key)),
                  "%s stands twice: give it once", pbr_quote(quoted, name));
        return;
    }
}

static void add_option(struct run_file *run, const yaml_node_pair_t *pair)
{
    yaml_node_t *key = yaml_document_get_node(&run->document, pair->key);
    yaml_node_t *value = yaml_document_get_node(&run->document, pair->value);
    pbr_slice name = key_of(run, pair);
    const pbr_option *option = option_named(run->command, name);
    if (!option) {
        pbr_unknown_option(run->command, name, place_of(run, key), run->diag);
        return;
    }
    if (pbr_arguments_has(run->arguments, option->name)) return; /* the command line has the say */
    if (value->type != YAML_SEQUENCE_NODE || !option->many) {
        add_scalar(run, option, value);
        return;
    }
    for (int *item = value->data.sequence.items.start; item < value->data.sequence.items.top;
         item++)
        add_scalar(run, option, yaml_document_get_node(&run->document, *item));
}

static void read_document(struct run_file *run)
{
    yaml_node_t *root = yaml_document_get_root_node(&run->document);
    if (!root || root->type != YAML_MAPPING_NODE) {
        pbr_error(run->diag, "bad-yaml", ((pbr_place){run->path, 1, 1}),
                  "a run file holds options by name, one a line");
        return;
    }
    for (yaml_node_pair_t *pair = root->data.mapping.pairs.start;
         pair < root->data.mapping.pairs.top; pair++) {
        refuse_repeated(run, root->data.mapping.pairs.start, pair);
        add_option(run, pair);
    }
}

void pbr_run_file_read(pbr_arguments *arguments, const pbr_command *command, const char *path,
                       pbr_diag *diag)
{
    struct run_file run = {.arguments = arguments, .command = command, .path = path, .diag = diag};
    size_t length;
    char *bytes = pbr_yaml_bytes(path, &length, NULL, diag);
    if (!bytes) return;
    if (pbr_yaml_parse(path, bytes, length, &run.document, diag)) {
        read_document(&run);
        yaml_document_delete(&run.document);
    }
    free(bytes);
}
