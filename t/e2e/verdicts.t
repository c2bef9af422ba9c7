#!/bin/sh
# An installer that fails, as expected, and one that is not curtin. (One that
# fails when that is not expected: t/vm/run.t)
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

vt -j2 -k tests/fail-install.done tests/other-installer.done
status_is 0 "fail-install fails as expected, other-installer installs"
explain fail-install
explain other-installer
is "$(field "$tests/fail-install/result.json" status)" passed \
	"an expected failure passes"
is "$(field "$tests/fail-install/logs/install.json" exit)" 1 \
	"its install phase kept its verdict"
has "$tests/fail-install/logs/install.json" 'Installation failed|exit status' \
	"and why, in the installer's words"
ok "and nothing was booted" test ! -e "$tests/fail-install/logs/boot.json"
is "$(field "$tests/other-installer/result.json" status)" passed \
	"twenty lines of shell are an installer too"
done_testing
