#!/bin/sh
# A complete test on a bridge: a Debian gets its address by DHCP, downloads and
# reports over the bridge. Everything is in a network namespace of this test.
if [ -z "${VT_TEST_NETNS:-}" ]; then
	unshare -n true 2>/dev/null &&
		exec env VT_TEST_NETNS=1 unshare -n "$0" "$@"
fi
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../e2e/lib.sh"
need ip busybox
[ -n "${VT_TEST_NETNS:-}" ] ||
	skip_all 'no permission to create a network namespace (run it as root)'
ip link add br0 type bridge 2>"$work/err" ||
	skip_all "no bridges in this kernel: $(cat "$work/err")"
ip link set lo up
ip link set br0 up
ip addr add 192.168.77.1/24 dev br0

cat >"$work/udhcpd.conf" <<C
start 192.168.77.10
end 192.168.77.50
interface br0
lease_file $work/leases
option subnet 255.255.255.0
C
touch "$work/leases"
busybox udhcpd -f "$work/udhcpd.conf" >"$work/udhcpd" 2>&1 &
dhcp=$!
at_end() { kill "$dhcp"; }
until_has 10 "$work/udhcpd" started || skip_all "no DHCP server: $(cat "$work/udhcpd")"

vt VT_BRIDGE=br0 tests/simple.done
status_is 0 'simple is installed, booted and verified on a bridge'
explain simple
is "$(field "$tests/simple/result.json" status)" passed 'passed'
has "$tests/simple/logs/install-serial.log" \
	'ds=nocloud-net;s=http://192\.168\.77\.1:' "the guest gets the host's address on the bridge"
has "$work/udhcpd" 'ACK to 192\.168\.77\.' 'the guest gets its address by DHCP'
is "$(ip -o link show | grep -c vt-tap)" 0 'no tap is left'

done_testing
