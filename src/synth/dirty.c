/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/dirty.h"

#include "base/mem.h"
#include "base/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef enum { COHORT, REOFFENCES } extract;

static const char *const extract_names[] = {"cohort.csv", "reoffences.csv"};
static const int extract_columns[] = {PBR_COHORT_COLUMNS, PBR_REOFFENCE_COLUMNS};

/* Columns of the extracts, in their order; WHOLE_ROW stands for none of them. */
enum { WHOLE_ROW = -1 };
enum { PERSON_ID, CPA, START_DATE, START_TYPE, OGRS, START_ID, DIED_ON = 9 };
enum { OFFENCE_DATE = 1, OUTCOME_DATE = 2, OFFENCE_ID = 8 };

/* 65 characters, one more than an id may have */
#define LONG_ID                                                                                    \
    "A1234BC"                                                                                      \
    "A1234BC"                                                                                      \
    "A1234BC"                                                                                      \
    "A1234BC"                                                                                      \
    "A1234BC"                                                                                      \
    "A1234BC"                                                                                      \
    "A1234BC"                                                                                      \
    "A1234BC"                                                                                      \
    "A1234BC"                                                                                      \
    "XY"

/* A bad row is a sound row with one value changed, or with a field too few or too many. */
struct kind {
    extract file;
    int column;
    const char *check, *value; /* value NULL: worked out from the sound row */
    int fields;                /* more or fewer than the header has */
};

