#!/bin/sh
# Real curtin, with its own basic.yaml, unchanged.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

exe=$user_curtin
[ -n "$exe" ] || skip_all "no curtin: set VT_CURTIN_EXE to bin/curtin of a checkout"
[ -x "$exe" ] || skip_all "'$exe' is not executable"
configs=$(cd "$(dirname "$exe")/../examples/tests" 2>/dev/null && pwd) ||
	skip_all "the checkout of '$exe' has no examples/tests"
export VT_CURTIN_EXE="$exe"
"$exe" version >"$work/version" 2>&1 ||
	skip_all "'$exe version' fails: $(tail -n 1 "$work/version")"

defs=
vt CONFIGS="$configs" tests/basic.done
status_is 0 "curtin $(cat "$work/version") installs its own basic.yaml"
explain basic
is "$(field "$tests/basic/result.json" status)" passed "every check is ok"
has "$tests/basic/logs/install-serial.log" 'curtin: Installation started' \
	"the installer was curtin"
sanitized basic
mutants basic "$configs/basic.yaml"
note "install $(field "$tests/basic/logs/install.json" seconds) s, boot \
$(field "$tests/basic/logs/boot.json" seconds) s"
done_testing
