#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Not one warning under gcc and clang, where each is an error; the same bytes from either, with and
# without optimisation; and the same program from the same source in another folder.
set -eu
. tests/checks/national.sh

# build FOLDER OUT COMPILER LEVEL: as if of one commit, wherever it is built
build() {
    make -s -C "$1" -j"$(nproc)" CC="$3" BUILD="$2" CFLAGS="$4 -Werror" COMMIT=none CHANGES=0 all
}

settle plain "$PBRCALC" --cohort "$cohort" --reoffences "$reoffences"
for compiler in gcc clang; do
    for level in -O0 -O3; do
        build . "$work/build$level-$compiler" $compiler "$level"
        settle "$compiler$level" "$work/build$level-$compiler/pbrcalc" --cohort "$cohort" \
            --reoffences "$reoffences"
        same_but program plain "$compiler$level"
        same gcc-O0 "$compiler$level"
        echo "$compiler $level: no warning, the same bytes"
    done
done

# What debuggers read is where a folder's name would be.
mkdir -p "$work/some/other/folder"
cp -R src Makefile "$work/some/other/folder"
build . "$work/here" gcc "-O0 -g"
build "$work/some/other/folder" build gcc "-O0 -g"
for file in pbrcalc libpbrcalc.a; do
    cmp "$work/here/$file" "$work/some/other/folder/build/$file" ||
        fail "$file depends on the folder where it is built"
done
[ $failed = 0 ] && echo "one program from either folder"
exit $failed
