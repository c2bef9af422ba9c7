#!/bin/sh
# vt-verify of what a machine sent on the wire: the guest of t/network/facts, and
# captures that agree with its config or not.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/verify-lib.sh"
need python3
network_fixture
expect_network "$top/t/network/v2.yaml"
sed -i 's/^inherited: \[/&wire, /' "$work/good/verify.yaml"

# capture PYTHON: writes the capture of a machine that does what it should, but
# for what the text changes; frames are in the list `sent` of (port, bytes)
capture() {
	fresh
	python3 - "$case/logs/wire.pcapng" "$1" <<'P' || exit 3
import ipaddress, struct, sys
path, change = sys.argv[1:]
PORTS = ["first", "lan1", "port2", "port3", "port4", "port5", "port6", "peer0"]
GUEST, PEER, ALL = b"RT\0\x124\x02", b"RT\0\xfe\0\0", b"\xff" * 6
dropped, end = {}, True
def ip(text):
    return ipaddress.ip_address(text).packed
def tag(vlan):
    return b"\x81\0" + struct.pack(">H", vlan) if vlan else b""
def arp(source, target, vlan=0):
    return (ALL + GUEST + tag(vlan) + b"\x08\x06\0\1\x08\0\6\4\0\1" + GUEST +
            ip(source) + bytes(6) + ip(target))
def udp(source, a, b, vlan=0, size=0):
    return (ALL + GUEST + tag(vlan) + b"\x08\0E\0\0\x1c\0\0\0\0@\x11\0\0" +
            ip(source) + b"\xff" * 4 + struct.pack(">HHHH", a, b, 8, 0) +
            bytes(size))
def solicit():
    return (b"33\0\0\0\2" + GUEST + b"\x86\xdd`\0\0\0\0\x08:\xff" +
            ip("fe80::1") + ip("ff02::2") + b"\x85" + bytes(7))
def lacp(partner, state=0x3d):
    info = lambda kind, mac: (bytes([kind, 20]) + b"\xff\xff" + mac +
                              b"\0\x0f\0\xff\0\1" + bytes([state]) + bytes(3))
    return (b"\1\x80\xc2\0\0\2" + GUEST + b"\x88\x09\1\1" + info(1, GUEST) +
            info(2, partner) + bytes(50))
sent = [
    ("first", udp("0.0.0.0", 68, 67)),
    ("first", solicit()),
    ("lan1", arp("10.0.3.100", "10.0.3.1")),
    ("lan1", arp("10.0.3.100", "10.0.3.2")),
    ("lan1", arp("10.100.0.2", "10.100.0.1", 100)),
    ("port2", arp("10.23.23.2", "10.23.23.1")),
    ("port3", arp("10.23.23.2", "10.23.23.1")),
    ("port2", b"33\0\0\0\2" + GUEST + tag(200) + b"\x86\xdd`\0\0\0\0\0;\xff" +
     ip("2001:db8:200::2") + ip("2001:db8:200::1")),
    ("port4", lacp(PEER)), ("port5", lacp(PEER)),
    ("port6", arp("192.168.14.2", "192.168.14.1")),
    ("peer0", arp("10.0.3.1", "10.0.3.100")),
]
def drop(port, **of):
    sent[:] = [(p, f) for p, f in sent if p != port]
exec(change)
def pad(b):
    return b + bytes(-len(b) % 4)
def block(kind, body):
    n = struct.pack("=I", len(pad(body)) + 12)
    return struct.pack("=I", kind) + n + pad(body) + n
def option(code, value):
    return struct.pack("=HH", code, len(value)) + pad(value)
out = block(0x0a0d0d0a, struct.pack("=IHHq", 0x1a2b3c4d, 1, 0, -1))
for p in PORTS:
    out += block(1, struct.pack("=HHI", 1, 0, 0) + option(2, p.encode()) +
                 struct.pack("=HH", 0, 0))
for p, f in sent:
    out += block(6, struct.pack("=IIIII", PORTS.index(p), 0, 0, len(f), len(f)) + f)
for p, n in dropped.items():
    out += block(5, struct.pack("=III", PORTS.index(p), 0, 0) +
                 option(5, struct.pack("=Q", n)) + struct.pack("=HH", 0, 0))
open(path, "wb").write(out if end else out[:-5])
P
}

