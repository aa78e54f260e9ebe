/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/yaml.h"

#include "base/mem.h"
#include "base/text.h"
#include "input/yaml_file.h"

#include <stdlib.h>
#include <string.h>

/* Where a term's provenance comes from: the nearest group that states it. */
struct walk {
    const char *path, *name;
    yaml_document_t document;
    bool *seen; /* by node: a node met twice is an alias */
    pbr_arena *arena;
    pbr_diag *diag;
    pbr_term *list;
    size_t count, room;
};

static pbr_place place_of(const struct walk *walk, const yaml_node_t *node)
{
    return pbr_yaml_place(walk->path, node);
}

static yaml_node_t *node_at(struct walk *walk, int index)
{
    return yaml_document_get_node(&walk->document, index);
}

static pbr_slice scalar_of(const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE) return (pbr_slice){"", 0};
    return (pbr_slice){(const char *)node->data.scalar.value, node->data.scalar.length};
}

static bool visit(struct walk *walk, const yaml_node_t *node)
{
    bool *seen = &walk->seen[node - walk->document.nodes.start];
    if (*seen) {
        pbr_error(walk->diag, "yaml-alias", place_of(walk, node),
                  "a YAML alias points here: write the value out in each place");
        return false;
    }
    return *seen = true;
}

static const char *field_name(const void *fields, size_t index)
{
    return ((const cyaml_schema_field_t *)fields)[index].key;
}

static size_t fields_count(const cyaml_schema_field_t *fields)
{
    size_t count = 0;
    while (fields[count].key) count++;
    return count;
}

static const cyaml_schema_field_t *field_of(const cyaml_schema_field_t *fields, pbr_slice key)
{
    for (; fields->key; fields++)
        if (pbr_slice_is(key, fields->key)) return fields;
    return NULL;
}

static void unknown_key(struct walk *walk, const cyaml_schema_field_t *fields,
                        const yaml_node_t *key)
{
    char quoted[PBR_QUOTE_TEXT];
    pbr_slice text = scalar_of(key);
    const char *near = pbr_near_miss(text, fields_count(fields), field_name, fields);
    if (near)
        pbr_error(walk->diag, "unknown-key", place_of(walk, key),
                  "unknown key %s: did you mean \"%s\"?", pbr_quote(quoted, text), near);
    else
        pbr_error(walk->diag, "unknown-key", place_of(walk, key),
                  "unknown key %s: remove it, or see the words that there are",
                  pbr_quote(quoted, text));
}

static const char *word_name(const void *words, size_t index)
{
    return ((const cyaml_strval_t *)words)[index].str;
}

