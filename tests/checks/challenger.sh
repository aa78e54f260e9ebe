#!/bin/sh
# A national extract, settled by pbrcalc and by the challenger: every count, rate and penny alike.
set -eu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
contract=contracts/transforming-rehabilitation
args="--cohorts 2015Q4,2016Q1,2015/16 --snapshot 2018-03-31 --as-at 2018-04-20"
"$PBRCALC" synth --contract $contract --seed 77 --cohorts 2015Q4,2016Q1 --quiet --out "$out/extract"
# shellcheck disable=SC2086
"$PBRCALC" settle --contract $contract --cohort "$out/extract/cohort.csv" \
    --reoffences "$out/extract/reoffences.csv" $args --first-of-year --quiet --out "$out/s"
# shellcheck disable=SC2086
python3 tests/challenger/challenger.py compare $contract "$out/extract/cohort.csv" \
    "$out/extract/reoffences.csv" "$out/s" $args --attrition
# What is measured is settled alike from the table of measures.
"$PBRCALC" settle --contract $contract --metrics "$out/s/metrics.csv" --first-of-year --quiet \
    --cohorts 2015Q4,2016Q1,2015/16 --as-at 2018-04-20 --out "$out/m"
for run in s m; do cut -d, -f2- "$out/$run/payments.csv" > "$out/$run.payments"; done
cmp "$out/s.payments" "$out/m.payments"
cmp "$out/s/results.csv" "$out/m/results.csv"
