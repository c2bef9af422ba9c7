#!/bin/sh
# vt-extract: good, incomplete and hostile archives on output disks.
. "$(dirname "$0")/../lib.sh"
need perl qemu-img qemu-io tar

TMPDIR=$work/tmp
export TMPDIR
mkdir "$TMPDIR"
cd "$work" || exit 3
good='{"format":1,"scripts":[{"name":"a","status":0},{"name":"b","status":7}]}'
sentinel="f vt-sentinel.json $good"

# disk NAME MEMBER...: a raw disk of 1 MiB with this archive
disk() {
	disk_name=$1
	shift
	perl "$top/t/mktar.pl" "$@" >"$disk_name" &&
		truncate -s '>1M' "$disk_name"
}

# extract NAME: extract the disk NAME to a new directory o/
extract() {
	rm -rf o o.partial
	run vt-extract "$1" -o o
}

# refused WHAT ERE MEMBER...: an archive of these members is refused, with an
# error that matches ERE, and no output directory
refused() {
	refused_what=$1 refused_ere=$2
	shift 2
	disk d.img "$@"
	extract d.img
	status_is 1 "$refused_what: exit 1"
	has err "$refused_ere" "  says why"
	ok "  extracts nothing as if it were whole" [ ! -e o ]
	is "$(ls "$TMPDIR")" '' "  leaves nothing in TMPDIR"
}

## Extracted files

disk plain.img 'd ./' 'd ./etc' 'f ./etc/fstab one' 'x ./run.sh #!/bin/sh' \
	's ./su setuid' 'h ./hard ./etc/fstab' 'l ./link /etc/passwd' \
	'f ./deep/er/file x' 'c ./dev' 'p ./fifo' 'f ./sp%20ace%0aline y' \
	'f ./high%ff z' 'f ./empty' "$sentinel" end
qemu-img convert -O qcow2 -o compat=0.10 plain.img plain.qcow2
extract plain.img
status_is 0 'a raw disk'
has err 'b \(exit status 7\)' 'a script that failed is told'
has err '2 devices' 'devices and fifos are left out, and told'
is "$(cat o/etc/fstab o/hard o/deep/er/file)" oneonex 'content'
is "$(cat o/symlinks.txt)" "$(printf '?\tlink\t/etc/passwd')" \
	'a symbolic link is a line, not a link'
is "$(find o ! -type f ! -type d)" '' 'nothing but files and directories'
is "$(stat -c %h o/hard)" 1 'a hard link is a copy'
is "$(cat o/vt-sentinel.json)" "$good" 'the sentinel is there'
is "$(umask 022; stat -c %a o o/etc o/su o/run.sh o/empty | xargs)" \
	'755 755 755 755 644' 'modes are ours: no setuid, readable'
is "$(stat -c %Y o/etc/fstab)" 1700000000 'times are kept'
is "$(ls -b o | LC_ALL=C grep -c '^sp.*line$\|^high')" 2 'odd names'
is "$(stat -c %u o/etc/fstab)" "$(id -u)" 'our owner'
mv o first

extract plain.qcow2
status_is 0 'a qcow2 disk'
ok '  has the same files' diff -r first o
run vt-extract -v plain.qcow2 -o verbose
has err 'by libqcow' '  through libqcow'
qemu-img convert -O qcow2 plain.img zero.qcow2
qemu-io -f qcow2 -c 'write -z 512k 128k' zero.qcow2 >/dev/null
perl "$top/t/mktar.pl" "f big {0*600000}" "$sentinel" end >big.tar
qemu-img create -q -f qcow2 -o compat=1.1 zero.qcow2 4M
qemu-io -f qcow2 -c 'write -P 170 0 4M' zero.qcow2 >/dev/null
qemu-io -f qcow2 -c 'write -z 0 4M' zero.qcow2 >/dev/null
qemu-io -f qcow2 -c "write -s big.tar 0 $(stat -c %s big.tar)" zero.qcow2 \
	>/dev/null
extract zero.qcow2
status_is 0 'a disk with zero clusters'
is "$(tr -d 0 <o/big | wc -c) $(stat -c %s o/big)" '0 600000' '  reads right'
run vt-extract -v zero.qcow2 -o verbose2
has err 'qemu-img: it has zero clusters' '  through qemu-img'

