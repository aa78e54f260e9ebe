#!/bin/sh
# Not one warning under gcc and clang, where each is an error.
set -eu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for compiler in gcc clang; do
    make -s CC=$compiler BUILD="$out/$compiler" OPTIMISE=-O1 HARDENING="-Werror" all
    echo "$compiler: no warning"
done
