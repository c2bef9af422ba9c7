#!/bin/sh
# Fuzzing: maps of any geometry over a disk image are made and read for
# VT_TEST_FUZZ_SECONDS (default 60), with sanitizers.
. "$(dirname "$0")/../lib.sh"
. "$top/t/long/fuzz-lib.sh"

ok 'the harness is built' fuzz_build map '' -lcrypto
# an array of each kind, of the image and a slice of it; then random programs
python3 - "$work/corpus" <<'P'
import random
import sys

def put(name, data):
    with open(sys.argv[1] + "/" + name, "wb") as f:
        f.write(bytes(data))

for kind in range(8):
    for layout in (0, 1, 2, 3, 4, 5, 8, 9, 10, 16, 20):
        small = lambda v: [0, v]
        array = [4, 4, 1, 0, 1, 0, 1, 0, 1, 0, kind] + small(layout)
        array += [109, 1, 112, 3] + small(0) + [110, 2, 200]
        put("array-%d-%d" % (kind, layout), array + array)
        md = [3, 4, 0, 0, 0, 0, 4, kind] + small(layout)
        md += [0, 109, 1, 109, 8, 112, 3, 112, 5] + [1] * 4 + [110, 2, 200]
        put("md-%d-%d" % (kind, layout), md + md)
random.seed(1)
for i in range(50):
    put("random-%d" % i, [random.randrange(256) for _ in range(300)])
P

fuzz_run 600 'no geometry crashes, hangs, leaks or reads past an end'
done_testing