run vt-extract plain.qcow2 -o -
status_is 0 'to standard output'
mkdir list && tar -C list -xf out
ok '  a tar of the same files' diff -r first list
is "$(tar tf out | tail -n 1)" vt-sentinel.json '  with the sentinel last'
vt-extract - -o pipe <plain.qcow2 2>err
ok 'from standard input' diff -r first pipe
cat plain.img | vt-extract - -o pipe2 2>err
ok 'from a pipe' diff -r first pipe2
(mkdir here && cd here && vt-extract ../plain.img 2>/dev/null)
ok 'to ./collect by default' diff -r first here/collect
run vt-extract plain.img -o first
status_is 2 'an existing directory is not replaced by hand'
ok '  nor touched' [ -e first/etc/fstab ]
mkdir empty
run vt-extract plain.img -o empty/
ok 'an empty one may be filled' diff -r first empty

## Disks without a complete archive

truncate -s 4M blank.img
extract blank.img
status_is 1 'an untouched disk: exit 1'
has err 'wrote nothing to the output disk' '  says so'
ok '  leaves nothing' [ ! -e o.partial ]
qemu-img create -q -f qcow2 -o compat=0.10 blank.qcow2 1G
extract blank.qcow2
status_is 1 'an untouched qcow2: exit 1'
has err 'wrote nothing to the output disk' '  says so'
if command -v mke2fs >/dev/null; then
	truncate -s 4M ext2.img && mke2fs -q -F -t ext2 ext2.img
	extract ext2.img
	status_is 1 'a file system the guest never wrote to: exit 1'
	has err 'no archive' '  says so'
else
	skip 'a file system the guest never wrote to' 'mke2fs is not installed'
fi
yes garbage | head -c 1M >noise.img
extract noise.img
status_is 1 'noise: exit 1'
has err 'other than a tar archive' '  says so'
: >none.img
extract none.img
status_is 1 'a disk of no size: exit 1'

refused 'no sentinel' "without 'vt-sentinel.json'" 'f a 1' end
is "$(cat o.partial/a)" 1 '  what came is left to look at'
has err 'o\.partial' '  and where is told'
refused 'a member after the sentinel' "it follows 'vt-sentinel" "$sentinel" 'f a 1' end
refused 'a sentinel that is not JSON' 'not JSON' 'f vt-sentinel.json {"for'
refused 'a sentinel of another format' 'format' \
	'f vt-sentinel.json {"format":2,"scripts":[]}' end
refused 'a sentinel without scripts' 'list of scripts' \
	'f vt-sentinel.json {"format":1}' end
refused 'a sentinel with odd scripts' 'no name or no status' \
	'f vt-sentinel.json {"format":1,"scripts":[1]}' end
refused 'a sentinel that is a link' 'without' 'l vt-sentinel.json a' end
refused 'a sentinel in a directory' 'without' "f a/${sentinel#f }" end
refused 'two sentinels' "it follows 'vt-sentinel" "$sentinel" "$sentinel" end
refused 'a damaged header' 'damaged' 'f a 1' 'f b 2' 'cut 500' "$sentinel"
perl "$top/t/mktar.pl" 'f a 1' 't b 5000000' >cut.img
extract cut.img
status_is 1 'an archive cut off by the end of the disk: exit 1'
has err 'a larger output disk' '  says what would help'

## Hostile archives: nothing outside the directory, limited size

mkdir outside
refused 'an absolute name' 'absolute' "f $work/outside/a 1" "$sentinel" end
refused 'a name with ..' "'\.\.'" 'f ../outside/a 1' "$sentinel" end
refused 'a name with .. inside' "'\.\.'" 'f a/../../outside/a 1' end
refused 'a link, then a file through it' "without" \
	'l dir ../outside' 'f dir/a 1' end
