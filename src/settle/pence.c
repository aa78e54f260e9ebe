/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/pence.h"

static int64_t in_room(int64_t payment, __int128 room)
{
    if (room <= 0) return 0;
    return payment < room ? payment : (int64_t)room;
}

int64_t pbr_cap_take(pbr_cap_room *room, int64_t limit_pence, pbr_headroom headroom,
                     int64_t wanted_pence)
{
    bool pays = wanted_pence > 0;
    int64_t given = pays ? in_room(wanted_pence, limit_pence - room->used_pence) : wanted_pence;
    if (pays || headroom == PBR_HEADROOM_NET) room->used_pence += given;
    return given;
}

void pbr_pence_split(int64_t pence, const int64_t *days, size_t count, size_t residue,
                     int64_t *parts)
{
    int64_t of_days = 0, left = pence;
    for (size_t i = 0; i < count; i++) of_days += days[i];
    for (size_t i = 0; i < count; i++) {
        parts[i] = (int64_t)((__int128)pence * days[i] / of_days);
        left -= parts[i];
    }
    parts[residue] += left;
}
