/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrapped text: letters are counted, not bytes. */
#include "report/term_sheet_parts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 78, INDENT = 2 };

/* A byte that begins a letter of UTF-8. */
static bool begins_letter(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

static size_t letters_of(const char *text, size_t bytes)
{
    size_t letters = 0;
    for (size_t i = 0; i < bytes; i++) letters += begins_letter(text[i]);
    return letters;
}

/* How many bytes the first `letters` letters take. */
static size_t bytes_of(const char *text, size_t bytes, size_t letters)
{
    size_t at = 0, seen = 0;
    while (at < bytes && (seen += begins_letter(text[at])) <= letters) at++;
    return at;
}

static size_t new_line(FILE *out, size_t margin)
{
    fprintf(out, "\n%*s", (int)margin, "");
    return margin;
}

/* A word longer than a line is cut; nothing else is. */
static size_t put_word(FILE *out, const char *word, size_t bytes, size_t margin, size_t at)
{
    size_t letters = letters_of(word, bytes);
    bool begins = at == margin;
    if (!begins && at + 1 + letters > WIDTH) {
        at = new_line(out, margin);
        begins = true;
    }
    if (!begins) at += (size_t)(fputc(' ', out) == ' ');
    while (letters > WIDTH - at) {
        size_t fitting = bytes_of(word, bytes, WIDTH - at);
        fwrite(word, 1, fitting, out);
        word += fitting;
        bytes -= fitting;
        letters = letters_of(word, bytes);
        at = new_line(out, margin);
    }
    fwrite(word, 1, bytes, out);
    return at + letters;
}

/* Words from `at` on; the first line has its margin already. */
static void put_wrapped(FILE *out, const char *text, size_t margin)
{
    size_t at = margin;
    while (*(text += strspn(text, " \n"))) {
        size_t bytes = strcspn(text, " \n");
        at = put_word(out, text, bytes, margin, at);
        text += bytes;
    }
    fputc('\n', out);
}

static void put_rule(FILE *out, const char *text, char rule)
{
    size_t letters = letters_of(text, strlen(text));
    for (size_t i = 0; i < (letters < WIDTH ? letters : WIDTH); i++) fputc(rule, out);
    fputc('\n', out);
}

void pbr_tell_heading(pbr_teller *t, pbr_heading level, const char *text)
{
    static const char rules[] = {'=', '-', 0};
    if (level != PBR_HEADING_TITLE) fputc('\n', t->out);
    put_wrapped(t->out, text, 0);
    if (rules[level]) put_rule(t->out, text, rules[level]);
}

void pbr_tell_text(pbr_teller *t, const char *text)
{
    put_wrapped(t->out, text, 0);
}

static void put_item(pbr_teller *t, int level, const char *mark, const char *text)
{
    size_t margin = (size_t)(level * INDENT) + strlen(mark) + 1;
    fprintf(t->out, "%*s%s ", level * INDENT, "", mark);
    put_wrapped(t->out, text, margin);
}

static const char *format_text(pbr_teller *t, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = pbr_arena_alloc(t->arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

void pbr_tell_from(pbr_teller *t, int level, const char *mark, const char *from, const char *format,
                   ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(t, format, arguments);
    va_end(arguments);
    put_item(t, level, mark, pbr_arena_printf(t->arena, "%s [%s]", text, from));
}

void pbr_tell(pbr_teller *t, int level, const char *mark, const pbr_provenance *from,
              const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(t, format, arguments);
    va_end(arguments);
    if (from)
        text = pbr_arena_printf(t->arena, "%s [%s; %s]", text, from->clause,
                                pbr_status_text(from->status));
    put_item(t, level, mark, text);
}

const char *pbr_mark_number(pbr_teller *t, size_t number)
{
    return pbr_arena_printf(t->arena, "%zu.", number);
}
