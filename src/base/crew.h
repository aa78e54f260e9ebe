/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several processes at one list of work, for what is not made for threads: each item writes files
 * of its own, and nothing else of what it does is seen by the others. */
#ifndef PBR_BASE_CREW_H
#define PBR_BASE_CREW_H

#include <stdbool.h>
#include <stddef.h>

/* Calls work for items 0 to count - 1, in this process and in up to processes - 1 others, each of
 * which takes the next item that nobody has taken. Begin with the longest. What another process
 * could not do is done again here, so that its problems are told here. False if an item failed
 * here; those after it may then be left undone. */
bool pbr_crew_run(bool (*work)(void *context, size_t item), void *context, size_t count,
                  size_t processes);

#endif
