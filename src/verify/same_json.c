/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/same_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *entry_name(const json_t *entry)
{
    return json_string_value(json_object_get(entry, "name"));
}

static const char *below(pbr_file_differences *out, const char *path, const char *key)
{
    return *path ? pbr_arena_printf(out->arena, "%s/%s", path, key) : key;
}

static const char *text_of(const json_t *value, pbr_arena *arena)
{
    if (!value) return NULL;
    if (json_is_string(value)) return json_string_value(value);
    if (json_is_object(value) || json_is_array(value)) return "an entry";
    char *dumped = json_dumps(value, JSON_ENCODE_ANY);
    const char *text = pbr_arena_printf(arena, "%s", dumped ? dumped : "");
    free(dumped);
    return text;
}

static void compare(json_t *recorded, json_t *now, const char *path, pbr_file_differences *out);

static void compare_objects(json_t *recorded, json_t *now, const char *path,
                            pbr_file_differences *out)
{
    const char *key;
    json_t *value;
    json_object_foreach(recorded, key, value)
        compare(value, json_object_get(now, key), below(out, path, key), out);
    json_object_foreach(now, key, value) if (!json_object_get(recorded, key))
        compare(NULL, value, below(out, path, key), out);
}

static json_t *entry_named(const json_t *list, const char *name)
{
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry) if (strcmp(entry_name(entry), name) == 0) return entry;
    return NULL;
}

/* Does every entry have a name of its own? */
static bool has_names(const json_t *list)
{
    size_t i;
    json_t *entry, *seen = json_object();
    json_array_foreach(list, i, entry)
    {
        const char *name = entry_name(entry);
        if (!name || json_object_get(seen, name)) break;
        json_object_set_new(seen, name, json_true());
    }
    json_decref(seen);
    return i > 0 && i == json_array_size(list);
}

static void compare_named(json_t *recorded, json_t *now, const char *path,
                          pbr_file_differences *out)
{
    size_t i;
    json_t *entry;
    json_array_foreach(recorded, i, entry)
    {
        const char *name = entry_name(entry);
        compare(entry, entry_named(now, name), below(out, path, name), out);
    }
    json_array_foreach(now, i, entry)
    {
        const char *name = entry_name(entry);
        if (!entry_named(recorded, name)) compare(NULL, entry, below(out, path, name), out);
    }
}

static void compare_lists(json_t *recorded, json_t *now, const char *path,
                          pbr_file_differences *out)
{
    size_t stood = json_array_size(recorded), is = json_array_size(now);
    if (has_names(recorded) && has_names(now)) {
        compare_named(recorded, now, path, out);
        return;
    }
    for (size_t i = 0; i < stood || i < is; i++)
        compare(json_array_get(recorded, i), json_array_get(now, i),
                pbr_arena_printf(out->arena, "%s/%zu", path, i + 1), out);
}

static void compare(json_t *recorded, json_t *now, const char *path, pbr_file_differences *out)
{
    if (json_is_object(recorded) && json_is_object(now))
        compare_objects(recorded, now, path, out);
    else if (json_is_array(recorded) && json_is_array(now))
        compare_lists(recorded, now, path, out);
    else if (json_is_string(recorded) && json_is_string(now)) {
        const char *stood = json_string_value(recorded), *is = json_string_value(now);
        if (!pbr_same_text(out, stood, is)) pbr_differ(out, stood, is, "%s", path);
    } else if (!recorded || !now || !json_equal(recorded, now))
        pbr_differ(out, text_of(recorded, out->arena), text_of(now, out->arena), "%s", path);
}

bool pbr_same_json(const char *recorded, const char *now, const char *const *besides,
                   pbr_file_differences *out)
{
    json_t *left = json_load_file(recorded, 0, NULL), *right = json_load_file(now, 0, NULL);
    bool both = left && right;
    for (; both && *besides; besides++) {
        json_object_del(left, *besides);
        json_object_del(right, *besides);
    }
    if (both) compare(left, right, "", out);
    json_decref(left);
    json_decref(right);
    return both;
}
