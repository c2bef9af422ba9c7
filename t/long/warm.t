#!/bin/sh
# What an installer finds when its environment started from a template is what it
# finds in one that booted, but for a list of named differences; and how much
# sooner it finds it.
VT_TEST_LIMIT=${VT_TEST_LIMIT:-7200}
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../e2e/lib.sh"
need jq
[ "$(uname -m)" = x86_64 ] || skip_all 'guests of this host are not amd64'
export XDG_CACHE_HOME="$work/cache"

vt -n tests/simple.done # which writes what describes the machine
ok 'there is a machine' test -e "$tests/simple/install/vm.yaml"

# facts of all that an installer may use, instead of an installer
cat >"$work/user-data" <<'U'
#!/bin/sh
exec >/dev/console 2>&1
dmesg -n 1
echo 'curtin: Installation started. (facts)'
say() { echo "fact $1: $2"; }
each() { while read -r line; do say "$1" "$line"; done; }
tr ' ' '\n' </proc/cmdline | sed 's,s=http.*,s=URL,' | each cmdline
lsblk -b -n -o NAME,SIZE,SERIAL,TYPE,RO,PHY-SEC,LOG-SEC,MIN-IO | each disk
for l in /dev/disk/by-id/* /dev/disk/by-path/*; do
	say link "$l $(readlink "$l")"
done
for d in /sys/bus/pci/devices/*; do
	say pci "${d##*/} $(cat "$d/vendor" "$d/device" | tr '\n' ' ')"
done
ip -br link | grep -v ^lo | each link
ip -4 -br addr | each address
ip route | each route
findmnt -rn -o TARGET,SOURCE,FSTYPE | each mount
lsmod | cut -d ' ' -f 1 | sort | each module
systemctl --failed --no-legend --plain | each failed
systemctl list-units --type=service,target,socket,timer --state=active \
	--no-legend --plain | awk '{ print $1, $3, $4 }' | each unit
find /run/systemd/system /etc/systemd/system -type f | sort | each file
say memory "$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)"
say cpus "$(nproc)"
say hostname "$(hostname)"
say clock "$(date +%s)"
say id "$(cat /etc/machine-id)"
say journal "$(journalctl -q -n 1 -o cat | wc -l)"
say random "$(od -An -tx1 -N8 /dev/urandom | tr -d ' ')"
echo 'curtin: Installation finished. (facts)'
poweroff
U

for n in off early late early-again late-again; do
	mkdir -p "$tests/$n"
	cp -r "$tests/simple/install" "$tests/$n/"
	cp "$work/user-data" "$tests/$n/install/user-data"
	echo "instance-id: $n" >"$tests/$n/install/meta-data"
	sed -i "s/^test: .*/test: $n/; s/^  success:.*/  success: 'curtin: Installation finished.*'/" \
		"$tests/$n/install/vm.yaml"
	VT_WARM=${n%-again} run vt-launch "$tests/$n"
	status_is 0 "$n: the guest says what it finds"
	tr -d '\r' <"$tests/$n/logs/install-serial.log" | sed -n \
		's/^.*\(fact [a-z]*: .*\)/\1/p' >"$work/$n.all"
	ended=$(stat -c %Y "$tests/$n/logs/install.json")
	clock=$(($ended - $(sed -n 's/^fact clock: //p' "$work/$n.all")))
	[ "$clock" -ge 0 ] && [ "$clock" -le 120 ]
	result $? "$n: its clock is right" || diag "$clock s behind"
done
is "$(jq -r .warm "$tests"/*/logs/install.json | sort | uniq -c | tr -s ' \n' ' ')" \
	' 1 null 4 true ' 'all but one started warm'
value() { sed -n "s/^fact $2: //p" "$work/$1.all"; }
for w in id random; do
	is "$(for n in off early late early-again late-again; do
		value $n $w
	done | sort -u | wc -l)" 5 "each has its own: $w"
done

# The named differences: those of any two machines, a page of memory for
# vmgenid, the unit that waited.
same() {
	grep -v -e '^fact id:' -e '^fact random:' -e '^fact clock:' \
		-e '^fact memory:' -e '^fact unit: vt-warm.service' "$work/$1.all" |
		sort
}
same off >"$work/off"
for n in early-again late-again; do
	same $n >"$work/$n"
	diff "$work/off" "$work/$n" >"$work/differ"
	result $? "$n: all else is the same" || diag "$(cat "$work/differ")"
	less=$(($(value off memory) - $(value $n memory)))
	[ "$less" -ge 0 ] && [ "$less" -le 8 ]
	result $? "$n: so is the memory, but for a page" || diag "$less KiB"
done
sooner() {
	jq '.times | .installer_start - .power_on' "$tests/$1/logs/install.json"
}
note "seconds from power-on to the installer: cold $(sooner off)," \
	"early $(sooner early-again), late $(sooner late-again)"
done_testing
