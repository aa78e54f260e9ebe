/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/must.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void pbr_internal_error(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("pbrcalc: internal error: ", stderr);
    vfprintf(stderr, format, list);
    fputs(": nothing was written\n", stderr);
    va_end(list);
    abort();
}
