/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PBR_VERIFY_SAME_TERMS_H
#define PBR_VERIFY_SAME_TERMS_H

#include "contract/contract.h"
#include "verify/difference.h"

/* Compares the terms of one YAML file ("rules/2015-award.yaml") of two contracts. */
void pbr_same_terms(const pbr_contract *recorded, const pbr_contract *now, const char *file,
                    pbr_file_differences *out);

#endif