static const struct kind kinds[] = {
    {COHORT, START_DATE, "bad-date", "2015-02-30", 0},
    {REOFFENCES, OFFENCE_DATE, "bad-date", "2016-02-30", 0},
    {COHORT, START_DATE, "bad-date", "31/12/2015", 0},
    {REOFFENCES, OUTCOME_DATE, "bad-date", "31/12/2016", 0},
    {COHORT, DIED_ON, "bad-date", "2016-13-01", 0},
    {COHORT, START_DATE, "blank-date", "", 0},
    {REOFFENCES, OFFENCE_DATE, "blank-date", "", 0},
    {REOFFENCES, OUTCOME_DATE, "blank-date", "", 0},
    {COHORT, OGRS, "bad-score", "101", 0},
    {COHORT, OGRS, "bad-score", "high", 0},
    {COHORT, OGRS, "missing-score", "", 0},
    {COHORT, CPA, "unknown-area", "C99", 0},
    {COHORT, START_TYPE, "unknown-start-type", "parole", 0},
    {COHORT, START_ID, "duplicate-start", NULL, 0},
    {REOFFENCES, OUTCOME_DATE, "outcome-before-offence", NULL, 0},
    {COHORT, START_DATE, "after-snapshot", NULL, 0},
    {REOFFENCES, OUTCOME_DATE, "after-snapshot", NULL, 0},
    {COHORT, PERSON_ID, "bad-person-id", "", 0},
    {REOFFENCES, PERSON_ID, "bad-person-id", "", 0},
    {COHORT, PERSON_ID, "bad-person-id", LONG_ID, 0},
    {REOFFENCES, PERSON_ID, "bad-person-id", LONG_ID, 0},
    {COHORT, PERSON_ID, "stray-quote", "A12\"34BC", 0},
    {REOFFENCES, PERSON_ID, "stray-quote", "A12\"34BC", 0},
    {COHORT, WHOLE_ROW, "field-count", "11", -1},
    {REOFFENCES, WHOLE_ROW, "field-count", "8", -1},
    {COHORT, WHOLE_ROW, "field-count", "13", 1},
    {REOFFENCES, WHOLE_ROW, "field-count", "10", 1},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* One row as text; only the columns that differ between rows have buffers of their own. */
struct row {
    const char *fields[PBR_COHORT_COLUMNS + 1];
    char name[PBR_NAME_TEXT], id[PBR_NAME_TEXT];
};

struct pbr_dirty {
    const pbr_names *names;
    const pbr_cell *cell;
    char day[PBR_DATE_TEXT], day_before[PBR_DATE_TEXT], later[PBR_DATE_TEXT], late[PBR_DATE_TEXT];
    size_t next; /* of kinds */
    int64_t lines[KINDS];
};

pbr_dirty *pbr_dirty_new(const pbr_names *names, const pbr_cell *cell, pbr_date late)
{
    pbr_dirty *dirty = pbr_alloc(1, sizeof *dirty);
    pbr_date middle = cell->cohort->from + (cell->cohort->to - cell->cohort->from) / 2;
    dirty->names = names;
    dirty->cell = cell;
    pbr_date_text(middle, dirty->day);
    pbr_date_text(middle - 1, dirty->day_before);
    pbr_date_text(middle + 30, dirty->later);
    pbr_date_text(late, dirty->late);
    return dirty;
}

void pbr_dirty_free(pbr_dirty *dirty)
{
    free(dirty);
}

static void sound_start(const pbr_dirty *dirty, struct row *out)
{
    const pbr_terms *terms = dirty->cell->terms;
    unsigned types = terms->cohort.start_types_count;
    const char *type = types ? terms->cohort.start_types[0] : "custody-release";
    const char *const fields[] = {out->name,  dirty->cell->area->code,
                                  dirty->day, type,
                                  "50",       out->id,
                                  "CRC",      "no",
                                  "no",       "",
                                  "",         "yes",
                                  "extra"};
    memcpy(out->fields, fields, sizeof fields);
}

static void sound_offence(const pbr_dirty *dirty, struct row *out)
{
    const char *const fields[] = {out->name, dirty->day, dirty->later, "conviction",
                                  "046/00",  "yes",      "no",         "england-and-wales",
                                  out->id,   "extra"};
    memcpy(out->fields, fields, sizeof fields);
}

static void sound_row(const pbr_dirty *dirty, extract file, uint32_t number, struct row *out)
{
    pbr_name(dirty->names, number, out->name);
    snprintf(out->id, sizeof out->id, "X%08u", (unsigned)dirty->next);
    if (file == COHORT)
        sound_start(dirty, out);
    else
        sound_offence(dirty, out);
}

static void write_row(pbr_rows *rows, const struct row *row, int fields)
{
    for (int i = 0; i < fields; i++) pbr_rows_text(rows, row->fields[i]);
    pbr_rows_end(rows);
}

/* The value of a bad field; an id is the sound row's own, which is written twice. */
static const char *bad_value(const pbr_dirty *dirty, const struct kind *kind)
{
    if (kind->value) return kind->value;
    if (strcmp(kind->check, "after-snapshot") == 0) return dirty->late;
    if (strcmp(kind->check, "outcome-before-offence") == 0) return dirty->day_before;
    return NULL;
}

bool pbr_dirty_next(pbr_dirty *dirty, pbr_rows *cohort, pbr_rows *reoffences, uint32_t number)
{
    if (dirty->next == KINDS) return false;
    const struct kind *kind = &kinds[dirty->next];
    pbr_rows *rows = kind->file == COHORT ? cohort : reoffences;
    int fields = extract_columns[kind->file] + kind->fields;
    const char *value = bad_value(dirty, kind);
    struct row row;
    sound_row(dirty, kind->file, number, &row);
    if (!value)
        write_row(rows, &row, fields);
    else if (kind->column != WHOLE_ROW)
        row.fields[kind->column] = value;
    write_row(rows, &row, fields);
    dirty->lines[dirty->next++] = pbr_rows_line(rows);
    return true;
}

pbr_bad_rows pbr_dirty_count(const pbr_dirty *dirty)
{
    pbr_bad_rows bad = {0};
    for (size_t i = 0; i < dirty->next; i++)
        *(kinds[i].file == COHORT ? &bad.cohort : &bad.reoffences) += 1;
    return bad;
}

static void write_problem(const pbr_dirty *dirty, pbr_out *out, size_t index)
{
    const struct kind *kind = &kinds[index];
    const char *const *names = kind->file == COHORT ? pbr_cohort_columns : pbr_reoffence_columns;
    const char *value = bad_value(dirty, kind);
    char id[PBR_NAME_TEXT];
    snprintf(id, sizeof id, "X%08u", (unsigned)index);
    pbr_out_text(out, extract_names[kind->file]);
    pbr_out_int(out, dirty->lines[index]);
    pbr_out_text(out, kind->check);
    pbr_out_text(out, kind->column == WHOLE_ROW ? NULL : names[kind->column]);
    pbr_out_text(out, value ? value : id);
    pbr_out_end_row(out);
}

bool pbr_dirty_key(const pbr_dirty *dirty, const char *folder, pbr_diag *diag)
{
    char *path = pbr_sprintf("%s/problems.csv", folder);
    pbr_out *out = pbr_out_open(path);
    if (out) pbr_out_header(out, "file,line,check,column,value");
    for (int file = COHORT; out && file <= REOFFENCES; file++)
        for (size_t i = 0; i < dirty->next; i++)
            if ((int)kinds[i].file == file) write_problem(dirty, out, i);
    bool ok = out && pbr_out_close(out);
    if (!ok)
        pbr_error(diag, "cannot-write", ((pbr_place){path, 0, 0}), "cannot write: %s",
                  strerror(errno));
    free(path);
    return ok;
}
