/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/xml.h"

#include <stdlib.h>

#define BLANKS " \t\r\n"

static const char *after(const char *text, const char *mark)
{
    const char *found = strstr(text, mark);
    return found ? found + strlen(mark) : NULL;
}

/* How a comment, declaration or instruction that begins at text ends; NULL: none begins there. */
static const char *end_mark(const char *text)
{
    if (strncmp(text, "<!--", 4) == 0) return "-->";
    if (strncmp(text, "<?", 2) == 0) return "?>";
    return strncmp(text, "<!", 2) == 0 ? ">" : NULL;
}

/* The next < of a tag; NULL: there is none, or what stands before it never ends. */
static const char *next_open(const char *text)
{
    const char *open = strchr(text, '<'), *mark;
    while (open && (mark = end_mark(open))) {
        const char *past = after(open, mark);
        open = past ? strchr(past, '<') : NULL;
    }
    return open;
}

/* The > of a tag; one inside a quoted value does not count. */
static const char *end_of_tag(const char *text)
{
    for (char quote = '\0'; *text; text++) {
        if (quote && *text == quote)
            quote = '\0';
        else if (quote)
            continue;
        else if (*text == '"' || *text == '\'')
            quote = *text;
        else if (*text == '>')
            return text;
    }
    return NULL;
}

static pbr_slice without_prefix(pbr_slice name)
{
    const char *colon = memchr(name.text, ':', name.length);
    if (!colon) return name;
    return (pbr_slice){colon + 1, name.length - (size_t)(colon + 1 - name.text)};
}

static void read_tag(pbr_tag *tag, const char *from, const char *end)
{
    tag->closes = *from == '/';
    from += tag->closes;
    tag->is_closed = end > from && end[-1] == '/';
    end -= tag->is_closed;
    size_t length = strcspn(from, BLANKS "/>");
    tag->name = without_prefix((pbr_slice){from, length});
    tag->attributes = (pbr_slice){from + length, (size_t)(end - from) - length};
}

bool pbr_xml_next(pbr_xml *xml, pbr_tag *tag)
{
    const char *from = xml->at, *open = next_open(from);
    const char *end = open ? end_of_tag(open) : NULL;
    if (!end) return false;
    tag->before = (pbr_slice){from, (size_t)(open - from)};
    read_tag(tag, open + 1, end);
    xml->at = end + 1;
    return true;
}

bool pbr_tag_opens(const pbr_tag *tag, const char *name)
{
    return !tag->closes && pbr_slice_is(tag->name, name);
}

bool pbr_tag_closes(const pbr_tag *tag, const char *name)
{
    return (tag->closes || tag->is_closed) && pbr_slice_is(tag->name, name);
}

const char *pbr_tag_value(const pbr_tag *tag, const char *name, pbr_arena *arena)
{
    const char *at = tag->attributes.text, *end = at + tag->attributes.length;
    while (at < end) {
        at += strspn(at, BLANKS);
        size_t length = strcspn(at, "=" BLANKS "/>");
        const char *quote = at + length + strspn(at + length, "=" BLANKS);
        if (!length || quote >= end || (*quote != '"' && *quote != '\'')) return NULL;
        const char *close = memchr(quote + 1, *quote, (size_t)(end - quote - 1));
        if (!close) return NULL;
        if (pbr_slice_is(without_prefix((pbr_slice){at, length}), name))
            return pbr_xml_text((pbr_slice){quote + 1, (size_t)(close - quote - 1)}, arena);
        at = close + 1;
    }
    return NULL;
}

/* A code point as UTF-8; returns how many bytes it took. */
static size_t put_utf8(char *out, unsigned long code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    out[0] = (char)((0xff00 >> (more + 1)) | (code >> (6 * more)));
    for (size_t i = 1; i <= more; i++) out[i] = (char)(0x80 | (code >> (6 * (more - i)) & 0x3f));
    return more + 1;
}

/* Decodes the entity at text, which ends at its semicolon; 0 bytes if it is not known. */
static size_t put_entity(char *out, pbr_slice entity)
{
    static const struct {
        const char *name;
        char letter;
    } names[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (pbr_slice_is(entity, names[i].name))
            return put_utf8(out, (unsigned char)names[i].letter);
    if (entity.length < 2 || entity.text[0] != '#') return 0;
    bool hex = entity.text[1] == 'x';
    unsigned long code = strtoul(entity.text + 1 + hex, NULL, hex ? 16 : 10);
    return code && code <= 0x10ffff ? put_utf8(out, code) : 0;
}

/* The semicolon that ends an entity at the text's beginning. No entity is longer than that; looking
 * further would take a time that grows with the square of a text of ampersands. */
static const char *end_of_entity(const char *text, size_t length)
{
    enum { ENTITY_MOST = 32 };
    return *text == '&' ? memchr(text, ';', length < ENTITY_MOST ? length : ENTITY_MOST) : NULL;
}

/* Decoded text is never longer than its source: &lt; is the shortest entity. */
char *pbr_xml_text(pbr_slice text, pbr_arena *arena)
{
    char *out = pbr_arena_alloc(arena, text.length + 1), *to = out;
    for (size_t i = 0; i < text.length; i++) {
        const char *semicolon = end_of_entity(text.text + i, text.length - i);
        size_t length = semicolon ? (size_t)(semicolon - (text.text + i)) : 0;
        size_t put = length ? put_entity(to, (pbr_slice){text.text + i + 1, length - 1}) : 0;
        if (put)
            i += length;
        else
            *to++ = text.text[i];
        to += put;
    }
    return out;
}
