/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/mapping.h"

#include "contract/check_extract.h"

#include <string.h>
#include <strings.h>

enum { SCORE_PLACES = 6 };
#define SCORE_MAX 100000000u /* 100 percent, in millionths */

pbr_table *pbr_extract_open(const char *path, const pbr_schema *schema,
                            const pbr_contract *contract, pbr_diag *diag)
{
    const pbr_extract_terms *extract = contract->scheme->extract;
    unsigned count = extract ? extract->columns_count : 0;
    pbr_rename *renames = pbr_arena_alloc(contract->arena, (count + 1) * sizeof *renames);
    for (unsigned i = 0; i < count; i++)
        renames[i] = (pbr_rename){extract->columns[i].column, extract->columns[i].from};
    return pbr_table_open(path, schema, renames, count, diag);
}

pbr_slice pbr_extract_code(const pbr_contract *contract, const char *column, pbr_slice cell)
{
    const pbr_extract_terms *extract = contract->scheme->extract;
    for (unsigned i = 0; extract && i < extract->codes_count; i++)
        if (strcmp(extract->codes[i].column, column) == 0 &&
            pbr_slice_is(cell, extract->codes[i].from))
            return pbr_slice_of(extract->codes[i].to);
    return cell;
}

/* "47.25" as 47250000; false where the text is no plain decimal of at most six places below 1000.
 */
static bool plain_millionths(pbr_slice cell, uint32_t *out)
{
    enum { WHOLE_DIGITS = 3 };
    static const uint32_t unit[SCORE_PLACES + 1] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    const char *at = cell.text, *end = at + cell.length;
    uint32_t value = 0;
    for (; at < end && *at != '.'; at++) {
        if (*at < '0' || *at > '9' || at - cell.text == WHOLE_DIGITS) return false;
        value = value * 10 + (uint32_t)(*at - '0');
    }
    const char *point = at;
    if (point == cell.text || point + 1 == end) return false;
    for (at += point < end; at < end; at++) {
        if (*at < '0' || *at > '9' || at - point > SCORE_PLACES) return false;
        value = value * 10 + (uint32_t)(*at - '0');
    }
    *out = value * unit[point < end ? at - point - 1 : 0];
    return true;
}

static bool scaled_millionths(pbr_slice cell, const char *scale, uint32_t *out)
{
    mpq_t value, factor;
    mpq_inits(value, factor, NULL);
    bool ok = pbr_decimal_parse(value, cell.text, cell.length, 12) &&
              pbr_decimal_parse(factor, scale, strlen(scale), PBR_SCALE_DECIMALS);
    mpq_mul(value, value, factor);
    mpq_set_ui(factor, 1000000, 1);
    mpq_mul(value, value, factor);
    ok = ok && mpz_cmp_ui(mpq_denref(value), 1) == 0 && mpz_sgn(mpq_numref(value)) >= 0 &&
         mpz_cmp_ui(mpq_numref(value), SCORE_MAX) <= 0;
    if (ok) *out = (uint32_t)mpz_get_ui(mpq_numref(value));
    mpq_clears(value, factor, NULL);
    return ok;
}

bool pbr_extract_score(const pbr_contract *contract, pbr_table *table, size_t column,
                       uint32_t *millionths)
{
    const pbr_extract_terms *extract = contract->scheme->extract;
    pbr_slice cell = pbr_table_cell(table, column);
    bool scaled = extract && extract->score_scale;
    bool ok = scaled ? scaled_millionths(cell, extract->score_scale, millionths)
                     : plain_millionths(cell, millionths);
    if (ok && *millionths <= SCORE_MAX) return true;
    pbr_table_error(table, column, "bad-score", "is not a score",
                    scaled ? "write 0 to 100 percent on the scheme's scale"
                           : "write a percentage from 0 to 100 with at most 6 decimals");
    return false;
}

bool pbr_extract_odd_person(pbr_table *table, size_t column, pbr_slice id)
{
    enum { ID_BYTES_MAX = 64 };
    size_t at;
    bool ok = id.length >= 1 && id.length <= ID_BYTES_MAX && !pbr_unseen(id.text, id.length, &at);
    if (!ok)
        pbr_table_error(table, column, "bad-person-id", "is no person id",
                        "write 1 to 64 printable characters");
    return ok;
}

static const char *area_code(const void *contract, size_t index)
{
    return ((const pbr_contract *)contract)->areas[index].code;
}

/* Codes of a few characters are all near each other, so that only another case is a likely slip. */
static const char *likely_area(const pbr_contract *contract, pbr_slice code)
{
    enum { TELLING_BYTES = 5 };
    const char *near = pbr_near_miss(code, contract->areas_count, area_code, contract);
    bool same = near && strlen(near) == code.length && !strncasecmp(near, code.text, code.length);
    return same || code.length >= TELLING_BYTES ? near : NULL;
}

bool pbr_extract_area(const pbr_contract *contract, pbr_table *table, size_t column, pbr_slice code,
                      size_t *area)
{
    char remedy[200];
    *area = pbr_contract_area(contract, code.text, code.length);
    if (*area != PBR_NONE) return true;
    const char *near = likely_area(contract, code);
    if (near)
        snprintf(remedy, sizeof remedy, "did you mean \"%s\"?", near);
    else
        snprintf(remedy, sizeof remedy, "correct it, or add it to areas.csv, which has %s to %s",
                 contract->areas[0].code, contract->areas[contract->areas_count - 1].code);
    pbr_table_error(table, column, "unknown-area", "is no area of the contract", remedy);
    return false;
}

const char *pbr_extract_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

void pbr_extract_late_day(pbr_table *table, size_t column)
{
    pbr_table_error(table, column, "after-snapshot", "is after the snapshot",
                    "correct the date, or give the extract's own --snapshot");
}
