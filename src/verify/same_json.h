/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PBR_VERIFY_SAME_JSON_H
#define PBR_VERIFY_SAME_JSON_H

#include "verify/difference.h"

/* Compares two JSON files value by value; a place is called by its keys, an entry of a list by its
 * name where each has one of its own ("outputs/payments.csv/sha256"), else by its number. What
 * stands under the keys of `besides` (ends with NULL) is passed over. False if either is not JSON.
 */
bool pbr_same_json(const char *recorded, const char *now, const char *const *besides,
                   pbr_file_differences *out);

#endif
