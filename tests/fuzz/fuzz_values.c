/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a date, a decimal, an id, a text: what can be read is the same written and read
 * again, and no text does anything to a message, a table or a terminal. The first byte is a number
 * of places, months or letters. */
#include "support.h"

#include "base/code.h"
#include "base/date.h"
#include "base/out.h"
#include "base/ratio.h"
#include "input/csv.h"
#include "input/xml.h"

static void check_date(pbr_slice text, int months)
{
    pbr_date day, again;
    char back[PBR_DATE_TEXT];
    if (!pbr_date_parse(text.text, text.length, &day)) return;
    MUST(pbr_slice_is(text, pbr_date_text(day, back)));
    pbr_civil civil = pbr_date_civil(day);
    MUST(pbr_date_make(civil.year, civil.month, civil.day) == day);
    MUST(civil.day <= pbr_month_days(civil.year, civil.month));
    if (civil.year < 2 || civil.year > 9900) return;
    again = pbr_date_add_months(day, months);
    MUST(months > 0 ? again > day : again == day);
    MUST(again - day <= 31 * months);
}

static void check_rounding(mpq_t value, int places)
{
    static const pbr_rounding modes[] = {PBR_HALF_EVEN, PBR_HALF_UP, PBR_FLOOR};
    mpq_t once, twice;
    mpq_inits(once, twice, NULL);
    for (size_t i = 0; i < COUNT(modes); i++) {
        mpq_set(once, value);
        pbr_ratio_round(once, places, modes[i]);
        mpq_set(twice, once);
        pbr_ratio_round(twice, places, modes[i]);
        MUST(mpq_equal(once, twice));
        if (modes[i] == PBR_FLOOR)
            MUST(mpq_sgn(value) >= 0 ? mpq_cmp(once, value) <= 0 : mpq_cmp(once, value) >= 0);
    }
    mpq_clears(once, twice, NULL);
}

static void check_pence(const mpq_t value)
{
    int64_t pence, sum;
    char pounds[PBR_RATIO_TEXT];
    if (!pbr_ratio_pence(&pence, value, PBR_HALF_EVEN)) return;
    mpq_t back;
    mpq_init(back);
    pbr_ratio_set(back, pence, 100);
    mpq_sub(back, back, value);
    MUST(mpq_cmp_si(back, 1, 200) <= 0 && mpq_cmp_si(back, -1, 200) >= 0);
    mpq_clear(back);
    MUST(strchr(pbr_pounds_text(pounds, pence), '.'));
    sum = pence;
    if (pbr_pence_add(&sum, pence)) MUST(sum / 2 == pence);
}

static void check_decimal(pbr_slice text, int places)
{
    char back[PBR_RATIO_TEXT];
    mpq_t value, again;
    mpq_inits(value, again, NULL);
    if (pbr_decimal_parse(value, text.text, text.length, places)) {
        pbr_decimal_text(back, value, places);
        MUST(pbr_decimal_parse(again, back, strlen(back), places));
        MUST(mpq_equal(value, again));
        double near = pbr_ratio_double(value);
        MUST((near > 0) - (near < 0) == mpq_sgn(value));
        check_rounding(value, places);
        check_pence(value);
    }
    mpq_clears(value, again, NULL);
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void check_codes(pbr_slice text, size_t split)
{
    pbr_asides asides = {0};
    char unpacked[2][PBR_CODE_LETTERS + 1];
    if (memchr(text.text, '\0', text.length)) return;
    if (split > text.length) split = text.length;
    const pbr_slice both[] = {{text.text, split}, {text.text + split, text.length - split}};
    pbr_code codes[] = {pbr_code_keep(&asides, both[0]), pbr_code_keep(&asides, both[1])};
    char *a = pbr_strndup(both[0].text, both[0].length);
    char *b = pbr_strndup(both[1].text, both[1].length);
    for (size_t i = 0; i < 2; i++) {
        pbr_slice kept = pbr_code_text(&asides, codes[i], unpacked[i]);
        MUST(kept.length == both[i].length && !memcmp(kept.text, both[i].text, kept.length));
    }
    MUST(sign(pbr_code_compare(&asides, codes[0], codes[1])) == sign(strcmp(a, b)));
    free(a);
    free(b);
    free(asides.bytes);
}

static void check_quote(pbr_slice text)
{
    static const char *const names[] = {"person_id", "start_date", "ogrs", "no", ""};
    char quoted[PBR_QUOTE_TEXT];
    size_t at, length = strlen(pbr_quote(quoted, text));
    MUST(length >= 2 && length < PBR_QUOTE_TEXT && quoted[0] == '"' && quoted[length - 1] == '"');
    MUST(!pbr_unseen(quoted, length, &at));
    if (pbr_is_utf8(text.text, text.length)) MUST(pbr_is_utf8(quoted, length));
    const char *near = pbr_near_miss_in(text, names, COUNT(names));
    bool known = !near;
    for (size_t i = 0; i < COUNT(names); i++) known |= near == names[i];
    MUST(known);
}

static void check_message(const char *text, int line)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_place place = {text, line, line};
    pbr_error(diag, "an-error", place, "%s", *text ? text : "nothing");
    pbr_warn(diag, "a-warning", place, "x%s", text);
    pbr_note(diag, "a-note", PBR_NOWHERE, "x%s%s", text, text);
    fuzz_check_messages(diag, NULL, NULL, 0);
    pbr_diag_free(diag);
}

/* What is written as a cell is read as that cell. */
static void check_cell(const char *text)
{
    char *row, digest[PBR_SHA256_TEXT];
    size_t length;
    pbr_csv_record record;
    pbr_diag *diag = pbr_diag_new();
    pbr_out *out = pbr_out_memory(&row, &length);
    pbr_out_text(out, "first");
    pbr_out_text(out, text);
    pbr_out_words(out, text);
    pbr_out_end_row(out);
    MUST(pbr_out_close(out));
    pbr_source *source = pbr_source_of("row", row, length, diag);
    pbr_csv *csv = pbr_csv_new(source, diag);
    MUST(pbr_csv_next(csv, &record) && record.count == 3);
    pbr_slice words = pbr_csv_cell(&record, 2);
    MUST(pbr_slice_is(pbr_csv_cell(&record, 1), text));
    MUST(!words.length || !strchr("=+-@\t\r", words.text[0]));
    MUST(!pbr_csv_next(csv, &record) && !pbr_diag_failed(diag));
    pbr_csv_free(csv);
    pbr_source_close(source, digest);
    pbr_diag_free(diag);
    free(row);
}

static void check_tags(const char *text)
{
    pbr_tag tag;
    pbr_xml xml = {text};
    pbr_arena *arena = pbr_arena_new();
    const char *before = text;
    while (pbr_xml_next(&xml, &tag)) {
        MUST(xml.at > before && xml.at <= text + strlen(text));
        before = xml.at;
        pbr_tag_value(&tag, "r", arena);
        MUST(strlen(pbr_xml_text(tag.before, arena)) <= tag.before.length);
    }
    pbr_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (!length) return 0;
    pbr_slice slice = {(const char *)bytes + 1, length - 1};
    char *text = pbr_strndup(slice.text, slice.length);
    check_date(slice, bytes[0]);
    check_decimal(slice, bytes[0] % 16);
    check_codes(slice, bytes[0]);
    check_quote(slice);
    check_message(text, bytes[0]);
    check_tags(text);
    if (pbr_is_utf8(text, strlen(text)) && !strchr(text, '\r')) check_cell(text);
    free(text);
    return 0;
}

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    return 0;
}
