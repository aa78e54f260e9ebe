#!/bin/sh
# Each fuzz target takes what is kept of longer runs, and new bytes for 15 seconds.
set -eu
exec make -s fuzz-smoke
