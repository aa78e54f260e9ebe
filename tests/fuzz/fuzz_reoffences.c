/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reoffences.csv of any bytes, measured. */
#include "extracts.h"

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    load_worlds();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    check_extracts(REOFFENCES, bytes, length);
    return 0;
}