# red CHECK WORDS PYTHON: this check fails, and says so in these words
red() {
	capture "$3"
	verify
	is "$(outcome "$1")" 'not ok' "$1: $3"
	grep -A9 -F "not ok" "$work/out" | grep -q "$2" ||
		diag "$(grep -A9 -F "not ok" "$work/out")"
	grep -A9 -F "not ok" "$work/out" | grep -q "$2"
	result $? "  '$2'"
}

capture pass
verify
status_is 0 'what was sent agrees with the config' ||
	diag "$(grep -A6 'not ok' "$work/out")"
is "$(outcome wire)" ok 'there is a capture'

red 'physical first dhcp4' 'not asked for' 'drop("first")'
red 'physical lan1 dhcp4' 'asked for' \
	'sent.append(("lan1", udp("0.0.0.0", 68, 67)))'
red 'physical lan1 accept-ra' 'asked for' 'sent.append(("lan1", solicit()))'
red 'physical lan1 mtu' 'a packet of 1528 bytes' \
	'sent.append(("lan1", udp("10.0.3.100", 9, 9, size=1500)))'
red 'bond bond1 mode' 'no partner answers port port5' 'drop("port5")'
red 'bond bond1 mode' 'no partner answers port port4' \
	'drop("port4"); sent.append(("port4", lacp(bytes(6), 0x45)))'
red 'bond bond0 mode' 'LACP' 'sent.append(("port2", lacp(PEER)))'
red 'vlan lan1.100 id' '0 frames with the tag 100' \
	'sent[:] = [(p, f.replace(tag(100), tag(101))) for p, f in sent]'
red 'vlan tagged mtu' 'a packet of 1428 bytes' \
	'sent.append(("port3", udp("10.23.23.2", 9, 9, vlan=200, size=1400)))'
red 'address lan1 10.0.3.100/24 present' 'it was sent from by port port6' \
	'sent.append(("port6", arp("10.0.3.100", "10.0.3.1")))'
red 'address lan1.100 10.100.0.2/24 present' 'sent from by port lan1' \
	'sent.append(("lan1", arp("10.100.0.2", "10.100.0.1")))'
red 'route lan1 default via' 'it was looked for by port first' \
	'drop("lan1"); sent.append(("first", arp("10.0.3.100", "10.0.3.1")))
sent.append(("lan1", arp("10.100.0.2", "10.100.0.1", 100)))'

# what the capture has not room for is no evidence that it was not sent
capture 'drop("first"); dropped["first"] = 5'
verify
is "$(outcome 'physical first dhcp4')" ok 'frames beyond the limit may be there'
capture 'drop("port5"); dropped["port5"] = 5'
verify
is "$(outcome 'bond bond1 mode')" ok '  also those of LACP'

capture 'end = False'
verify
is "$(outcome wire)" 'not ok' 'a capture whose writer was killed'
capture pass
rm "$case/logs/wire.pcapng"
verify
status_is 1 'no capture'
is "$(outcome wire)" 'not ok' '  which is evidence'
echo x >"$case/logs/wire.pcapng"
verify
is "$(outcome wire)" 'not ok' 'a file that is none'

cat >"$work/bond.yaml" <<'Y'
network:
  version: 2
  ethernets: {port2: {dhcp4: false}, port3: {dhcp4: no}}
  bonds: {bond0: {interfaces: [port2, port3], dhcp4: true}}
Y
expect_network "$work/bond.yaml"
sed -i 's/^inherited: \[/&wire, /' "$work/good/verify.yaml"
capture 'sent += [(p, udp("0.0.0.0", 68, 67)) for p in ("port2", "port3")]'
verify
is "$(outcome 'physical port2 dhcp4')" ok 'a port sends what its bond asks for'
is "$(outcome 'physical port3 dhcp4')" ok '  also the other one'
done_testing
