#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `make install` puts down is whole: from another folder, the program settles an installed
# contract, and a program that is compiled as pkg-config says reads one. Every header that is
# installed compiles on its own, and beside all the others in either order.
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
# compile FILE OUT [OPTION]...: as a user of the library would
compile() {
    file=$1 out=$2
    shift 2
    # shellcheck disable=SC2046
    ${CC:-gcc} -std=c17 -Wall -Wextra -Werror "$@" "$file" -o "$out" \
        $(pkg-config --cflags --libs pbrcalc)
}
compile areas.c areas
./areas share/pbrcalc/contracts/transforming-rehabilitation >said
grep -qx '21 areas' said
bin/pbrcalc settle share/pbrcalc/contracts/hmp-doncaster/worked/run.yaml --out settled --quiet
test -s settled/settlement.xlsx

(cd include/pbrcalc && find . -name '*.h') | sed 's|^\./||' | LC_ALL=C sort >headers
test "$(wc -l <headers)" -gt 100 # find found them

# including ORDER OUT: a program that includes each header, in the order that sort gives
including() {
    # shellcheck disable=SC2086
    { LC_ALL=C sort $1 headers | sed 's/.*/#include <&>/'; echo 'int main(void) { return 0; }'; } >"$2"
}
including '' ascending.c
including -r descending.c
for program in ascending descending; do
    compile $program.c $program || { echo "FAILED: all headers, $program"; exit 1; }
    ./$program
done

mkdir alone
while read -r header; do
    file=alone/$(printf %s "$header" | tr / -).c
    printf '#include <%s>\n#include <%s>\n' "$header" "$header" >"$file"
done <headers
# shellcheck disable=SC2046,SC2086
printf '%s\n' alone/*.c | xargs -P "$(nproc)" -n 1 ${CC:-gcc} -std=c17 -Wall -Wextra -Werror \
    -fsyntax-only $(pkg-config --cflags pbrcalc) || { echo "FAILED: a header alone"; exit 1; }
echo "installed, linked and settled; $(wc -l <headers) headers, alone and together"
