/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/same_terms.h"

#include "contract/yaml.h"

#include <string.h>

struct terms {
    const pbr_term *list;
    size_t count;
};

static struct terms terms_of(const pbr_contract *contract, const char *file)
{
    if (strcmp(file, "scheme.yaml") == 0)
        return (struct terms){contract->scheme_terms, contract->scheme_terms_count};
    for (size_t i = 0; i < contract->rules_count; i++)
        if (strcmp(contract->rules[i].file, file) == 0)
            return (struct terms){contract->rules[i].list, contract->rules[i].list_count};
    return (struct terms){NULL, 0};
}

void pbr_same_terms(const pbr_contract *recorded, const pbr_contract *now, const char *file,
                    pbr_file_differences *out)
{
    struct terms stood = terms_of(recorded, file), are = terms_of(now, file);
    for (size_t i = 0; i < stood.count; i++) {
        const pbr_term *term = &stood.list[i];
        const pbr_term *other = pbr_term_find(are.list, are.count, term->path);
        if (!other || strcmp(term->value, other->value) != 0)
            pbr_differ(out, term->value, other ? other->value : NULL, "%s", term->path);
    }
    for (size_t i = 0; i < are.count; i++)
        if (!pbr_term_find(stood.list, stood.count, are.list[i].path))
            pbr_differ(out, NULL, are.list[i].value, "%s", are.list[i].path);
}
