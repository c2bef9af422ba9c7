#!/bin/sh
# --console: input reaches the guest, the terminal is restored whatever ends the
# session, and nothing of the test is changed.
. "$(dirname "$0")/../lib.sh"
. "$top/t/vm/vm.sh"
need python3

cd "$work" || exit 3

# on_a_terminal NAME COMMAND...: runs it with the script on stdin (see
# at-terminal.py); the output goes to NAME
on_a_terminal() {
	cat >"$1.talk"
	seen=$1
	shift
	python3 "$top/t/vm/at-terminal.py" "$seen.talk" "$@" >"$seen" 2>&1
}
sums() { (cd "$1" && find . -type f -exec md5sum {} + | sort); }

cat >boot.yaml <<'Y'
format: 1
test: step
scripts: []
output: output_disk.img
Y
boot_dir step shell,poweroff
cp boot.yaml step/boot/seed.yaml
mkdir -p step/logs step/install
: >step/install.done
: >step/boot.done
: >step.done
echo '{}' >step/result.json
sums step >before
mkdir tmp
TMPDIR=$work/tmp
export TMPDIR

on_a_terminal typed vt-xkvm --console step <<'T'
expect micro# 
stty
send echo $((6 * 7)) answer\r
expect 42 answer
send echo sta""rted; sleep 100\r
expect started
send \x03
expect micro# 
send head -c 6 /dev/vdb; echo overlay >/dev/vda\r
expect micro# 
send echo rea""dy; read x; echo "got $x" | od -c | head -n 1\r
expect ready
send \x01\x01\r
expect 001
send \x01h
expect Ctrl-a x +leaves?
send \x01q
send \x01x
T
has typed '^raw: yes' 'the terminal is raw'
has typed '42 answer' 'a command reaches the guest, and its output is shown'
hasnt typed '^missing' 'Ctrl-c reaches the guest; Ctrl-a Ctrl-a sends Ctrl-a'
has typed '^status: 0' 'Ctrl-a x leaves'
has typed '^restored: yes' 'the terminal is restored'
sums step >after
ok 'nothing of the test is changed' cmp before after
ok 'nor its verdict' test -e step.done

on_a_terminal off vt-xkvm --console step <<'T'
expect micro# 
send poweroff -f\r
T
has off '^status: 0' 'the guest powers off: exit status 0'
has off '^restored: yes' 'the terminal is restored'

on_a_terminal killed vt-xkvm --console step <<'T'
expect micro# 
term
T
has killed '^status: -15' 'ended by TERM'
has killed '^restored: yes' 'the terminal is restored'
on_a_terminal crashed vt-xkvm --console step <<'T'
expect micro# 
segv
T
has crashed '^status: -11' 'a crash'
has crashed '^restored: yes' 'the terminal is restored'
sums step >after
ok 'nothing of the test is changed' cmp before after

# during a session no phase runs; input that is not a terminal
mkfifo keys
vt-xkvm --console step <keys >piped 2>piped.err &
exec 8>keys
until_has 60 piped 'micro#'
run vt-xkvm step
status_is 3 'a phase does not start meanwhile'
has err 'another run is using' 'the message says why'
echo 'echo $((20 + 3)) piped' >&8
until_has 60 piped '23 piped'
echo 'poweroff -f' >&8
exec 8>&-
wait $!
has piped '23 piped' 'piped input is forwarded'
ok 'the stamp is kept' test -e step.done

run vt-xkvm --console nowhere
status_is 2 'a directory that does not exist'
boot_dir none shell
rm none/disks/install_disk.img
cp boot.yaml none/boot/seed.yaml
run vt-xkvm --console none
status_is 3 'nothing installed'
has err 'nothing is installed yet' 'the message says so'
run vt-xkvm --console --user 'Bad User' step
status_is 3 'a malformed user name'
run vt-xkvm --user me step
status_is 2 '--user without --console'

# the install environment: no installer; disks are empty, or overlays
install_dir env machine,login,shell
on_a_terminal installing vt-launch --console env <<'T'
expect micro# 
send echo overlay >/dev/vda\r
expect micro# 
send \x01x
T
has installing 'disk vda serial disk-a size 67108864' 'disks of the test'
has installing 'chpasswd' 'a login'
hasnt installing '^poweroff' 'no installer'
has installing '^status: 0' 'Ctrl-a x leaves'
ok 'no disk was created' test ! -e env/disks
ok 'no log was written' test ! -e env/logs

is "$(ls tmp)" '' 'no temporary files are left'
done_testing
