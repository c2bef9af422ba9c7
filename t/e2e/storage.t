#!/bin/sh
# Kinds of storage that the other end-to-end tests do not have: a root on LUKS
# whose passphrase is typed, and an array that is kept with its data.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"
set -- crypt-root preserve-raid

# shellcheck disable=SC2046 # one goal each
vt -j2 -k $(printf 'tests/%s.done ' "$@")
status_is 0 "all of them pass"
for test; do
	explain "$test"
	is "$(field "$tests/$test/result.json" status)" passed "$test passes"
	note "$test: install $(field "$tests/$test/logs/install.json" seconds) s, \
boot $(field "$tests/$test/logs/boot.json" seconds) s"
done
mutants crypt-root "$top/examples/tests/crypt-root.yaml"
done_testing
