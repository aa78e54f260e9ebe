/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cohort.csv of any bytes, measured. */
#include "extracts.h"

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    load_worlds();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    check_extracts(COHORT, bytes, length);
    return 0;
}
