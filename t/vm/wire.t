#!/bin/sh
# vt-wire and QEMU's network devices, in the sandbox that vt uses. (All else is
# in t/tools/wire.t.)
. "$(dirname "$0")/../lib.sh"
need qemu-system-x86_64
export PYTHONDONTWRITEBYTECODE=1
cd "$work" || exit 3

ok 'user networking is a port of the switch' \
	python3 "$top/t/tools/wire.py" uplink
done_testing
