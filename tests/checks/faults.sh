#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A settlement folder is whole or absent, whatever happens while it is written: a full disk, a place
# that cannot be written, signals at any moment. Nothing is left beside it, but by SIGKILL, and that
# the next run removes.
set -u
RUNS=${RUNS:-40}
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

# become_settle OUT [OPTION...]: takes the place of the shell, so that a signal to it arrives
become_settle() {
    to=$1
    shift
    exec env --default-signal=INT "$PBRCALC" settle --contract "$fixture/contract" \
        --cohort "$fixture/cohort.csv" --reoffences "$fixture/reoffences.csv" --keep-inputs \
        --snapshot 2017-12-31 --as-at 2018-01-31 --cohorts 2015Q4,2016Q1,2015/16 --first-of-year \
        --quiet --out "$to" "$@"
}

settle() {
    (become_settle "$@")
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

# --- signals: an absent folder stays absent or is whole, an old one is the old or the new one
mkdir "$place/runs"
out=$place/runs/out
begun=$(date +%s%N)
settle "$out" 2>"$place/said" || complain "a plain run failed: $(cat "$place/said")"
length=$((($(date +%s%N) - begun) / 1000)) # microseconds
whole "$out" || complain "a plain run is not whole"

ended=0 killed=0 run=0
while [ $run -lt "$RUNS" ]; do
    run=$((run + 1))
    case $((run % 4)) in
    0) signal=INT ;;
    1) signal=TERM ;;
    *) signal=KILL ;;
    esac
    [ $((run % 8)) -lt 4 ] && rm -rf "$out"
    existed=$(ls "$place/runs")
    become_settle "$out" --force 2>/dev/null &
    process=$!
    # Spread over the length of a run, in steps that do not repeat.
    sleep "$(awk "BEGIN { printf \"%.4f\", ($run * 0.618034 % 1) * 1.2 * $length / 1000000 }")"
    kill -$signal $process 2>/dev/null
    wait $process
    status=$?
    if [ $status -ge 128 ]; then killed=$((killed + 1)); else ended=$((ended + 1)); fi
    if [ -e "$out" ]; then
        whole "$out" || complain "SIG$signal: the folder is not whole"
    elif [ -n "$existed" ]; then
        complain "SIG$signal: the earlier folder is gone"
    elif [ $status = 0 ]; then
        complain "SIG$signal: status 0 and no folder"
    fi
    [ $signal = KILL ] && continue
    for left in "$place/runs"/.*.part-*; do
        [ -e "$left" ] || continue
        holder=${left##*-}
        [ "${holder%.old}" = $process ] && complain "SIG$signal: left behind $left"
    done
done
settle "$out" --force 2>/dev/null || complain "a run after all of these failed"
holds "$place/runs" out || complain "not swept: $(ls -A "$place/runs")"
echo "$killed runs were killed, $ended ended before it; $failed complaints"
[ "$killed" -gt 0 ] || complain "no run was killed: nothing was tried"
[ $failed = 0 ]
