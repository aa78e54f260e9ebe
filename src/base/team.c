/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/team.h"

#include <pthread.h>
#include <stdbool.h>

void pbr_team_run(void *(*work)(void *member), void *members, size_t member_size, size_t count)
{
    pthread_t threads[PBR_TEAM_MAX];
    bool began[PBR_TEAM_MAX] = {false};
    for (size_t i = 1; i < count; i++)
        began[i] = pthread_create(&threads[i], NULL, work, (char *)members + i * member_size) == 0;
    work(members);
    for (size_t i = 1; i < count; i++)
        if (began[i]) pthread_join(threads[i], NULL);
}
