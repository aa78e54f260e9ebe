/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Open addressing with linear probing, at most half full. A slot holds the upper half of the hash,
 * so that a probe reads the string only when it is almost surely the one. Numbers follow the order
 * of arrival and nothing is ever listed in slot order, so the hash cannot reach an output. */
#include "base/idmap.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct slot {
    uint32_t id_plus_1; /* 0 = free */
    uint32_t check;
};

struct pbr_idmap {
    pbr_secret secret;
    struct slot *slots;
    size_t mask;
    uint32_t count;
    size_t *starts; /* offset of each string in bytes */
    size_t starts_room;
    char *bytes;
    size_t used, bytes_room;
};

enum { FIRST_SLOTS = 1024 };

pbr_idmap *pbr_idmap_new(void)
{
    pbr_idmap *map = pbr_alloc(1, sizeof *map);
    map->slots = pbr_alloc(FIRST_SLOTS, sizeof *map->slots);
    map->mask = FIRST_SLOTS - 1;
    map->secret = pbr_secret_new();
    return map;
}

void pbr_idmap_free(pbr_idmap *map)
{
    if (!map) return;
    free(map->slots);
    free(map->starts);
    free(map->bytes);
    free(map);
}

static uint64_t hash_of(const pbr_idmap *map, const char *text, size_t length)
{
    return pbr_hash_bytes(map->secret, text, length);
}

/* Each text is followed by a NUL and then by the next one. */
static size_t length_of(const pbr_idmap *map, uint32_t id)
{
    size_t end = id + 1 < map->count ? map->starts[id + 1] : map->used;
    return end - map->starts[id] - 1;
}

static bool same(const pbr_idmap *map, uint32_t id, const char *text, size_t length)
{
    return length_of(map, id) == length && memcmp(map->bytes + map->starts[id], text, length) == 0;
}

static struct slot *probe(const pbr_idmap *map, uint64_t hash, const char *text, size_t length)
{
    uint32_t check = (uint32_t)(hash >> 32);
    for (size_t i = (size_t)hash & map->mask;; i = (i + 1) & map->mask) {
        struct slot *slot = &map->slots[i];
        if (!slot->id_plus_1) return slot;
        if (slot->check == check && same(map, slot->id_plus_1 - 1, text, length)) return slot;
    }
}

static void double_slots(pbr_idmap *map)
{
    size_t old_count = map->mask + 1;
    struct slot *old = map->slots;
    map->mask = old_count * 2 - 1;
    map->slots = pbr_alloc(old_count * 2, sizeof *map->slots);
    for (size_t i = 0; i < old_count; i++) {
        if (!old[i].id_plus_1) continue;
        uint32_t id = old[i].id_plus_1 - 1;
        size_t at = (size_t)hash_of(map, pbr_idmap_text(map, id), length_of(map, id)) & map->mask;
        while (map->slots[at].id_plus_1) at = (at + 1) & map->mask;
        map->slots[at] = old[i];
    }
    free(old);
}

static uint32_t append(pbr_idmap *map, const char *text, size_t length)
{
    map->starts = pbr_grow(map->starts, &map->starts_room, map->count + 1u, sizeof *map->starts);
    map->bytes = pbr_grow(map->bytes, &map->bytes_room, map->used + length + 1, 1);
    map->starts[map->count] = map->used;
    if (length) memcpy(map->bytes + map->used, text, length);
    map->bytes[map->used + length] = '\0';
    map->used += length + 1;
    return map->count++;
}

uint32_t pbr_idmap_add(pbr_idmap *map, const char *text, size_t length)
{
    uint64_t hash = hash_of(map, text, length);
    struct slot *slot = probe(map, hash, text, length);
    if (slot->id_plus_1) return slot->id_plus_1 - 1;
    if (map->count * 2ull > map->mask) {
        double_slots(map);
        slot = probe(map, hash, text, length);
    }
    uint32_t id = append(map, text, length);
    *slot = (struct slot){id + 1, (uint32_t)(hash >> 32)};
    return id;
}

uint32_t pbr_idmap_find(const pbr_idmap *map, const char *text, size_t length)
{
    const struct slot *slot = probe(map, hash_of(map, text, length), text, length);
    return slot->id_plus_1 ? slot->id_plus_1 - 1 : PBR_NO_ID;
}

const char *pbr_idmap_text(const pbr_idmap *map, uint32_t id)
{
    return map->bytes + map->starts[id];
}

uint32_t pbr_idmap_count(const pbr_idmap *map)
{
    return map->count;
}