refused 'a hard link to the outside' "absolute" 'h a /etc/passwd' end
refused 'a hard link to the parent' "'\.\.'" 'h a ../first/su' end
refused 'a hard link to nothing' "hard link" 'h a b' end
refused 'a hard link to a directory' "hard link" 'd b' 'h a b' end
refused 'a hard link to itself' "hard link" 'h a a' end
refused 'a name twice' 'duplicate name' 'f a 1' 'f ./a 2' "$sentinel" end
refused 'a file in place of a directory' 'duplicate name' 'd a' 'f a 1' end
refused 'a directory in place of a file' 'must be a directory' 'f a 1' 'd a' end
refused 'a file below a file' 'must be a directory' 'f a 1' 'f a/b 1' end
refused 'the root as a file' 'no name' 'f . 1' end
refused 'too deep' 'too many levels' 'f {a/*70}b 1' end
refused 'deeper still' 'too (long|many levels)' 'f {a/*3000}b 1' end
refused 'too long' 'too long' 'f {a*300} 1' end
refused 'an 8 TB file of holes' 'too much data' 'S huge 8796093022208' end
refused 'a wrong size' 'too much data' 't a 99999999999' end
refused 'many holes' 'too much data' 'S a 700000000' 'S b 700000000' end
refused 'copies of copies' 'too much data' "S a 600000000" 'h b a' end
is "$(ls outside)" '' 'nothing was written outside'
is "$(cat o.partial/a | tail -c 1)" z 'a smaller file of holes comes out'
ok '  as holes' [ "$(du -k o.partial/a | cut -f1)" -lt 1000 ]
disk esc.img 'f %1b]0;x%07 1' 'f ../%1b[2J 1'
extract esc.img
ok 'no escape sequence reaches the terminal' \
	sh -c '! grep -q "$(printf "\033")" err'

# bounds: what exceeds one is a failure that names it
bound() { # NAME VALUE
	rm -rf o o.partial
	run env VT_TEST_BOUND="$1=$2" vt-extract plain.img -o o
	status_is 1 "the bound '$1'"
	has err "the archive exceeds the bound '$1' \(" '  is named'
	ok '  nothing is extracted as if it were whole' [ ! -e o ]
}
bound members 5
bound extract-time 0
vt-extract --help >help
has help '^  members +200000 ' '--help has the bounds'

## Host faults

run vt-extract nowhere.img -o o
status_is 2 'a missing disk: exit 2'
qemu-img create -q -f qcow2 -b "$work/plain.img" -F raw over.qcow2
extract over.qcow2
status_is 3 'an overlay as an output disk: exit 3'
has err 'backing file' '  says why'
run vt-extract plain.img -o /proc/no
status_is 3 'a directory that cannot be made: exit 3'
mkdir nobin
run env PATH="$work/nobin" "$bin/vt-extract" zero.qcow2 -o o2
status_is 3 'no qemu-img: exit 3'
has err 'qemu-img' '  names it'
mkdir full
if mount -t tmpfs -o size=300k,mode=700 vt full 2>/dev/null; then
	at_end() { umount "$work/full"; }
	qemu-img convert -O raw zero.qcow2 big.img
	run vt-extract big.img -o full/o
	status_is 3 'a full file system: exit 3'
	has err 'No space left' '  says so'
	ok '  leaves no directory as if it were whole' [ ! -e full/o ]
	run env TMPDIR="$work/full" vt-extract zero.qcow2 -o o2
	status_is 3 'no room for a temporary file: exit 3'
	has err 'TMPDIR' '  says where that is'
	is "$(ls full)" o.partial '  which goes away'
	sh -c 'exec 1>/dev/full; exec vt-extract plain.img -o -' 2>err
	is $? 3 'a full standard output: exit 3'
	umount full && at_end() { :; }
else
	skip 'a full file system' 'mount needs root'
fi
mkdir killed
VT_TEST_CRASH=extract vt-extract plain.img -o killed/o >/dev/null 2>&1
is $? 137 'killed while it extracts'
wait_until 10 rmdir killed
ok '  nothing remains' [ ! -e killed ]
run sh -c "ulimit -f 100; exec vt-extract zero.qcow2 -o o3"
status_is 3 'a limit on file sizes: exit 3, no signal'

## A test's directory