static void unknown_word(struct walk *walk, const cyaml_schema_value_t *schema,
                         const yaml_node_t *node, const char *path)
{
    char quoted[PBR_QUOTE_TEXT], list[400] = "";
    pbr_slice text = scalar_of(node);
    const cyaml_strval_t *words = schema->enumeration.strings;
    const char *near = pbr_near_miss(text, schema->enumeration.count, word_name, words);
    size_t used = 0;
    for (uint32_t i = 0; i < schema->enumeration.count && used < sizeof list; i++)
        used +=
            (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", words[i].str);
    pbr_error(walk->diag, "unknown-word", place_of(walk, node),
              "%s %s is not one of its words: %s%s%s", path, pbr_quote(quoted, text),
              near ? "did you mean \"" : "use ", near ? near : list, near ? "\"?" : "");
}

static bool is_word(const cyaml_schema_value_t *schema, pbr_slice text)
{
    for (uint32_t i = 0; i < schema->enumeration.count; i++)
        if (pbr_slice_is(text, schema->enumeration.strings[i].str)) return true;
    return false;
}

/* Some readers of YAML take a leading zero for base 8: one number must not be two. */
static bool is_small_number(pbr_slice text)
{
    if (text.length > 1 && text.text[0] == '0') return false;
    for (size_t i = 0; i < text.length; i++)
        if (text.text[i] < '0' || text.text[i] > '9') return false;
    return text.length > 0 && text.length <= 9;
}

/* Text that reaches CSV files, which spreadsheets open; in workbooks all text is text. */
static bool reaches_csv(const char *path)
{
    const char *key = strrchr(path, '.');
    key = key ? key + 1 : path;
    return strcmp(key, "id") == 0 || strcmp(key, "clause") == 0;
}

static void check_scalar(struct walk *walk, const cyaml_schema_value_t *schema,
                         const yaml_node_t *node, const char *path)
{
    char quoted[PBR_QUOTE_TEXT];
    pbr_slice text = scalar_of(node);
    if (schema->type == CYAML_ENUM && !is_word(schema, text))
        unknown_word(walk, schema, node, path);
    if (schema->type == CYAML_UINT && !is_small_number(text))
        pbr_error(walk->diag, "bad-number", place_of(walk, node),
                  "%s %s is not a whole number: write 0 to 999999999, without leading "
                  "zeros",
                  path, pbr_quote(quoted, text));
    if (schema->type == CYAML_STRING && text.length && reaches_csv(path) &&
        strchr("=+-@", text.text[0]))
        pbr_error(walk->diag, "bad-name", place_of(walk, node),
                  "%s %s could be read as a formula: begin it with a letter or digit", path,
                  pbr_quote(quoted, text));
    if (schema->type == CYAML_STRING && !text.length)
        pbr_error(walk->diag, "blank-term", place_of(walk, node), "%s is blank: give it a value",
                  path);
}

static void add_leaf(struct walk *walk, const yaml_node_t *node, const char *path,
                     const char *value, const pbr_provenance *from)
{
    walk->list = pbr_grow(walk->list, &walk->room, walk->count + 1, sizeof *walk->list);
    walk->list[walk->count++] = (pbr_term){
        .file = walk->name,
        .path = path,
        .value = value,
        .line = (long)node->start_mark.line + 1,
        .column = (long)node->start_mark.column + 1,
        .clause = from->clause,
        .source = from->source,
        .status = from->status,
    };
}

static void walk_value(struct walk *walk, const cyaml_schema_value_t *schema, yaml_node_t *node,
                       const char *path, pbr_provenance from);

static yaml_node_t *entry_of(struct walk *walk, const yaml_node_t *mapping, const char *key)
{
    const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
    for (; pair < mapping->data.mapping.pairs.top; pair++)
        if (pbr_slice_is(scalar_of(node_at(walk, pair->key)), key))
            return node_at(walk, pair->value);
    return NULL;
}

static char *entry_text(struct walk *walk, const yaml_node_t *mapping, const char *key)
{
    const yaml_node_t *entry = entry_of(walk, mapping, key);
    if (!entry || entry->type != YAML_SCALAR_NODE) return NULL;
    pbr_slice text = scalar_of(entry);
    return pbr_arena_text(walk->arena, text.text, text.length);
}

static pbr_status status_of(const char *text, pbr_status otherwise)
{
    for (int status = PBR_PUBLISHED; text && status <= PBR_ILLUSTRATIVE; status++)
        if (strcmp(text, pbr_status_text((pbr_status)status)) == 0) return (pbr_status)status;
    return otherwise;
}

/* A group's own clause, source and status, and its parent's for those it does not state. */
static pbr_provenance provenance_of(struct walk *walk, const yaml_node_t *mapping,
                                    pbr_provenance parent)
{
    char *clause = entry_text(walk, mapping, "clause");
    char *source = entry_text(walk, mapping, "source");
    return (pbr_provenance){
        .clause = clause ? clause : parent.clause,
        .source = source ? source : parent.source,
        .status = status_of(entry_text(walk, mapping, "status"), parent.status),
    };
}

static bool is_provenance(const char *key)
{
    return !strcmp(key, "clause") || !strcmp(key, "source") || !strcmp(key, "status");
}

/* A key that stands there misspelt is reported as that, and not also as left out. */
static bool is_misspelt(struct walk *walk, const cyaml_schema_field_t *fields,
                        const yaml_node_t *mapping, const char *key)
{
    size_t count = fields_count(fields);
    const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
    for (; pair < mapping->data.mapping.pairs.top; pair++) {
        pbr_slice found = scalar_of(node_at(walk, pair->key));
        if (field_of(fields, found)) continue;
        const char *near = pbr_near_miss(found, count, field_name, fields);
        if (near && strcmp(near, key) == 0) return true;
    }
    return false;
}

static void require_keys(struct walk *walk, const cyaml_schema_field_t *fields,
                         const yaml_node_t *mapping, const char *path)
{
    const cyaml_schema_field_t *all = fields;
    for (; fields->key; fields++) {
        if (fields->value.flags & CYAML_FLAG_OPTIONAL || entry_of(walk, mapping, fields->key) ||
            is_misspelt(walk, all, mapping, fields->key))
            continue;
        pbr_error(walk->diag, "missing-term", place_of(walk, mapping),
                  "%s%s\"%s\" is left out: every choice is written out, also the usual one", path,
                  *path ? ": " : "", fields->key);
    }
}

static bool is_repeated(struct walk *walk, const yaml_node_t *mapping, const yaml_node_pair_t *pair)
{
    pbr_slice key = scalar_of(node_at(walk, pair->key));
    for (const yaml_node_pair_t *p = mapping->data.mapping.pairs.start; p < pair; p++) {
        pbr_slice other = scalar_of(node_at(walk, p->key));
        if (other.length == key.length && memcmp(other.text, key.text, key.length) == 0)
            return true;
    }
    return false;
}

static void walk_mapping(struct walk *walk, const cyaml_schema_value_t *schema,
                         const yaml_node_t *node, const char *path, pbr_provenance from)
{
    const cyaml_schema_field_t *fields = schema->mapping.fields;
    from = provenance_of(walk, node, from);
    require_keys(walk, fields, node, path);
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = node_at(walk, pair->key);
        const cyaml_schema_field_t *field = field_of(fields, scalar_of(key));
        if (!field)
            unknown_key(walk, fields, key);
        else if (is_repeated(walk, node, pair))
            pbr_error(walk->diag, "repeated-key", place_of(walk, key),
                      "key \"%s\" stands twice: remove one", field->key);
        else
            walk_value(walk, &field->value, node_at(walk, pair->value),
                       pbr_arena_printf(walk->arena, "%s%s%s", path, *path ? "." : "", field->key),
                       from);
    }
}

