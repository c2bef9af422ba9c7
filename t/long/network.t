#!/bin/sh
# A network on a wire of its own: DHCP, bonds with LACP and without, a VLAN, and
# the peer that answers in each of them.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../e2e/lib.sh"
[ -e "$top/images/out/peer/initrd" ] ||
	skip_all "no image of the peer: run 'make peer-image'"

vt tests/bonding_network.done
status_is 0 "bonding_network passes"
explain bonding_network
dir=$tests/bonding_network
note "install $(field "$dir/logs/install.json" seconds) s, \
boot $(field "$dir/logs/boot.json" seconds) s"
for check in wire 'physical interface0 dhcp4' 'bond bond1 mode' \
	'bond bond2 mode' 'vlan bond2\.108 id' 'reach 10\.200\.0\.1' \
	'reach 10\.23\.23\.1' 'reach 10\.23\.24\.1' 'reach 10\.23\.25\.1'; do
	has "$dir/result.tap" "^ok [0-9]+ - $check\$" "$check"
done
has "$dir/logs/peer-serial.log" 'vt-peer: ready' "the peer was there"
sanitized bonding_network
mutants bonding_network "$top/examples/tests/bonding_network.yaml"
done_testing
