#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `make install` puts down is whole: from another folder, the program settles an installed
# contract, and a program that is compiled as pkg-config says reads one.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
# -o: what is built is installed as it is
make -s -o all install BUILD="$BUILD" PREFIX="$place"
cd "$place"
test -s share/man/man1/pbrcalc.1
cat >areas.c <<'C'
#include <pbrcalc.h>
#include <stdio.h>

int main(int count, char **words)
{
    pbr_mem_install();
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = count > 1 ? pbr_contract_load(words[1], diag) : NULL;
    printf("%zu areas\n", contract ? contract->areas_count : 0);
    pbr_contract_free(contract);
    pbr_diag_free(diag);
}
C
PKG_CONFIG_PATH=$place/lib/pkgconfig
export PKG_CONFIG_PATH
# shellcheck disable=SC2046
${CC:-gcc} -std=c17 -Wall -Wextra -Werror areas.c -o areas $(pkg-config --cflags --libs pbrcalc)
./areas share/pbrcalc/contracts/transforming-rehabilitation >said
grep -qx '21 areas' said
bin/pbrcalc settle share/pbrcalc/contracts/hmp-doncaster/worked/run.yaml --out settled --quiet
test -s settled/settlement.xlsx
echo "installed, linked and settled"
