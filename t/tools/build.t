#!/bin/sh
# Both compilers without a warning, cppcheck, and an install tree.
. "$(dirname "$0")/../lib.sh"
unset VT_BIN # builds of its own

cd "$top" || exit 3
for cc in gcc clang; do
	command -v $cc >/dev/null || {
		skip "$cc builds without a warning" "$cc is not installed"
		continue
	}
	run make CC=$cc BUILD="$work/$cc" WERROR=1 all unit
	status_is 0 "$cc builds everything without a warning"
	hasnt "$work/err" 'warning:' "$cc prints none"
done
if command -v cppcheck >/dev/null; then
	run make lint
	status_is 0 "cppcheck finds nothing"
else
	skip "cppcheck finds nothing" "cppcheck is not installed"
fi

run make BUILD="$work/gcc" install DESTDIR="$work/inst" PREFIX=/usr
status_is 0 "make install"
for tool in pack launch xkvm seed extract verify sync rules report tgt vmtest; do
	run "$work/inst/usr/bin/vt-$tool" --version
	has "$work/out" "^vt-$tool [0-9]" "vt-$tool is installed and runs"
	run "$work/inst/usr/bin/vt-$tool" --help
	status_is 0 "vt-$tool --help"
	has "$work/out" '^usage: ' "  says how it is used"
	run "$work/inst/usr/bin/vt-$tool" --no-such-option
	status_is 2 "vt-$tool refuses an unknown option"
	has "$work/err" "no-such-option.*--help" "  in one line, with what to do"
	page=$work/inst/usr/share/man/man1/vt-$tool.1
	run mandoc -T lint -W error "$page"
	status_is 0 "vt-$tool.1 is a well-formed page"
	for section in NAME SYNOPSIS OPTIONS 'EXIT STATUS' EXAMPLES; do
		has "$page" "^\.Sh $section" "vt-$tool.1 has $section"
	done
done
for page in man5/vt-test.5 man5/vt-files.5 man7/vt-settings.7; do
	run mandoc -T lint -W error "$work/inst/usr/share/man/$page"
	status_is 0 "${page#*/} is a well-formed page"
	hasnt "$work/inst/usr/share/man/$page" @TABLE@ "  with its table"
done
page=$work/inst/usr/share/man/man5/vt-files.5
has "$page" '^\.It Ic mem Pq integer, 16 to 16777216, in MiB$' \
	"vt-files.5 has the bounds of a key"
has "$page" '^\.Ss logs/PHASE.json' "  the reports of phases"
has "$page" '^\.Ss result.json' "  and the result"
done_testing
