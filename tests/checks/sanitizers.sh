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
valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,indirect \
    "$plain" settle --contract fixtures/worked/contract --cohort fixtures/worked/cohort.csv \
    --reoffences fixtures/worked/reoffences.csv --snapshot 2017-12-31 --quiet \
    --cohorts 2015Q4,2016Q1,2015/16 --first-of-year --as-at 2018-01-31 --qa --out "$out/s"
echo "valgrind: nothing found"
