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

# What is built plainly is gcc -O2; what debuggers read is where a folder's name would be.
settle plain "$PBRCALC" --cohort "$cohort" --reoffences "$reoffences"
for way in "gcc -O0 -g" "gcc -O3" "clang -O3"; do
    compiler=${way%% *} level=${way#* }
    name=$compiler${level%% *}
    build . "$work/build-$name" "$compiler" "$level"
    settle "$name" "$work/build-$name/pbrcalc" --cohort "$cohort" --reoffences "$reoffences"
    same_but program plain "$name"
    same gcc-O0 "$name"
    echo "$way: no warning, the same bytes"
done

mkdir -p "$work/some/other/folder"
cp -R src Makefile "$work/some/other/folder"
build "$work/some/other/folder" build gcc "-O0 -g"
for file in pbrcalc libpbrcalc.a; do
    cmp "$work/build-gcc-O0/$file" "$work/some/other/folder/build/$file" ||
        fail "$file depends on the folder where it is built"
done
[ $failed = 0 ] && echo "one program from either folder"
exit $failed
