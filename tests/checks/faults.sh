#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A settlement folder is whole or absent, and so are the files of diff, whatever there is too little
# of: room, the right to write, memory. Nothing is left beside them, and it is said why. Signals are
# killed.py's business.
set -u
PBRCALC=${PBRCALC:-build/pbrcalc}
fixture=$PWD/fixtures/worked
place=$(mktemp -d)
mounted=
failed=0
trap 'test -z "$mounted" || umount "$mounted"; rm -rf "$place"' EXIT

complain() {
    echo "FAILED: $*"
    failed=$((failed + 1))
}

# settle OUT [OPTION...]
settle() {
    to=$1
    shift
    "$PBRCALC" settle --contract "$fixture/contract" \
        --cohort "$fixture/cohort.csv" --reoffences "$fixture/reoffences.csv" --keep-inputs \
        --snapshot 2017-12-31 --as-at 2018-01-31 --cohorts 2015Q4,2016Q1,2015/16 --first-of-year \
        --quiet --out "$to" "$@"
}

# Every output that the manifest records is there with its digest, and no file besides.
whole() {
    python3 - "$1" <<'END'
import hashlib, json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "manifest.json").read_text())
recorded = {o["name"]: o["sha256"] for o in manifest["outputs"]}
found = {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
         for p in folder.rglob("*") if p.is_file()}
found.pop("manifest.json")
sys.exit(0 if found == recorded and found else "not as its manifest says")
END
}

# holds FOLDER NAME...: the folder has these entries and no others
holds() {
    folder=$1
    shift
    entries=$(ls -A "$folder" | tr '\n' ' ')
    [ "$entries" = "$(for name; do printf '%s ' "$name"; done)" ]
}

# refused STATUS PLACE WORDS: what a run that could not write must look like
refused() {
    [ "$1" = 2 ] || complain "$3: status $1 and not 2"
    holds "$2" || complain "$3: left in the folder: $(ls -A "$2")"
    grep -q "$3" "$place/said" || complain "the message does not say \"$3\": $(cat "$place/said")"
}

# --- no room, or no right to write
mkdir "$place/disk"
for blocks in 1 8 16 24 40; do
    (ulimit -f $blocks && settle "$place/disk/out" 2>"$place/said")
    refused $? "$place/disk" "File too large"
done
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=16k tmpfs "$place/disk" 2>/dev/null; then
    mounted=$place/disk
    for kilobytes in 16 32 48 64; do
        mount -o remount,size=${kilobytes}k "$mounted"
        settle "$mounted/out" 2>"$place/said"
        refused $? "$mounted" "No space left"
    done
    mount -o remount,ro "$mounted"
    settle "$mounted/out" 2>"$place/said"
    refused $? "$mounted" "Read-only file system"
    umount "$mounted" && mounted=
else
    echo "a full and a read-only disk were not tried: no right to mount"
fi
echo text >"$place/disk/file"
settle "$place/disk/file/out" 2>"$place/said"
[ $? = 2 ] || complain "a file as parent: not refused"
rm "$place/disk/file"
if [ "$(id -u)" != 0 ]; then
    chmod a-w "$place/disk"
    settle "$place/disk/out" 2>"$place/said"
    refused $? "$place/disk" "Permission denied"
    chmod u+w "$place/disk"
fi

# --- little memory: a national quarter is settled in 64 MB of addresses, libraries and threads among
# them; in less it is settled too, or nothing is left and it says why
national=$PWD/contracts/transforming-rehabilitation
"$PBRCALC" synth --contract "$national" --seed 2015 --cohorts 2015Q4 --quiet --out "$place/extract"
settle_national() {
    "$PBRCALC" settle --contract "$national" --cohort "$place/extract/cohort.csv" --reoffences \
        "$place/extract/reoffences.csv" --snapshot 2018-03-31 --cohorts 2015Q4 --first-of-year \
        --as-at 2018-04-20 --quiet --out "$place/disk/out" 2>"$place/said"
}
refusals=0
for kilobytes in 65536 30000 26000 22000 18000 16000; do
    (ulimit -v $kilobytes && settle_national)
    status=$?
    if [ $status = 0 ]; then
        whole "$place/disk/out" || complain "in $kilobytes kB: the folder is not whole"
        rm -rf "$place/disk/out"
    else
        [ $kilobytes != 65536 ] || complain "64 MB are too little: $(cat "$place/said")"
        refused $status "$place/disk" "out of memory"
        refusals=$((refusals + 1))
    fi
done
[ $refusals -gt 0 ] || complain "no limit of memory was too small: nothing was tried"

# --- the files of diff: whole or absent, and an earlier one stays as it was
mkdir "$place/sides"
settle "$place/sides/old" 2>/dev/null
"$PBRCALC" settle --contract "$fixture/contract" --cohort "$fixture/cohort.csv" --reoffences \
    "$fixture/reoffences.csv" --snapshot 2017-12-31 --as-at 2018-02-28 --cohorts 2015Q4 \
    --first-of-year --quiet --out "$place/sides/new" 2>/dev/null
for option in csv workbook; do
    difference() {
        "$PBRCALC" diff "$place/sides/old" "$place/sides/new" --quiet "--$option" "$1"
    }
    (ulimit -f 1 && difference "$place/disk/file" 2>"$place/said")
    refused $? "$place/disk" "File too large"
    echo earlier >"$place/disk/file"
    (ulimit -f 1 && difference "$place/disk/file" 2>"$place/said")
    [ "$(cat "$place/disk/file")" = earlier ] || complain "diff --$option: the earlier file is gone"
    difference "$place/disk/file" || [ $? = 1 ] || complain "diff --$option: not written"
    [ "$(stat -c %s "$place/disk/file")" -gt 2000 ] || complain "diff --$option: not replaced"
    holds "$place/disk" file || complain "diff --$option: left behind $(ls -A "$place/disk")"
    rm -f "$place/disk/file"
done
mkfifo "$place/pipe"
timeout 20 cat "$place/pipe" >"$place/piped" &
timeout 20 "$PBRCALC" diff "$place/sides/old" "$place/sides/new" --quiet --csv "$place/pipe"
wait $!
[ -s "$place/piped" ] || complain "diff --csv: nothing came out of the pipe"
[ -p "$place/pipe" ] || complain "diff --csv: the pipe was replaced by a file"

[ $failed = 0 ]
