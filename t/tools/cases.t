#!/bin/sh
# What vt-rules says of configs made after public reports (t/cases/EXPECTED.md):
# accepted or refused, where and why; the machine; the expectations.
. "$(dirname "$0")/../lib.sh"
need python3
python3 -c 'import yaml' 2>/dev/null || skip_all "python3-yaml is not installed"
mkdir -p "$work/curtin/bin" "$work/images/streams/v1"
: >"$work/curtin/bin/curtin"
export VT_IMAGE_DIR="$work/images" VT_CURTIN_EXE="$work/curtin/bin/curtin"
python3 "$top/t/tools/cases.py" "$bin/vt-rules"