/* Entries are named by their id where they have one, else by their number. */
static const char *entry_path(struct walk *walk, const yaml_node_t *item, const char *path, long n)
{
    const char *id = item->type == YAML_MAPPING_NODE ? entry_text(walk, item, "id") : NULL;
    if (id) return pbr_arena_printf(walk->arena, "%s.%s", path, id);
    return pbr_arena_printf(walk->arena, "%s.%ld", path, n);
}

static void add_word_list(struct walk *walk, const yaml_node_t *node, const char *path,
                          const pbr_provenance *from)
{
    const yaml_node_item_t *first = node->data.sequence.items.start,
                           *end = node->data.sequence.items.top;
    size_t room = 1;
    for (const yaml_node_item_t *item = first; item < end; item++)
        room += strlen(", ") + scalar_of(node_at(walk, *item)).length;
    char *text = pbr_arena_alloc(walk->arena, room), *at = text;
    for (const yaml_node_item_t *item = first; item < end; item++) {
        pbr_slice word = scalar_of(node_at(walk, *item));
        if (item > first) at = stpcpy(at, ", ");
        memcpy(at, word.text, word.length);
        at += word.length;
    }
    *at = '\0';
    add_leaf(walk, node, path, *text ? text : "none", from);
}

static void walk_sequence(struct walk *walk, const cyaml_schema_value_t *schema,
                          const yaml_node_t *node, const char *path, pbr_provenance from)
{
    const cyaml_schema_value_t *entry = schema->sequence.entry;
    long n = 0, count = node->data.sequence.items.top - node->data.sequence.items.start;
    if (count < (long)schema->sequence.min)
        pbr_error(walk->diag, "empty-list", place_of(walk, node),
                  "%s is empty: it needs at least one entry", path);
    bool words = entry->type != CYAML_MAPPING;
    if (words || !count) add_word_list(walk, node, path, &from);
    for (; n < count; n++) {
        yaml_node_t *item = node_at(walk, node->data.sequence.items.start[n]);
        if (words && item->type == YAML_SCALAR_NODE)
            check_scalar(walk, entry, item, path);
        else
            walk_value(walk, entry, item, entry_path(walk, item, path, n + 1), from);
    }
}

static yaml_node_type_t node_type_for(const cyaml_schema_value_t *schema)
{
    if (schema->type == CYAML_MAPPING) return YAML_MAPPING_NODE;
    if (schema->type == CYAML_SEQUENCE) return YAML_SEQUENCE_NODE;
    return YAML_SCALAR_NODE;
}

static const char *type_words(yaml_node_type_t type)
{
    if (type == YAML_MAPPING_NODE) return "a group of keys";
    return type == YAML_SEQUENCE_NODE ? "a list" : "a single value";
}

