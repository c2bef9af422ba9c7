#!/bin/sh
# An installer that fails, one that is not curtin, and one that lies.
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
ok "and nothing was booted" test ! -e "$tests/fail-install/logs/boot.json"
is "$(field "$tests/other-installer/result.json" status)" passed \
	"twenty lines of shell are an installer too"

# The same failing installer, not expected to fail.
mkdir -p "$work/defs"
cp -R "$top/examples/." "$work/defs/"
sed -i '/^expected_failure:/d' "$work/defs/fail-install.yaml"
defs=$work/defs
vt tests/fail-install.done
status_is 2 "unexpected, make fails"
is "$(field "$tests/fail-install/result.json" status)" failed "the verdict"
is "$(field "$tests/fail-install/result.json" exit)" 1 "its status is 1"
has "$work/err" 'Installation failed|exit status' \
	"the guest's last words are shown"
ok "no stamp" test ! -e "$tests/fail-install.done"
ok "the log remains" test -s "$tests/fail-install/logs/install-serial.log"
done_testing
