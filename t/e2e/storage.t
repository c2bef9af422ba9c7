#!/bin/sh
# What the other end-to-end tests do not have: a root on LUKS whose passphrase is
# typed, and an array that is kept with its data, in a system with bonds and a
# VLAN on a wire.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"
set -- crypt-root preserve-raid

defs=$work/defs
mkdir -p "$defs"
cp -R "$top/examples/tests" "$defs/"
for test; do cp "$top/examples/$test.yaml" "$defs/"; done
sed -n '/^network:/,$p' "$top/examples/tests/bonding_network.yaml" \
	>>"$defs/tests/preserve-raid.yaml"

# shellcheck disable=SC2046 # one goal each
vt -j2 -k CONFIGS= $(printf 'tests/%s.done ' "$@")
status_is 0 "all of them pass"
for test; do
	explain "$test"
	is "$(field "$tests/$test/result.json" status)" passed "$test passes"
	note "$test: install $(field "$tests/$test/logs/install.json" seconds) s, \
boot $(field "$tests/$test/logs/boot.json" seconds) s"
done
for check in wire 'bond bond1 mode' 'bond bond2 mode' 'vlan bond2\.108 id' \
	'reach 10\.200\.0\.1' 'reach 10\.23\.25\.1'; do
	has "$tests/preserve-raid/result.tap" "^ok [0-9]+ - $check\$" "$check"
done
mutants crypt-root "$defs/tests/crypt-root.yaml"
done_testing
