#!/bin/sh
# The worked example, the published figures, every case of bad input and of tampering under ASan and
# UBSan; the worked example with its QA pack under valgrind.
set -eu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
make -s BUILD="$out" OPTIMISE=-O1 HARDENING="$sanitize" LDFLAGS="$sanitize" all
plain=$PBRCALC
export ASAN_OPTIONS=detect_leaks=1 PBRCALC="$out/pbrcalc"
tests/checks/cases.py
tests/checks/worked.sh
tests/checks/moj.py
PBR_PLACES=10 tests/checks/verify.py small
# What each command leaves in memory, and what it reads of memory that nobody wrote.
watched() {
    valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,indirect \
        "$plain" "$@" >"$out/said" 2>&1 || [ $? = 1 ] || { cat "$out/said"; exit 1; }
}
worked="--contract fixtures/worked/contract --cohort fixtures/worked/cohort.csv --reoffences \
    fixtures/worked/reoffences.csv --snapshot 2017-12-31"
watched settle $worked --quiet --cohorts 2015Q4,2016Q1,2015/16 --first-of-year --as-at 2018-01-31 \
    --qa --out "$out/s"
sed 's/2015-11-02/2015-13-02/; s/community-order/no such/' fixtures/worked/cohort.csv >"$out/bad.csv"
watched check --contract fixtures/worked/contract --cohort "$out/bad.csv" --reoffences \
    fixtures/worked/reoffences.csv --snapshot 2017-12-31
grep -q 2015-13-02 "$out/said"
watched explain "$out/s"
watched trace "$out/s" W09 --inputs fixtures/worked
printf '%s\n' 'title: Chance' 'author: Nobody' "base: {settlement: $out/s}" \
    'simulate: {replicates: 5, seed: 1, method: parametric, counts: resampled, baseline: fixed}' \
    >"$out/chance.yaml"
watched whatif "$out/chance.yaml" --inputs fixtures/worked --out "$out/answers"
test -s "$out/answers/whatif.json"
echo "valgrind: nothing found"