t=tests/one
mkdir -p $t/boot $t/logs bin
cp "$bin/vt-extract" bin
cat >bin/vt-verify <<'END'
#!/bin/sh
echo "$@" >verify.args
exit 41
END
chmod +x bin/vt-verify
printf 'format: 1\ntest: a-test\ntimeout: 1\ndisks: [{path: d}]
output: {path: boot/o.img, size: 1}\n' >$t/boot/vm.yaml
cp plain.img $t/boot/o.img
run bin/vt-extract $t
status_is 0 'a test directory'
ok '  is extracted to collect/' diff -r first $t/collect
ok '  and stamped' [ -s $t/collect.done ]
has $t/logs/collect.json '"exit": 0' '  and logged'
has $t/logs/collect.json '"test": "a-test"' '  by its name'
disk $t/boot/o.img 'f other 1' "$sentinel" end
run bin/vt-extract $t
is "$(ls $t/collect | xargs)" 'other vt-sentinel.json' 'a re-run replaces it'
is "$(ls $t | xargs)" 'boot collect collect.done logs' '  and leaves nothing'

disk $t/boot/o.img 'f other 1' end
run bin/vt-extract $t
status_is 41 'a failure is handed to vt-verify, whose status it is'
is "$(cat verify.args)" "--failed=collect $t" '  with the phase'
ok '  no stamp, also none from before' [ ! -e $t/collect.done ]
ok '  no facts from before' [ ! -e $t/collect ]
ok '  what came is left to look at' [ -e $t/collect.partial/other ]
has $t/logs/collect.json '"exit": 1' '  the log has the status'
has $t/logs/collect.json 'without .vt-sentinel' '  and the cause'
rm bin/vt-verify
run bin/vt-extract $t
status_is 1 'without vt-verify the status is our own'
rm $t/boot/o.img
run bin/vt-extract $t
status_is 2 'no output disk: exit 2'
has err 'vt-xkvm' '  says what makes it'
truncate -s 1M $t/boot/o.img
echo 'forgive: true' >>$t/boot/vm.yaml
run bin/vt-extract $t
status_is 0 'a failure that skip_by_date skips'
ok '  is stamped' [ -s $t/collect.done ]
has $t/logs/collect.json '"exit": 1' '  and logged as one'
cp over.qcow2 $t/boot/o.img
run bin/vt-extract $t
status_is 3 'a host fault is never expected'
echo '{"format":1,"exit":1}' >$t/logs/install.json
run bin/vt-extract $t
status_is 0 'after an install that failed, too'
ok '  there is only the stamp' \
	[ -s $t/collect.done -a ! -e $t/logs/collect.json ]
sed -i 's/^forgive:/expected_failure:/' $t/boot/vm.yaml
rm $t/logs/install.json
run bin/vt-extract $t
status_is 0 'of an installer that must fail there is nothing to extract'
ok '  there is only the stamp' \
	[ -s $t/collect.done -a ! -e $t/logs/collect.json ]
flock $t true && (
	exec 9<$t && flock 9 && vt-extract $t 2>err
	echo $? >locked
)
is "$(cat locked)" 3 'another run in the directory: exit 3'
printf 'format: 1\ntimeout: 1\noutput: {path: [1]}\n' >$t/boot/vm.yaml
run bin/vt-extract $t
status_is 2 'a bad boot/vm.yaml: exit 2'
has err 'boot/vm.yaml:3:16: ' '  names the place'
rm $t/boot/vm.yaml
cp plain.img $t/boot/output_disk.img
run bin/vt-extract $t
status_is 0 'without boot/vm.yaml the usual names serve'
run bin/vt-extract "$work/outside"
status_is 2 'a directory that is no test: exit 2'
is "$(ls outside)" '' '  and is left alone'

## Many files

mkdir many && (
	cd many && seq 20000 | split -a 4 -l 1 - f &&
		mkdir d && echo "$good" >d/vt-sentinel.json
)
tar -C many --exclude=d -cf many.img . -C d vt-sentinel.json
started=$(date +%s)
extract many.img
is "$(find o -type f | wc -l)" 20001 '20,000 small files'
ok '  within 60 s' [ $(($(date +%s) - started)) -lt 60 ]

is "$(ls "$TMPDIR")" '' 'nothing is left in TMPDIR'
done_testing
