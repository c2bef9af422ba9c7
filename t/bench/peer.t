#!/bin/sh
# The cost of the peer (images/peer): from QEMU's start to "ready" with DHCP, DNS,
# router advertisements, a VLAN and a bond at most 10 s of wall time and 6 s of
# processor time under TCG, the shortest of three runs on a quiet host.
. "$(dirname "$0")/../lib.sh"
need qemu-system-x86_64 python3 tar
image=$top/images/out/peer
[ -e "$image/built" ] || skip_all "no peer image: run 'make peer-image'"

mkdir "$work/peer"
cd "$work/peer" || exit 3
: >forward
printf '%s\n' 'nameif lan 52:54:00:00:00:01 p1 52:54:00:00:00:02' \
	'ip -batch links' >setup
cat >links <<'E1'
link set lan up
addr add 10.1.0.1/24 dev lan
addr add fd00:1::1/64 dev lan
link add link lan name lan.5 type vlan id 5
addr add 10.5.0.1/24 dev lan.5
link set lan.5 up
link add bond0 type bond mode 802.3ad miimon 100
link set p1 master bond0
link set bond0 up
E1
printf '%s\n' no-resolv no-hosts no-ping interface=lan \
	dhcp-range=10.1.0.100,10.1.0.150,1h host-record=ns.vt.test,10.1.0.1 \
	>dnsmasq.conf
echo 'interface lan { AdvSendAdvert on; prefix fd00:1::/64 { }; };' >radvd.conf
echo 'poweroff -f' >after
tar --format=ustar -cf "$work/peer.tar" .

cat >"$work/run.py" <<'P'
import resource, subprocess, sys, time
image, tar = sys.argv[1:]
argv = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-no-reboot",
        "-machine", "q35,graphics=off", "-accel", "tcg,thread=multi", "-smp", "1",
        "-m", "128", "-display", "none", "-serial", "stdio",
        "-kernel", image + "/kernel", "-initrd", image + "/initrd",
        "-append", "console=ttyS0 quiet panic=-1",
        "-fw_cfg", "name=opt/org.vt/peer,file=" + tar]
for n in 1, 2:
    argv += ["-netdev", f"user,id=n{n}", "-device", "virtio-net-pci,romfile=,"
             f"netdev=n{n},speed=1000,duplex=full,mac=52:54:00:00:00:0{n}"]
began = time.monotonic()
qemu = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
wall = 0
for line in qemu.stdout:
    if line.rstrip() == b"vt-peer: ready":
        wall = time.monotonic() - began
qemu.wait()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if wall:
    print("%d %d %d" % (wall * 1000, (used.ru_utime + used.ru_stime) * 1000,
                        used.ru_maxrss // 1024))
P
for i in 1 2 3; do
	timeout 60 python3 "$work/run.py" "$image" "$work/peer.tar"
done >"$work/runs"
is "$(wc -l <"$work/runs")" 3 'ready in three runs'
while read -r wall cpu mib; do
	note "ready after $wall ms; in all $cpu ms of processor time, $mib MiB"
done <"$work/runs"
# limit COLUMN MAX NAME: the least value of the column
limit() {
	least=$(cut -d ' ' -f "$1" "$work/runs" | sort -n | head -n 1)
	[ "${least:-$2}" -lt "$2" ]
	result $? "$3: $least ms, limit $2 ms"
}
limit 1 10000 'wall time to ready'
limit 2 6000 'processor time'
done_testing
