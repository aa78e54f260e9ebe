#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Nothing to say for gcc's analyser, clang-tidy (.clang-tidy), cppcheck and clang-format. Everything
# that they say is an error.
#
# tests/checks/analyse.sh [deep]   deep: with the paths that clang-tidy follows through functions,
#                                  which takes many minutes
set -u
CC=${CC:-gcc}
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
flags="-std=c17 -D_GNU_SOURCE -Isrc -DPBR_COMMIT=\"none\" -DPBR_LOCAL_CHANGES=0"
paths=-clang-analyzer-*
[ "${1:-}" != deep ] || paths=
failed=0

# report NAME FILE: what a tool said, if anything
report() {
    if [ -s "$2" ]; then
        echo "FAILED: $1"
        cat "$2"
        failed=1
    else
        echo "$1: nothing to say"
    fi
}

find src tests include -name '*.[ch]' | xargs clang-format --dry-run -Werror >"$said/format" 2>&1
report clang-format "$said/format"

printf '%s\n' src/*/*.c | xargs -P "$(nproc)" -n 8 sh -c '
    checks=$1 flags=$2 && shift 2
    clang-tidy --quiet --checks="$checks" "$@" -- $flags 2>/dev/null' - "$paths" "$flags" \
    >"$said/tidy" || echo "clang-tidy ended badly" >>"$said/tidy"
report "clang-tidy${1:+, $1}" "$said/tidy"

printf '%s\n' src/*/*.c | xargs -P "$(nproc)" -n 1 $CC $flags -O1 -fanalyzer -c -o /dev/null \
    >"$said/analyser" 2>&1 || echo "$CC ended badly" >>"$said/analyser"
report "$CC -fanalyzer" "$said/analyser"

# The loop of Jansson over an object, as a loop that cppcheck can read.
cppcheck --quiet -j "$(nproc)" --std=c11 --enable=warning,performance,portability \
    --inline-suppr -D_GNU_SOURCE -DPBR_LOCAL_CHANGES=0 \
    '-Djson_object_foreach(object,key,value)=while((key=next_key(object))&&(value=next_value(object)))' \
    '-DPBR_COMMIT="none"' -Isrc src >"$said/cppcheck" 2>&1
report cppcheck "$said/cppcheck"
exit $failed
