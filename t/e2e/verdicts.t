#!/bin/sh
# An installer that fails as expected, and one that is not curtin. (For
# unexpected failures see t/vm/run.t.)
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

vt -j2 -k tests/fail-install.done tests/other-installer.done
status_is 0 "fail-install fails as expected, other-installer installs"
explain fail-install
explain other-installer
is "$(field "$tests/fail-install/result.json" status)" passed \
	"a test with an expected failure passes"
is "$(field "$tests/fail-install/logs/install.json" exit)" 1 \
	"the exit status of its install phase is 1"
has "$tests/fail-install/logs/install.json" 'Installation failed|exit status' \
	"with the installer's message as the cause"
ok "and nothing was booted" test ! -e "$tests/fail-install/logs/boot.json"
is "$(field "$tests/other-installer/result.json" status)" passed \
	"a shell script can be an installer"
sanitized fail-install
sanitized other-installer
done_testing
