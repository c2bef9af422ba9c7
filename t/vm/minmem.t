#!/bin/sh
# The smallest memory of an installation, with a real kernel that runs out of it:
# a program of the micro guest needs 200 MB.
. "$(dirname "$0")/../lib.sh"
mem=512
. "$(dirname "$0")/vm.sh"

# In place of make: runs the install phase of the test
cat >"$work/make" <<'S'
#!/bin/sh
exec vt-launch "${1%/install.done}"
S
chmod +x "$work/make"
test_of() { # NAME COMMAND: an installer that runs the command
	install_dir "$1" init,start,run,poweroff
	printf 'format: 2\ntest: %s\n' "$1" >"$work/$1/verify.yaml"
	{
		echo '#!/bin/sh'
		printf "%s && echo 'curtin: Installation finished. No error reported.'\n" "$2"
	} >"$work/$1/install/user-data"
}
test_of eater 'head -c 200000000 /dev/zero | tail -c 200000000 >/dev/null'
test_of picky '[ "$(sed -n "s/^MemTotal: *\([0-9]*\).*/\1/p" /proc/meminfo)" -gt 400000 ]'

run vt-vmtest --test=eater --minmem "$work" -- "$work/make"
status_is 0 'a program that needs 200 MB'
cp "$work/out" "$work/eater.out"
mib=$(sed -n 's/^eater: \([0-9]*\) MiB (fails with .* MiB: out of memory)$/\1/p' \
	"$work/out")
ok "needs ${mib:-?} MiB: more than it takes itself, and not all" \
	test "${mib:-0}" -gt 208 -a "${mib:-0}" -lt 480
has "$work/eater.out" "^eater: $((${mib:-0} - 16)) MiB: out of memory: .*([Oo]om|[Oo]ut of)" \
	'the line of the kernel'
has "$work/eater.out" "^eater: $mib MiB: passes" 'it was tried'
note "$(cat "$work/eater.out")"

run vt-vmtest --test=picky --minmem "$work" -- "$work/make"
status_is 1 'one that refuses a small machine'
has "$work/err" 'but not for lack of memory' 'is another failure'
done_testing