static void walk_value(struct walk *walk, const cyaml_schema_value_t *schema, yaml_node_t *node,
                       const char *path, pbr_provenance from)
{
    yaml_node_type_t type = node_type_for(schema);
    if (!visit(walk, node)) return;
    if (node->type != type) {
        pbr_error(walk->diag, "wrong-shape", place_of(walk, node), "%s must be %s",
                  *path ? path : "the file", type_words(type));
        return;
    }
    if (type == YAML_MAPPING_NODE)
        walk_mapping(walk, schema, node, path, from);
    else if (type == YAML_SEQUENCE_NODE)
        walk_sequence(walk, schema, node, path, from);
    else {
        const char *key = strrchr(path, '.');
        pbr_slice text = scalar_of(node);
        check_scalar(walk, schema, node, path);
        if (!is_provenance(key ? key + 1 : path))
            add_leaf(walk, node, path, pbr_arena_text(walk->arena, text.text, text.length), &from);
    }
}

const pbr_term *pbr_term_find(const pbr_term *list, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].path, path) == 0) return &list[i];
    return NULL;
}

/* Walks the tree; the leaves stay in the walk. */
static bool inspect(struct walk *walk, const char *bytes, size_t length,
                    const cyaml_schema_value_t *vocabulary)
{
    int64_t before = pbr_diag_count(walk->diag, PBR_ERROR);
    if (!pbr_yaml_parse(walk->path, bytes, length, &walk->document, walk->diag)) return false;
    yaml_node_t *root = yaml_document_get_root_node(&walk->document);
    size_t nodes = (size_t)(walk->document.nodes.top - walk->document.nodes.start);
    walk->seen = pbr_alloc(nodes, sizeof(bool));
    if (root)
        walk_value(walk, vocabulary, root, "", (pbr_provenance){0});
    else
        pbr_error(walk->diag, "bad-yaml", ((pbr_place){walk->path, 1, 1}), "the file says nothing");
    free(walk->seen);
    yaml_document_delete(&walk->document);
    return pbr_diag_count(walk->diag, PBR_ERROR) == before;
}

/* What stands before a block of libcyaml's. */
struct block {
    size_t size, room;
};

/* libcyaml's allocations come from the arena. It lets a list grow by one entry at a time, and there
 * may be very many: a block that grows is given twice its room. */
static void *arena_memory(void *context, void *old, size_t size)
{
    struct block *before = old ? (struct block *)old - 1 : NULL;
    if (!size) return NULL;
    if (before && size <= before->room) {
        before->size = size;
        return old;
    }
    size_t room = before && size < 2 * before->room ? 2 * before->room : size;
    struct block *block = pbr_arena_alloc(context, sizeof *block + room);
    *block = (struct block){size, room};
    if (before) memcpy(block + 1, old, before->size);
    return block + 1;
}

static void keep_quiet(cyaml_log_t level, void *context, const char *format, va_list list)
{
    (void)level, (void)context, (void)format, (void)list;
}

static bool load_record(const char *bytes, size_t length, const cyaml_schema_value_t *vocabulary,
                        const char *path, pbr_arena *arena, void **record, pbr_diag *diag)
{
    cyaml_config_t config = {
        .log_fn = keep_quiet,
        .log_level = CYAML_LOG_ERROR,
        .mem_fn = arena_memory,
        .mem_ctx = arena,
    };
    cyaml_err_t status =
        cyaml_load_data((const uint8_t *)bytes, length, &config, vocabulary, record, NULL);
    if (status == CYAML_OK) return true;
    pbr_error(diag, "bad-yaml", ((pbr_place){path, 0, 0}), "cannot be loaded: %s",
              cyaml_strerror(status));
    return false;
}

bool pbr_yaml_load(const char *path, const char *name, const cyaml_schema_value_t *vocabulary,
                   pbr_arena *arena, pbr_yaml *out, pbr_diag *diag)
{
    size_t length = 0;
    char *bytes = pbr_yaml_bytes(path, &length, out->sha256, diag);
    if (!bytes) return false;
    struct walk walk = {.path = path, .name = name, .arena = arena, .diag = diag};
    bool ok = inspect(&walk, bytes, length, vocabulary) &&
              load_record(bytes, length, vocabulary, path, arena, &out->record, diag);
    pbr_term *list = pbr_arena_alloc(arena, walk.count * sizeof *list);
    if (walk.count) memcpy(list, walk.list, walk.count * sizeof *list);
    out->list = list;
    out->list_count = walk.count;
    free(walk.list);
    free(bytes);
    return ok;
}
