#!/bin/sh
# The worked example comes out as its README works it by hand, by pbrcalc and by the challenger.
set -eu
fixture=fixtures/worked out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
args="--cohorts 2015Q4,2016Q1,2015/16 --snapshot 2017-12-31 --as-at 2018-01-31"
# shellcheck disable=SC2086
"$PBRCALC" settle --contract $fixture/contract --cohort $fixture/cohort.csv \
    --reoffences $fixture/reoffences.csv $args --first-of-year --out "$out/s" --quiet
python3 tests/challenger/selftest.py
# shellcheck disable=SC2086
python3 tests/challenger/challenger.py compare $fixture/contract $fixture/cohort.csv \
    $fixture/reoffences.csv "$out/s" $args --attrition
cut -d, -f1-9 "$out/s/metrics.csv" | diff - $fixture/expected/metrics.csv
python3 tests/checks/same_columns.py "$out/s/payments.csv" $fixture/expected/payments.csv \
    payee,cpa,cohort,line
python3 tests/checks/same_columns.py "$out/s/attrition.csv" $fixture/expected/attrition.csv \
    cpa,cohort,stage,reason starts=0
python3 tests/checks/same_columns.py "$out/s/results.csv" $fixture/expected/results.csv \
    cpa,cohort,line
