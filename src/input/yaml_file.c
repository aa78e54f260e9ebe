/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/yaml_file.h"

#include "base/mem.h"
#include "base/text.h"
#include "input/source.h"

#include <stdlib.h>
#include <string.h>

enum {
    FILE_BYTES_MAX = 1024 * 1024,
    DEPTH_MAX = 200,   /* brackets: libyaml's time grows with the square of those that are open */
    NODES_MAX = 20000, /* keys and values: those of a group are compared with each other */
};

/* --- the bytes --- */

/* Reads somewhat more than there may be, if there is more. */
static size_t read_up_to_limit(pbr_source *source, char **bytes)
{
    enum { CHUNK_BYTES = 16 * 1024 };
    size_t used = 0, room = 0, got;
    do {
        *bytes = pbr_grow(*bytes, &room, used + CHUNK_BYTES, 1);
        got = pbr_source_read(source, *bytes + used, CHUNK_BYTES);
        used += got;
    } while (got && used <= FILE_BYTES_MAX);
    return used;
}

char *pbr_yaml_bytes(const char *path, size_t *length, char sha256[PBR_SHA256_TEXT], pbr_diag *diag)
{
    char unwanted[PBR_SHA256_TEXT];
    pbr_source *source = pbr_source_open(path, diag);
    if (!source) return NULL;
    char *bytes = NULL;
    *length = read_up_to_limit(source, &bytes);
    /* What is too large may have no end, and nobody wants its digest. */
    if (*length > FILE_BYTES_MAX) pbr_source_unhashed(source);
    pbr_source_close(source, sha256 ? sha256 : unwanted);
    if (*length && *length <= FILE_BYTES_MAX) return bytes;
    pbr_error(diag, "bad-yaml", ((pbr_place){path, 0, 0}), "%s",
              *length ? "the file is larger than 1 MiB: is it the one that was meant?"
                      : "the file is empty");
    free(bytes);
    return NULL;
}

/* --- how deep it is --- */

static pbr_place place_at(const char *path, yaml_mark_t mark)
{
    return (pbr_place){path, (long)mark.line + 1, (long)mark.column + 1};
}

static bool begin_parser(yaml_parser_t *parser, const char *bytes, size_t length)
{
    if (!yaml_parser_initialize(parser)) return false;
    yaml_parser_set_input_string(parser, (const unsigned char *)bytes, length);
    return true;
}

static bool opens_bracket(const yaml_event_t *event)
{
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    return event->type == YAML_MAPPING_START_EVENT &&
           event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
}

static bool is_end(const yaml_event_t *event)
{
    return event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT;
}

/* Whether more brackets are open at once than anybody writes, which is reported; nobody may read on
 * behind them. What is in brackets is in brackets all through, so each end in there closes one. */
static bool is_too_deep(const char *path, yaml_parser_t *parser, pbr_diag *diag)
{
    int depth = 0;
    bool ended = false;
    for (yaml_event_t event; !ended && depth <= DEPTH_MAX && yaml_parser_parse(parser, &event);) {
        pbr_place place = place_at(path, event.start_mark);
        depth += opens_bracket(&event) - (depth && is_end(&event));
        ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (depth > DEPTH_MAX)
            pbr_error(diag, "bad-yaml", place,
                      "more brackets are open here than anybody writes: is it the one that "
                      "was meant?");
    }
    return depth > DEPTH_MAX;
}

/* False, reported, if the bytes are not to be read as a whole. */
static bool is_shallow(const char *path, const char *bytes, size_t length, pbr_diag *diag)
{
    yaml_parser_t parser;
    if (!begin_parser(&parser, bytes, length)) return false;
    bool deep = is_too_deep(path, &parser, diag);
    yaml_parser_delete(&parser);
    return !deep;
}

/* --- the tree --- */

pbr_place pbr_yaml_place(const char *path, const yaml_node_t *node)
{
    return place_at(path, node->start_mark);
}

static void report_syntax(const char *path, const yaml_parser_t *parser, pbr_diag *diag)
{
    pbr_error(diag, "bad-yaml", place_at(path, parser->problem_mark),
              "%s%s%s: check the indentation (blanks, no tabs), colons and quotes",
              parser->problem ? parser->problem : "not YAML", parser->context ? ", " : "",
              parser->context ? parser->context : "");
}

/* A file holds one document: what stands behind a second "---" would silently not hold. */
static void refuse_second(const char *path, yaml_parser_t *parser, pbr_diag *diag)
{
    yaml_document_t second;
    if (!yaml_parser_load(parser, &second)) {
        report_syntax(path, parser, diag);
        return;
    }
    const yaml_node_t *root = yaml_document_get_root_node(&second);
    if (root)
        pbr_error(diag, "bad-yaml", pbr_yaml_place(path, root),
                  "a second document begins here: keep one in a file");
    yaml_document_delete(&second);
}

/* Lines and tabs are part of a text of several lines. */
static bool holds_unseen(const char *text, size_t length)
{
    for (size_t from = 0, at = 0, bytes; from < length; from += at + bytes) {
        bytes = pbr_unseen(text + from, length - from, &at);
        if (!bytes) return false;
        if (text[from + at] != '\n' && text[from + at] != '\t') return true;
    }
    return false;
}

/* An escape in quotes can write any character: a NUL would end a text for C, and others would not
 * be seen where it is printed. */
static void refuse_unseen(const char *path, const yaml_document_t *document, pbr_diag *diag)
{
    char quoted[PBR_QUOTE_TEXT];
    const yaml_node_t *node = document->nodes.start;
    for (; node < document->nodes.top; node++) {
        if (node->type != YAML_SCALAR_NODE) continue;
        pbr_slice text = {(const char *)node->data.scalar.value, node->data.scalar.length};
        if (holds_unseen(text.text, text.length))
            pbr_error(diag, "bad-name", pbr_yaml_place(path, node),
                      "%s holds a character that cannot be seen: type it again",
                      pbr_quote(quoted, text));
    }
}

static bool is_too_large(const char *path, const yaml_document_t *document, pbr_diag *diag)
{
    if (document->nodes.top - document->nodes.start <= NODES_MAX) return false;
    pbr_error(diag, "bad-yaml", pbr_yaml_place(path, document->nodes.start + NODES_MAX),
              "the file holds more than %d keys and values: is it the one that was meant?",
              NODES_MAX);
    return true;
}

bool pbr_yaml_parse(const char *path, const char *bytes, size_t length, yaml_document_t *document,
                    pbr_diag *diag)
{
    yaml_parser_t parser;
    if (!is_shallow(path, bytes, length, diag) || !begin_parser(&parser, bytes, length))
        return false;
    bool parsed = yaml_parser_load(&parser, document), fit = false;
    if (!parsed)
        report_syntax(path, &parser, diag);
    else if (is_too_large(path, document, diag))
        yaml_document_delete(document);
    else
        fit = true;
    if (fit) refuse_unseen(path, document, diag);
    if (fit) refuse_second(path, &parser, diag);
    yaml_parser_delete(&parser);
    return fit;
}
