/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An earlier settlement in which one table has any bytes, for which its manifest vouches; the first
 * byte says which table of which settlement. The first of a world is read as --previous reads it,
 * the second as what its own folder tells of those before it. Read twice it says the same; what can
 * be read is settled anew on top of it. */
#include "settled_worlds.h"

#include "base/sha256.h"

#include <sys/stat.h>

enum { FIRST, SECOND, FOLDERS };

static const char *const folders[FOLDERS] = {"first", "second"};
static const struct {
    size_t folder;
    const char *file;
} tables[] = {{FIRST, "payments.csv"}, {FIRST, "balances.csv"}, {FIRST, "other.csv"},
              {FIRST, "metrics.csv"},  {SECOND, "earlier.csv"}, {SECOND, "balances.csv"},
              {SECOND, "other.csv"}};

static const char *parent;

static const char *place_of(size_t world, size_t folder)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s-%s", parent, settled_names[world], folders[folder]);
    return path;
}

static const char *kept(size_t world, size_t folder, const char *file)
{
    static char path[200];
    snprintf(path, sizeof path, SETTLED "%s/%s/%s", settled_names[world], folders[folder], file);
    return path;
}

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    load_all_settled();
    parent = fuzz_folder();
    for (size_t w = 0; w < COUNT(settled_names); w++) {
        for (size_t f = 0; f < FOLDERS; f++) {
            MUST(mkdir(place_of(w, f), 0777) == 0);
            fuzz_copy(kept(w, f, PBR_MANIFEST_NAME), place_of(w, f), PBR_MANIFEST_NAME);
        }
        for (size_t t = 0; t < COUNT(tables); t++)
            fuzz_copy(kept(w, tables[t].folder, tables[t].file), place_of(w, tables[t].folder),
                      tables[t].file);
    }
    return 0;
}

/* The manifest with another digest in the place of the file's. */
static void vouch(size_t world, size_t folder, const char *file, const uint8_t *bytes,
                  size_t length)
{
    char old[PBR_SHA256_TEXT], new[PBR_SHA256_TEXT];
    size_t size;
    pbr_sha256 *hash = pbr_sha256_new();
    pbr_sha256_add(hash, bytes, length);
    pbr_sha256_end(hash, new);
    MUST(pbr_sha256_file(kept(world, folder, file), old));
    char *manifest = fuzz_read(kept(world, folder, PBR_MANIFEST_NAME), &size);
    char *at = strstr(manifest, file);
    MUST(at && (at = strstr(at, old)));
    memcpy(at, new, PBR_SHA256_TEXT - 1);
    fuzz_write(place_of(world, folder), PBR_MANIFEST_NAME, manifest, size);
    free(manifest);
}

static void read_previous(pbr_work *work, const char *folder, pbr_diag *diag)
{
    char option[] = "--previous", *words[] = {option, pbr_strdup(folder)};
    pbr_arguments *arguments = pbr_arguments_read(&pbr_settle_command, COUNT(words), words, diag);
    pbr_work_previous(work, arguments, diag);
    pbr_arguments_free(arguments);
    free(words[1]);
}

static void read_own_record(pbr_work *work, const char *folder, pbr_diag *diag)
{
    pbr_manifest manifest;
    if (pbr_manifest_load(&manifest, folder, work->arena, diag))
        pbr_work_earlier(work, folder, &manifest, diag);
}

static fuzz_text take(size_t world, size_t table, const uint8_t *bytes, size_t length, bool settle)
{
    char path[200];
    fuzz_text said = {0};
    pbr_diag *diag = pbr_diag_new();
    pbr_work work = work_on(&settled[world]);
    const char *folder = place_of(world, tables[table].folder);
    snprintf(path, sizeof path, "%s/%s", folder, tables[table].file);
    (tables[table].folder == FIRST ? read_previous : read_own_record)(&work, folder, diag);
    fuzz_check_messages(diag, path, bytes, length);
    fuzz_add_said(&said, diag);
    fuzz_printf(&said, "%zu rows, %zu balances, %zu others", work.earlier_count, work.carried_count,
                work.earlier_others_count);
    if (settle && !pbr_diag_failed(diag))
        settle_and_check(&settled[world].world, work.measures,
                         pbr_work_options(&work, settled[world].world.id, true));
    for (size_t i = 0; i < work.runs_count; i++) pbr_measures_free(work.runs[i].measures);
    pbr_arena_free(work.arena);
    pbr_diag_free(diag);
    return said;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (!length) return 0;
    size_t table = bytes[0] % COUNT(tables), world = bytes[0] / COUNT(tables) % COUNT(settled);
    size_t folder = tables[table].folder;
    const char *file = tables[table].file;
    fuzz_write(place_of(world, folder), file, bytes + 1, length - 1);
    vouch(world, folder, file, bytes + 1, length - 1);
    fuzz_text one = take(world, table, bytes + 1, length - 1, true);
    fuzz_text other = take(world, table, bytes + 1, length - 1, false);
    fuzz_same(&one, &other);
    fuzz_copy(kept(world, folder, file), place_of(world, folder), file);
    fuzz_copy(kept(world, folder, PBR_MANIFEST_NAME), place_of(world, folder), PBR_MANIFEST_NAME);
    free(one.bytes);
    free(other.bytes);
    return 0;
}
