/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several threads at the same work. */
#ifndef PBR_BASE_TEAM_H
#define PBR_BASE_TEAM_H

#include <stddef.h>

enum { PBR_TEAM_MAX = 64 };

/* Calls work for each of count members of an array, each on a thread of its own, the first on this
 * one, and waits for all. Members take pieces of the work from a counter that they share: where no
 * further thread can be had, those there are do its part. count is 1 to PBR_TEAM_MAX. */
void pbr_team_run(void *(*work)(void *member), void *members, size_t member_size, size_t count);

#endif
