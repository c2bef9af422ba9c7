#!/bin/sh
# The checks that a definition asks for.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
fixture

asks() { # CHECK..., each the inside of a YAML map
	fresh
	sed -i '/^checks:/,$d' "$case/verify.yaml"
	echo "checks:" >>"$case/verify.yaml"
	for c; do
		printf '  - {name: x, at: "d.yaml:1:2", why: because, %s}\n' "$c"
	done >>"$case/verify.yaml"
	verify
}
title() { printf %s "$1" | tr '\\#' '/.'; } # echo would make lines of \n
passes() {
	asks "$1"
	is "$(outcome x)" ok "$(title "$1")"
}
fails() {
	asks "$1"
	is "$(outcome x)" "not ok" "fails: $(title "$1")"
}
found() { has "$work/out" "^#   found: +$1" "found: $1"; }

passes 'file: marker, exists: true'
passes 'file: etc, exists: true'
fails 'file: nothing, exists: true'
found "no file 'nothing'"
has "$work/out" '^#   at: +d.yaml:1:2$' "the source is shown"
has "$work/out" '^#   why: +because$' "and why"
fails 'file: etc/os-release, exists: true'
found "a symbolic link to '../usr/lib/os-release'"
fails 'file: etc/os-release, absent: true'
found "a symbolic link to '../usr/lib/os-release'"
passes 'file: nothing, absent: true'
fails 'file: marker, absent: true'

passes 'file: proc-swaps, has_line: "/dev/vda3                               partition	16380		0		-2"'
passes 'file: fstab, has_line: "  # /etc/fstab, written by the installer "'
fails 'file: fstab, has_line: "# /etc/fstab"'
found "no such line in 5 lines; the nearest is line 1: '# /etc/fstab, written"
fails 'file: nothing, has_line: x'
passes 'file: logs/install-serial.log, has_line: "vt-install: partitioning /dev/vda"'

passes 'file: fstab, matches: "^UUID=[0-9a-f-]+ none swap sw"'
passes 'file: fstab, matches: "swap sw 0 0$"'
fails 'file: fstab, matches: "^none"'
fails 'file: fstab, matches: "installer.UUID"'
passes 'file: marker, matches: "^$"'
passes 'file: version, equals: "12.8"'
passes 'file: version, equals: "12.8\n"'
fails 'file: version, equals: "12.80"'
fails 'file: version, equals: "12.8\nmore"'
passes 'file: marker, equals: ""'

# Nothing but collect/ and logs/ is reached.
fresh
ln -s /etc/passwd "$case/collect/link"
ln -s /etc "$case/collect/dir"
mkfifo "$case/collect/fifo"
sed -i '/^checks:/,$d' "$case/verify.yaml"
cat >>"$case/verify.yaml" <<'Y'
checks:
  - {name: link, file: link, matches: root}
  - {name: dir, file: dir/passwd, matches: root}
  - {name: fifo, file: fifo, matches: root}
  - {name: directory, file: etc, matches: root}
Y
verify
for c in link dir fifo directory; do
	is "$(outcome $c)" "not ok" "a $c is not read"
done
status_is 1 "a verdict, not the host's fault"

# run
passes 'run: ["true"]'
passes 'run: [sh, -c, "test -f $VT_COLLECT_DIR/fstab && cat $VT_TEST_DIR/verify.yaml"]'
passes 'run: [sh, -c, "printf \"TAP version 13\nok 1 - a\n1..1\n\""]'
fails 'run: ["false"]'
found 'exit status 1'
fails 'run: [sh, -c, "echo words; echo more >&2; exit 5"]'
found 'exit status 5'
has "$work/out" '^#   \| words' "its output is shown"
has "$work/out" '^#   \| more' "and its errors"
fails 'run: [sh, -c, "printf \"1..2\nok 1\nnot ok 2 - second\n\""]'
found '1 of 2 tests failed: not ok 2 - second'
fails 'run: [sh, -c, "printf \"1..3\nok 1\nok 2\n\""]'
found '3 tests planned, but 2 ran'
for tap in 'ok 1\nok 2' 'TAP version 13\nok' 'ok 1\nok 1\n1..2' \
	'1..2\nok 1\nok 3' '1..2\n1..2\nok 1\nok 2' '1..x\nok 1' '1..1 1\nok' \
	'1..1\nok 0' '1..1\nok 1\nok 2' 'not ok' '1..2\nok 2\nok' \
	'1..1\nnot ok 1 - lists # todos'; do
	fails "run: [printf, '$tap']"
done
passes 'run: [printf, "1..1\nnot ok 1 - lists #todo: sort"]'
passes 'run: [printf, "1..3\nok 2\nok 1\nok 3\n"]'
passes 'run: [echo, ok]'
passes 'run: [printf, "ok 1 - a # SKIPPED: no disk\nok 2 - b\nok 3 # skip\n1..3"]'
has "$case/result.json" \
	'"found": "1 tests passed, 2 skipped: a: no disk; no reason given"' \
	"reasons of skipped tests are kept"
passes 'run: [sh, -c, "printf \"1..2\nok 1\nnot ok 2 # TODO a known bug\n\""]'
fails 'run: [sh, -c, "printf \"1..1\nok 1\n\"; exit 3"]'
fails 'run: [sh, -c, "printf \"1..1\nBail out! no\n\""]'
fails 'run: [no-such-command-of-vt]'
status_is 1 "a missing program is a failed check"
fails 'run: [sh, -c, "kill -9 $$"]'
asks 'run: [sh, -c, "exit 77"]'
is "$(outcome x)" skip "status 77 is a skip"
asks 'run: [sh, -c, "printf \"1..1\nok 1 # SKIP no\n\""]'
is "$(outcome x)" skip "so are tests that were all skipped"
has "$work/out" '# SKIP all 1 tests were skipped: no' "with the reason"
asks 'run: [echo, "1..0 # SKIP no network"]'
has "$work/out" '# SKIP all 0 tests were skipped: no network' "of a plan, too"

# Names stay apart.
asks 'file: marker, exists: true' 'file: marker, exists: true'
is "$(outcome 'x (2)')" ok "a second check of the same name gets a number"
done_testing
