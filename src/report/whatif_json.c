/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/whatif_json.h"

#include "report/version.h"
#include "report/whatif_tables.h"
#include "report/whatif_words.h"

#include <errno.h>
#include <string.h>

#define FILE_NAME "whatif.json"

/* "key": of a member of the document, with the comma of the one before it. */
static void key(FILE *out, const char *name)
{
    fprintf(out, ",\n\"%s\": ", name);
}

static void text_member(FILE *out, const char *name, const char *text)
{
    key(out, name);
    pbr_json_text(out, text);
}

static void texts_member(FILE *out, const char *name, const char *const *texts, size_t count)
{
    key(out, name);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? ",\n" : "[\n", out);
        pbr_json_text(out, texts[i]);
    }
    fputs(count ? "\n]" : "[]", out);
}

static void made_from(FILE *out, const pbr_whatif *whatif)
{
    key(out, "made_from");
    fputs("{\"scenario_sha256\": ", out);
    pbr_json_text(out, whatif->sha256);
    fputs(", \"settlement\": ", out);
    pbr_json_text(out, whatif->base.settlement->id);
    fputs(", \"program\": ", out);
    pbr_json_text(out, "pbrcalc " PBR_VERSION);
    fputc('}', out);
}

static void side_member(FILE *out, const char *name, const char *words, const pbr_settled *side)
{
    char day[PBR_DATE_TEXT];
    key(out, name);
    fputs("{\"words\": ", out);
    pbr_json_text(out, words);
    fputs(", \"contract\": ", out);
    pbr_json_text(out, side->settlement->contract->scheme->title);
    fputs(", \"as_at\": ", out);
    pbr_json_text(out, pbr_date_text(side->settlement->as_at, day));
    fprintf(out, ", \"illustrative\": %s}",
            pbr_settlement_illustrative(side->settlement) ? "true" : "false");
}

static void simulation_member(FILE *out, const pbr_simulation *simulation)
{
    key(out, "simulated");
    fprintf(out, "{\"replicates\": %u, \"seed\": %u, \"method\": \"%s\", \"counts\": \"%s\"}",
            simulation->replicates, simulation->seed, pbr_method_text(simulation->method),
            pbr_counts_text(simulation->counts));
    texts_member(out, "simulation_notes", simulation->notes, simulation->notes_count);
}

static void facts(FILE *out, const pbr_whatif *whatif)
{
    const pbr_scenario *scenario = whatif->scenario;
    fputs("{\n\"format\": \"" PBR_WHATIF_FORMAT "\"", out);
    made_from(out, whatif);
    text_member(out, "title", scenario->title);
    text_member(out, "author", scenario->author);
    text_member(out, "question", scenario->question);
    text_member(out, "currency", whatif->base.settlement->contract->scheme->currency);
    side_member(out, "base", whatif->base_words, &whatif->base);
    if (pbr_whatif_two_sides(whatif))
        side_member(out, "instead", whatif->asked_words, &whatif->asked);
    else
        text_member(out, "instead", NULL);
    texts_member(out, "notes", whatif->notes, whatif->notes_count);
    if (whatif->tornado) text_member(out, "tornado_by_percent", whatif->tornado->by);
    if (whatif->simulation) simulation_member(out, whatif->simulation);
    if (whatif->power)
        texts_member(out, "power_notes", whatif->power->notes, whatif->power->notes_count);
}

void pbr_whatif_json(FILE *out, const pbr_whatif *whatif)
{
    facts(out, whatif);
    for (size_t i = 0; i < PBR_WHATIF_TABLES; i++) {
        const pbr_whatif_table *table = &pbr_whatif_tables[i];
        if (table->has && !table->has(whatif)) continue;
        pbr_tidy rows = {.json = out};
        key(out, table->key);
        table->write(&rows, whatif);
    }
    fputs("\n}\n", out);
}

bool pbr_whatif_write_json(pbr_staged *staged, const pbr_whatif *whatif, pbr_diag *diag)
{
    FILE *file = fopen(pbr_staged_path(staged, FILE_NAME), "wb");
    bool written = file != NULL;
    if (file) {
        pbr_whatif_json(file, whatif);
        written = fflush(file) == 0 && !ferror(file);
        written = fclose(file) == 0 && written;
    }
    if (!written)
        pbr_error(diag, "unwritable-file", ((pbr_place){FILE_NAME, 0, 0}),
                  "cannot be written: %s; is there room on the disk?", strerror(errno));
    return written;
}
