/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The persons behind a settlement: its extracts, found by their digests and judged once more. */
#ifndef PBR_COMMAND_REOPENED_H
#define PBR_COMMAND_REOPENED_H

#include "command/recorded.h"
#include "command/second.h"

#define PBR_REOPENED_OPTIONS                                                                       \
    {"inputs", "DIR", true, "folders to look for the recorded inputs in, by SHA-256"},             \
    {                                                                                              \
        "hash-ids", "KEYFILE", false, "show HMAC-SHA256 of personal ids, under this key"           \
    }

typedef struct {
    pbr_recorded recorded;
    pbr_contract *contract;
    pbr_second second;
    pbr_id_key *key; /* NULL: ids are shown as they are */
    size_t *cohorts; /* settled, in the contract's order */
    size_t cohorts_count;
    pbr_arena *arena;
} pbr_reopened;

/* Opens the settlement folder by the options above. False, with the problem in diag, if its inputs
 * cannot be found, or there are none with persons. Close in any case. */
bool pbr_reopened_open(pbr_reopened *reopened, const char *folder, const pbr_arguments *arguments,
                       pbr_diag *diag);
void pbr_reopened_close(pbr_reopened *reopened);

#endif
