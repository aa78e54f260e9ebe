/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/whole.h"

#include "base/zip.h"

#include <stdlib.h>
#include <string.h>

/* Does the text end with the end tag of its first element? */
static bool ends_with_root(const char *text)
{
    const char *root = text;
    while ((root = strchr(root, '<')) && (root[1] == '?' || root[1] == '!')) root++;
    const char *last = strrchr(text, '<');
    if (!root || !last || last[1] != '/') return false;
    size_t length = strcspn(root + 1, " \t\r\n/>");
    return strncmp(last + 2, root + 1, length) == 0 && last[2 + length] == '>';
}

static bool member_whole(const pbr_zip *zip, size_t member)
{
    size_t length;
    char *text = pbr_zip_read(zip, member, &length);
    bool whole = text && strlen(text) == length && ends_with_root(text);
    free(text);
    return whole;
}

bool pbr_xlsx_whole(const char *path)
{
    pbr_zip *zip = pbr_zip_open(path);
    bool whole = zip != NULL;
    for (size_t i = 0; whole && i < pbr_zip_count(zip); i++) whole = member_whole(zip, i);
    pbr_zip_close(zip);
    return whole;
}
