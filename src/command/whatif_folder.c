/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/whatif_folder.h"

#include "base/staged.h"
#include "report/whatif_book.h"
#include "report/whatif_html.h"
#include "report/whatif_json.h"
#include "report/whatif_tables.h"

#include <errno.h>
#include <string.h>

/* What is kept must be what was answered. */
static bool keep_scenario(const pbr_whatif *whatif, pbr_staged *staged, pbr_diag *diag)
{
    char sha256[PBR_SHA256_TEXT];
    const char *from = whatif->scenario->path, *name = "scenario.yaml";
    if (!pbr_staged_copy(staged, from, name)) {
        pbr_error(diag, "unwritable-file", ((pbr_place){name, 0, 0}), "cannot be written: %s",
                  strerror(errno ? errno : EIO));
        return false;
    }
    if (pbr_sha256_file(pbr_staged_path(staged, name), sha256) &&
        strcmp(sha256, whatif->sha256) == 0)
        return true;
    pbr_error(diag, "input-changed", ((pbr_place){from, 0, 0}),
              "the file was changed while it was being answered: ask again");
    return false;
}

static bool write_all(const pbr_whatif *whatif, pbr_staged *staged, pbr_diag *diag)
{
    return keep_scenario(whatif, staged, diag) && pbr_whatif_write_csv(staged, whatif, diag) &&
           pbr_whatif_write_book(staged, whatif, diag) &&
           pbr_whatif_write_html(pbr_staged_path(staged, "whatif.html"), whatif, diag) &&
           pbr_whatif_write_json(staged, whatif, diag);
}

bool pbr_whatif_folder_write(const pbr_whatif *whatif, const char *folder, bool force,
                             pbr_diag *diag)
{
    pbr_staged *staged = pbr_staged_new(folder, PBR_WHATIF_MARK, force, diag);
    if (!staged) return false;
    if (write_all(whatif, staged, diag)) return pbr_staged_commit(staged, diag);
    pbr_staged_abandon(staged);
    return false;
}
