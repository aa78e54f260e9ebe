#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same inputs give the same bytes: a second later, at any thread count, in another time zone and
# locale, with rows in another order, with the extract split into files, named in any order. Only
# the manifest's list of inputs may differ, and must where the bytes of the inputs do; and the
# workbook that logs them, if there is one. compilers.sh holds compilers against each other.
set -eu
. tests/checks/national.sh
data="--cohort $cohort --reoffences $reoffences"

# What may follow the bytes or the number of the input files: the numbers of kept tables, and
# qa.xlsx, which logs the inputs.
without_inputs() {
    rm -rf "$work/$2" && cp -R "$work/$1" "$work/$2"
    python3 - "$work/$2" <<'PYTHON'
import json, pathlib, re, sys
folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "manifest.json").read_text())
(folder / "qa.xlsx").unlink(missing_ok=True)
manifest["outputs"] = [o for o in manifest["outputs"] if o["name"] != "qa.xlsx"]
for output in manifest["outputs"]:
    name = re.sub(r"^inputs/[0-9]+-", "inputs/", output["name"])
    (folder / output["name"]).rename(folder / name)
    output["name"] = name
(folder / "manifest.json").write_text(json.dumps(manifest))
PYTHON
}

same_but_inputs() {
    without_inputs first left
    without_inputs "$1" right
    same_but inputs left right
    ! cmp -s "$work/first/manifest.json" "$work/$1/manifest.json" ||
        fail "$1: the manifest does not tell the inputs apart"
}

# shuffled FILE OUT: the header, then the rows in another order, the same one each time
shuffled() {
    { head -1 "$1"; tail -n +2 "$1" | shuf --random-source="$cohort"; } >"$2"
}

settle first "$PBRCALC" $data --threads 2
sleep 1.1
settle later "$PBRCALC" $data --threads 2
same first later
settle one-thread "$PBRCALC" $data --threads 1
same first one-thread

settle kept "$PBRCALC" $data --keep-inputs
(export TZ=America/St_Johns LC_ALL=C; settle kept-again "$PBRCALC" $data --keep-inputs --threads 1)
same kept kept-again

for locale in C tr_TR.UTF-8 de_DE.UTF-8; do # those that are not installed fall back to C
    (export TZ=Pacific/Kiritimati LC_ALL=$locale LANG=$locale
     settle "locale-$locale" "$PBRCALC" $data)
    same first "locale-$locale"
done

mkdir "$work/shuffled-extract" "$work/parts"
shuffled "$cohort" "$work/shuffled-extract/cohort.csv"
shuffled "$reoffences" "$work/shuffled-extract/reoffences.csv"
! cmp -s "$cohort" "$work/shuffled-extract/cohort.csv" || fail "the rows were not shuffled"
settle shuffled "$PBRCALC" --cohort "$work/shuffled-extract/cohort.csv" \
    --reoffences "$work/shuffled-extract/reoffences.csv" --threads 2
same_but_inputs shuffled

for third in 0 1 2; do
    awk -v third=$third 'NR == 1 || NR % 3 == third' "$cohort" >"$work/parts/part-$third.csv"
done
part="$work/parts/part"
settle split "$PBRCALC" --cohort "$part-2.csv" "$part-0.csv" "$part-1.csv" \
    --reoffences "$reoffences"
same_but_inputs split
settle named-otherwise "$PBRCALC" --reoffences "$reoffences" --cohort "$part-0.csv" \
    "$part-1.csv" "$part-2.csv"
same split named-otherwise

# a change of one score must show, or this check is asleep
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "ogrs") at = i }
    NR == 2 { $at = $at > 50 ? $at - 1 : $at + 1 } { print }' "$cohort" >"$work/changed.csv"
settle changed "$PBRCALC" --cohort "$work/changed.csv" --reoffences "$reoffences"
! diff -rq -x manifest.json "$work/first" "$work/changed" >"$work/changed.diff" ||
    fail "a changed score changed nothing"

[ $failed = 0 ] && echo "all runs alike"
exit $failed
