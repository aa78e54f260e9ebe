# SPDX-License-Identifier: GPL-3.0-or-later
# For checks that compare runs of the national extract: two quarters, their year and its months,
# with every table and every kind of output. Sets work, cohort and reoffences, and failed.
tr=contracts/transforming-rehabilitation work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
"$PBRCALC" synth --contract $tr --seed 1 --cohorts 2015Q4,2016Q1 --quiet --out "$work/extract"
cohort=$work/extract/cohort.csv reoffences=$work/extract/reoffences.csv
PYTHONPATH=tests/checks python3 -B -c 'import pathlib, sys, sample_runs
folder = pathlib.Path(sys.argv[1])
sample_runs.monthly_inputs(folder)
sample_runs.write(folder / "decisions.csv", sample_runs.DECISIONS.splitlines())
sample_runs.write(folder / "others.csv", sample_runs.OTHERS.splitlines())' "$work/extract"

# Options that add an output, as far as this version has them.
more=
for option in --qa; do
    ! "$PBRCALC" settle --help | grep -q -- "  $option " || more="$more $option"
done

# settle NAME PROGRAM OPTION...: a national settlement in $work/NAME
settle() {
    name=$1 program=$2; shift 2
    "$program" settle --contract $tr --snapshot 2018-03-31 --first-of-year --as-at 2018-04-20 \
        --cohorts 2015Q4,2016Q1,2015/16,2015-04..2016-03 --volumes "$work/extract/volumes.csv" \
        --service-levels "$work/extract/levels.csv" --decisions "$work/extract/decisions.csv" \
        --other-lines "$work/extract/others.csv" $more --quiet --out "$work/$name" "$@" \
        >"$work/$name.said" 2>&1 || {
        echo "$name: not settled"
        cat "$work/$name.said"
        exit 1
    }
}

fail() {
    echo "$1"
    failed=1
}

# same OTHER NAME: the two folders are alike, byte for byte
same() {
    diff -r "$work/$1" "$work/$2" || fail "$2: not the bytes of $1"
}

# rest_of_manifest NAME KEY: the manifest without its seal and what stands under the key
rest_of_manifest() {
    python3 -c 'import json, sys
manifest = json.load(open(sys.argv[1]))
assert manifest.pop(sys.argv[2]) and manifest.pop("seal")
print(json.dumps(manifest))' "$work/$1/manifest.json" "$2"
}

# same_but KEY OTHER NAME: the same but for what stands under a key of the manifest
same_but() {
    diff -r -x manifest.json "$work/$2" "$work/$3" || fail "$3: not the bytes of $2"
    [ "$(rest_of_manifest "$2" "$1")" = "$(rest_of_manifest "$3" "$1")" ] ||
        fail "$3: the manifest differs beyond its $1"
}
