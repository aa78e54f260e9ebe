/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long ids lie in several maps, each with a lock of its own, so that threads seldom meet at one. */
#include "measure/ids.h"

#include "base/hash.h"
#include "base/idmap.h"
#include "base/mem.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAPS = 16 };
#define NUMBERED ((pbr_code)1 << 63)

struct pbr_ids {
    pbr_secret secret;
    struct {
        pthread_mutex_t lock;
        pbr_idmap *known;
    } maps[MAPS];
};

pbr_ids *pbr_ids_new(void)
{
    pbr_ids *ids = pbr_alloc(1, sizeof *ids);
    ids->secret = pbr_secret_new();
    for (size_t i = 0; i < MAPS; i++) pthread_mutex_init(&ids->maps[i].lock, NULL);
    return ids;
}

void pbr_ids_free(pbr_ids *ids)
{
    if (!ids) return;
    for (size_t i = 0; i < MAPS; i++) {
        pthread_mutex_destroy(&ids->maps[i].lock);
        pbr_idmap_free(ids->maps[i].known);
    }
    free(ids);
}

static size_t map_of(const pbr_ids *ids, pbr_slice id)
{
    return pbr_hash_bytes(ids->secret, id.text, id.length) % MAPS;
}

static pbr_code numbered(size_t map, uint32_t number)
{
    return NUMBERED | (pbr_code)number * MAPS | map;
}

pbr_code pbr_ids_enter_long(pbr_ids *ids, pbr_slice id)
{
    size_t map = map_of(ids, id);
    pthread_mutex_lock(&ids->maps[map].lock);
    if (!ids->maps[map].known) ids->maps[map].known = pbr_idmap_new();
    uint32_t number = pbr_idmap_add(ids->maps[map].known, id.text, id.length);
    pthread_mutex_unlock(&ids->maps[map].lock);
    return numbered(map, number);
}

pbr_code pbr_ids_find_long(const pbr_ids *ids, pbr_slice id)
{
    size_t map = map_of(ids, id);
    const pbr_idmap *known = ids->maps[map].known;
    uint32_t number = known ? pbr_idmap_find(known, id.text, id.length) : PBR_NO_ID;
    return number == PBR_NO_ID ? 0 : numbered(map, number);
}

pbr_slice pbr_ids_text(const pbr_ids *ids, pbr_code code, char unpacked[PBR_CODE_LETTERS + 1])
{
    if (pbr_code_is_packed(code)) return pbr_code_text(NULL, code, unpacked);
    code &= ~NUMBERED;
    return pbr_slice_of(pbr_idmap_text(ids->maps[code % MAPS].known, (uint32_t)(code / MAPS)));
}

int pbr_ids_compare(const pbr_ids *ids, pbr_code a, pbr_code b)
{
    char one[PBR_CODE_LETTERS + 1], other[PBR_CODE_LETTERS + 1];
    if (a == b) return 0;
    if (pbr_code_is_packed(a) && pbr_code_is_packed(b)) return a < b ? -1 : 1;
    return strcmp(pbr_ids_text(ids, a, one).text, pbr_ids_text(ids, b, other).text);
}
