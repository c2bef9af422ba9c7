#!/bin/sh
# The install tree: hardened programs, and their man pages.
. "$(dirname "$0")/../lib.sh"
unset VT_BIN # 'make install' installs the normal build

cd "$top" || exit 3
# with a umask that gives others nothing
run sh -c 'umask 077; exec make install DESTDIR="$1" PREFIX=/usr' sh "$work/inst"
status_is 0 "make install"
is "$(find "$work/inst/usr" -type d ! -perm 755 -printf '%P %m\n')" "" \
	"all users can enter the directories"
is "$(find "$work/inst/usr" -type f ! -perm 644 ! -perm 755 -printf '%P %m\n')" \
	"" "... and read the files"
is "$(cd "$work/inst/usr/share/vt/examples" && find . -type f | sort)" \
	"$(cd examples && find . -type f | sort)" "... which are all there"
ok "an executable example stays so" \
	test -x "$work/inst/usr/share/vt/examples/installer/other-installer.sh"

run make help
has "$work/out" '^Run tests:$' "make help has groups"
has "$work/out" '^  make man .*man pages' "... and says how to read man pages"
for goal in deps demo help install man image peer-image sync-images vmtest \
	failed changed settings check check-all lint bench; do
	grep -Eq "^  make $goal( |\$)" "$work/out" ||
		missing="${missing:-}$goal "
done
is "${missing:-}" "" "... and all goals for users"
is "$(grep -c '^[A-Z]' "$work/out") $(grep '^[A-Z]' "$work/out" | sort -u | wc -l)" \
	"7 7" "... each group once"

# Hardening, as the ELF headers and symbols show it
for file in "$work"/inst/usr/bin/vt-* "$work/inst/usr/lib/vt/vt-tgt.so"; do
	name=${file##*/}
	readelf -hldW "$file" >"$work/elf" 2>&1
	has "$work/elf" 'Type: +DYN ' "$name: position-independent code"
	has "$work/elf" 'FLAGS_1.*NOW' "$name: BIND_NOW"
	has "$work/elf" 'GNU_RELRO' "$name: RELRO"
	has "$work/elf" 'GNU_STACK.* RW ' "$name: the stack is not executable"
	[ "$name" = vt-tgt.so ] && continue
	has "$work/elf" 'FLAGS_1.*PIE' "$name: PIE"
	readelf -sW "$file" >"$work/symbols" 2>&1
	has "$work/symbols" '__stack_chk_fail' "$name: stack protector"
	has "$work/symbols" '__[a-z]+printf_chk' "$name: _FORTIFY_SOURCE"
done

for tool in pack launch xkvm seed extract verify sync rules report tgt vmtest \
	wire; do
	run "$work/inst/usr/bin/vt-$tool" --version
	has "$work/out" "^vt-$tool [0-9]" "vt-$tool is installed and can be run"
	run "$work/inst/usr/bin/vt-$tool" --help
	status_is 0 "vt-$tool --help"
	has "$work/out" '^usage: ' "  prints its usage"
	run "$work/inst/usr/bin/vt-$tool" --no-such-option
	status_is 2 "vt-$tool: an unknown option is an error"
	has "$work/err" "no-such-option.*--help" "  with a message that refers to --help"
	page=$work/inst/usr/share/man/man1/vt-$tool.1
	run mandoc -T lint -W error "$page"
	status_is 0 "vt-$tool.1 is well-formed"
	for section in NAME SYNOPSIS OPTIONS 'EXIT STATUS' EXAMPLES; do
		has "$page" "^\.Sh $section" "vt-$tool.1 has $section"
	done
done
for page in man5/vt-test.5 man5/vt-files.5 man7/vt-settings.7; do
	run mandoc -T lint -W error "$work/inst/usr/share/man/$page"
	status_is 0 "${page#*/} is well-formed"
	hasnt "$work/inst/usr/share/man/$page" @TABLE@ "  with its table"
done
page=$work/inst/usr/share/man/man5/vt-files.5
has "$page" '^\.It Ic mem Pq integer, 16 to 16777216, in MiB$' \
	"vt-files.5 has the range of a key"
has "$page" '^\.Ss logs/PHASE.json' "  the reports of phases"
has "$page" '^\.Ss result.json' "  and the result"
done_testing
