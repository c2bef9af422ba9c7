#!/bin/sh
# iSCSI disks: a guest with Debian's open-iscsi discovers its target, is refused
# with wrong passwords, logs in with CHAP in both directions and writes. The boot
# phase serves the same target on a copy of the disk. Afterwards the server is
# gone, and so are the targets on a server of the user's.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
timeout=120
need jq setsid
PATH=$PATH:/usr/sbin
need tgtd tgtadm
initrd=$("$top/t/guest/iscsi.sh" "$guest" 2>"$work/iscsi.err") ||
	skip_all "no guest with open-iscsi: $(tail -n 1 "$work/iscsi.err")"

# iscsi_vm PHASE NAME WORDS: the test's machine, with a disk over the network
iscsi_vm() {
	"${1}_dir" "$2" none
	sed -i -e "s,^initrd: .*,initrd: $initrd," -e 's,^mem: .*,mem: 384,' \
		-e "s|vt\.do=none|iscsi.do=discover,$3|" \
		-e '/^nics:/i\  - {path: disks/net.img, size: 33554432, format: raw, driver: iscsi, logical_block_size: 4096'"${4:-}}" \
		"$work/$2/$1/vm.yaml"
}

# tgtds DIR: processes that serve there, and what else they have left
tgtds() {
	for p in $(pgrep -x tgtd); do
		case $(readlink "/proc/$p/cwd") in
		"$1"*) echo "tgtd $p" ;;
		esac
	done
	find "$1" '(' -name info -o -name pid -o -name 'socket*' ')'
}
unserved() { [ -z "$(tgtds "$1")" ]; }
nothing_left() { # NAME
	wait_until 3 unserved "$work/$1"
	is "$(tgtds "$work/$1")" '' "$2: nothing is left of the server"
}

iscsi_vm install one refused,login,write,logout,success,poweroff
echo '@VT_ISCSI_1@' >"$work/one/install/user-data"
printf 'disk: iscsi:@VT_ISCSI_1@\n' >"$work/one/install/config.yaml.in"
# by given accounts, at a server of the user's; it outlives its tests
iscsi_vm install two login,write,logout,success,poweroff \
	', auth: user:passw0rd, iauth: iuser:ipassw0rd'
echo '@VT_ISCSI_1@' >"$work/two/install/user-data"
in_background vt-launch one
first=$bg
vt-tgt "$work/user" >"$work/user.err" 2>&1 &
user=$!
until_has 20 "$work/user/info" PORTAL
(
	. "$work/user/info"
	in_background vt-launch two
	wait "$bg"
	tgtadm --lld iscsi --mode target --op show >"$work/user.left"
	tgtadm --lld iscsi --mode account --op show >"$work/user.accounts"
)
wait "$first"

exited one 0
log=$work/one/logs/install-serial.log
has "$log" 'iscsi: found 10\.0\.2\.2:[0-9]+,1 iqn' \
	'discovery tells the address that the guest knows'
has "$log" 'wrong passwords were tried' 'wrong secrets were tried'
hasnt "$log" 'NOT REFUSED' 'and none got in'
has "$log" 'iscsi: disk of 33554432 bytes, blocks of 4096' 'a disk'
sum=$(sed -n 's/.*iscsi: wrote \([0-9a-f]*\).*/\1/p' "$log")
is "$(dd if="$work/one/disks/net.img" bs=1M skip=1 count=8 2>/dev/null |
	md5sum | cut -d' ' -f1)" "$sum" 'what it wrote is in the image'
is "$(head -c 9 "$work/one/disks/net.img")" ISCSI-ONE 'from the first byte'
nothing_left one 'normal end'
is "$(stat -c %a "$work/one/install/iscsi.yaml" \
	"$work/one/install/config.yaml" | tr '\n' ' ')" '600 600 ' \
	'secrets are ours alone'
has "$work/one/install/config.yaml" \
	'^disk: iscsi:vt-[a-z0-9]{10}:[a-zA-Z0-9]{16}:vt-[a-z0-9]{10}:[a-zA-Z0-9]{16}@10\.0\.2\.2::[0-9]+:1:iqn' \
	'the config has the real values, as RFC 4173 writes them'
has "$work/one/install/tgt/tgt.log" bs_thread_open 'the log remains'

exited two 0
log=$work/two/logs/install-serial.log
has "$log" 'iscsi: disk of 33554432 bytes' "the user's server: a disk"
is "$(head -c 9 "$work/two/disks/net.img")" ISCSI-ONE 'and written'
is "$(cat "$work/user.left")" '' 'its target was removed'
has "$work/two/install/iscsi.yaml" 'password: ipassw0rd' 'accounts as given'
is "$(grep -c vt- "$work/user.accounts")" 0 'no account of ours remains'

# the boot phase: same target, port and secrets, on a copy
mv "$work/one/disks/install_disk.img" "$work/noted"
iscsi_vm boot one login,rewrite,logout,poweroff
mv "$work/noted" "$work/one/disks/install_disk.img"
# who has the port is told apart; nothing is spoilt
port=$(sed -n "s/^portal: .*:\([0-9]*\)'*\$/\1/p" \
	"$work/one/install/iscsi.yaml")
socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr" /dev/null &
squatter=$!
wait_until 5 listening "$port"
in_background vt-xkvm one
wait "$bg"
exited one 3
cause one boot "port $port of '127.0.0.1' is in use by another program"
kill "$squatter"
wait "$squatter" 2>/dev/null
in_background vt-xkvm one
wait "$bg"
exited one 0
log=$work/one/logs/boot-serial.log
has "$log" "iscsi: before 'ISCSI-ONE'" 'boot: what the installation wrote'
is "$(head -c 9 "$work/one/boot/net.img")" ISCSI-TWO 'written to a copy'
is "$(head -c 9 "$work/one/disks/net.img")" ISCSI-ONE \
	'the disk is as it was installed'
nothing_left one boot

# stopped in the middle: TERM, KILL, and the server killed under it
running() { # NAME: until the guest has its disk; $pid
	(cd "$work" && exec setsid env --default-signal vt-launch "$1") \
		>"$work/$1.err" 2>&1 </dev/null &
	pid=$!
	until_has 60 "$work/$1/logs/install-serial.log" 'iscsi: wrote' ||
		diag "$(cat "$work/$1.err")"
}
for how in TERM KILL; do
	iscsi_vm install $how login,write,hang
	echo '@VT_ISCSI_1@' >"$work/$how/install/user-data"
	running $how
	[ -n "$(tgtds "$work/$how")" ]
	result $? "$how: there is a server"
	kill -$how $pid
	wait $pid 2>/dev/null
	nothing_left $how $how
done
iscsi_vm install away login,write,hang
echo '@VT_ISCSI_1@' >"$work/away/install/user-data"
(. "$work/user/info" && running away && kill -KILL $pid && wait $pid 2>/dev/null)
left() {
	(. "$work/user/info" &&
		tgtadm --lld iscsi --mode target --op show &&
		tgtadm --lld iscsi --mode account --op show | grep vt-)
}
none_left() { [ -z "$(left)" ]; }
wait_until 5 none_left
is "$(left)" '' "KILL: the targets at the user's server are gone"

kill -TERM $user
wait $user
is $? 143 "the user's server ends by the signal"
nothing_left user 'vt-tgt'

done_testing
