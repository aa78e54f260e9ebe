#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same inputs give the same bytes: a second later, at any thread count, in another time zone and
# locale, with rows in another order, with the extract split into files, built by another compiler.
# Only the manifest's list of inputs may differ, and must where the bytes of the inputs do.
set -eu
tr=contracts/transforming-rehabilitation work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
"$PBRCALC" synth --contract $tr --seed 1 --cohorts 2015Q4,2016Q1 --quiet --out "$work/extract"
cohort=$work/extract/cohort.csv reoffences=$work/extract/reoffences.csv

# settle NAME PROGRAM OPTION...: a national settlement in $work/NAME
settle() {
    name=$1 program=$2; shift 2
    "$program" settle --contract $tr --snapshot 2018-03-31 --cohorts 2015Q4,2016Q1,2015/16 \
        --first-of-year --as-at 2018-04-20 --quiet --out "$work/$name" "$@" >"$work/$name.said" 2>&1 || {
        echo "$name: not settled"
        cat "$work/$name.said"
        exit 1
    }
}

fail() {
    echo "$1"
    failed=1
}

# same NAME: the folder is that of the first run, byte for byte
same() {
    diff -r "$work/first" "$work/$1" || fail "$1: not the same bytes"
}

# rest_of_manifest NAME KEY: the manifest without what stands under the key
rest_of_manifest() {
    python3 -c 'import json, sys
manifest = json.load(open(sys.argv[1]))
assert manifest.pop(sys.argv[2])
print(json.dumps(manifest))' "$work/$1/manifest.json" "$2"
}

# same_but NAME KEY: the same but for what stands under a key of the manifest
same_but() {
    diff -r -x manifest.json "$work/first" "$work/$1" || fail "$1: not the same bytes"
    [ "$(rest_of_manifest first "$2")" = "$(rest_of_manifest "$1" "$2")" ] ||
        fail "$1: the manifest differs beyond its $2"
}

same_but_inputs() {
    same_but "$1" inputs
    ! cmp -s "$work/first/manifest.json" "$work/$1/manifest.json" ||
        fail "$1: the manifest does not tell the inputs apart"
}

# shuffled FILE OUT: the header, then the rows in another order, the same one each time
shuffled() {
    { head -1 "$1"; tail -n +2 "$1" | shuf --random-source="$cohort"; } >"$2"
}

settle first "$PBRCALC" --cohort "$cohort" --reoffences "$reoffences" --threads 2
sleep 1.1
settle later "$PBRCALC" --cohort "$cohort" --reoffences "$reoffences" --threads 2
same later
settle one-thread "$PBRCALC" --cohort "$cohort" --reoffences "$reoffences" --threads 1
same one-thread

for locale in C tr_TR.UTF-8 de_DE.UTF-8; do # those that are not installed fall back to C
    (export TZ=Pacific/Kiritimati LC_ALL=$locale LANG=$locale
     settle "locale-$locale" "$PBRCALC" --cohort "$cohort" --reoffences "$reoffences")
    same "locale-$locale"
done

mkdir "$work/shuffled-extract" "$work/parts"
shuffled "$cohort" "$work/shuffled-extract/cohort.csv"
shuffled "$reoffences" "$work/shuffled-extract/reoffences.csv"
! cmp -s "$cohort" "$work/shuffled-extract/cohort.csv" || fail "the rows were not shuffled"
settle shuffled "$PBRCALC" --cohort "$work/shuffled-extract/cohort.csv" \
    --reoffences "$work/shuffled-extract/reoffences.csv" --threads 2
same_but_inputs shuffled

for part in 0 1 2; do
    awk -v part=$part 'NR == 1 || NR % 3 == part' "$cohort" >"$work/parts/part-$part.csv"
done
settle split "$PBRCALC" --cohort "$work/parts/part-2.csv" "$work/parts/part-0.csv" \
    "$work/parts/part-1.csv" --reoffences "$reoffences"
same_but_inputs split

# a change of one score must show, or this check is asleep
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "ogrs") at = i }
    NR == 2 { $at = $at > 50 ? $at - 1 : $at + 1 } { print }' "$cohort" >"$work/changed.csv"
settle changed "$PBRCALC" --cohort "$work/changed.csv" --reoffences "$reoffences"
! diff -rq -x manifest.json "$work/first" "$work/changed" >"$work/changed.diff" ||
    fail "a changed score changed nothing"

# Another compiler without optimisation: the same figures and workbooks.
other=clang
case ${CC:-gcc} in *clang*) other=gcc ;; esac
if command -v $other >/dev/null; then
    make -s -j"$(nproc)" CC=$other OPTIMISE=-O0 HARDENING=-fPIE BUILD="$work/build" \
        >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; fail "$other cannot build it"; }
    settle compiler "$work/build/pbrcalc" --cohort "$cohort" --reoffences "$reoffences" --threads 2
    same_but compiler program # which says whether the checkout had local changes when built
else
    echo "$other is not here: not compared"
fi

[ $failed = 0 ] && echo "all runs alike"
exit $failed
