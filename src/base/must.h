/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can only be otherwise if the program itself is wrong. A release build checks it too: a
 * settlement that is not made is better than one that nobody can explain. */
#ifndef PBR_BASE_MUST_H
#define PBR_BASE_MUST_H

/* Says "internal error" and what it is, and ends the program by abort. */
_Noreturn void pbr_internal_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define pbr_must(holds) ((holds) ? (void)0 : pbr_internal_error("%s does not hold", #holds))

#endif
