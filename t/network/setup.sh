#!/bin/sh -x
# What made the facts in t/network/facts: it ran as root in a Debian guest with
# eight virtio NICs, of the MAC addresses below, each with user networking, and
# then src/seed/collect/common.sh. The configs v1.yaml and v2.yaml ask for it.
ip -br link
rename() { for f in /sys/class/net/*; do [ "$(cat $f/address)" = "$1" ] && ip link set ${f##*/} down && ip link set ${f##*/} name $2; done; }
rename 52:54:00:12:34:00 lan0
rename 52:54:00:12:34:02 lan1
for i in 2 3 4 5 6 7; do rename 52:54:00:12:34:1$i port$i; done
modprobe bonding; modprobe 8021q; modprobe bridge; modprobe dummy
sysctl -w net.ipv6.conf.lan1.accept_ra=0 net.ipv6.conf.lan0.use_tempaddr=2
ip link set lan0 up
dhclient -1 -v lan0
ip link set lan1 mtu 1492 up
sysctl -w net.ipv6.conf.lan1.mtu=1400
ip addr add 10.0.3.100/24 dev lan1
ip addr add 10.0.4.100/24 dev lan1 label lan1:1 preferred_lft 0
ip addr add 2001:db8:1::2/64 dev lan1
ip route add default via 10.0.3.1 dev lan1 metric 200
ip route add 10.10.0.0/16 via 10.0.3.2 dev lan1
ip route add 10.11.0.0/16 via 10.0.3.2 dev lan1 metric 300 table 100
ip route add 10.12.0.1 via 10.99.0.1 dev lan1 onlink mtu 1400 src 10.0.3.100
ip route add 10.13.0.0/16 dev lan1 scope link initcwnd 20
ip route add blackhole 10.14.0.0/16
ip -6 route add 2001:db8:2::/48 via 2001:db8:1::1 dev lan1 metric 50
ip -6 route add default via 2001:db8:1::1 dev lan1 metric 60
ip rule add from 10.0.3.0/24 table 100 priority 50
ip rule add to 10.10.0.0/16 fwmark 7 tos 0x10 table 101 priority 60
ip -6 rule add from 2001:db8:1::/64 table 102 priority 70
ip link add bond0 type bond mode active-backup miimon 100 updelay 200 downdelay 300 fail_over_mac active num_grat_arp 3 primary_reselect better
ip link set port2 master bond0; ip link set port3 master bond0
echo port2 > /sys/class/net/bond0/bonding/primary
ip link set bond0 up; ip link set port2 up; ip link set port3 up
ip addr add 10.23.23.2/24 dev bond0
ip link add bond1 type bond mode 802.3ad lacp_rate fast xmit_hash_policy layer3+4 min_links 1 ad_select bandwidth miimon 100
ip link set port4 master bond1; ip link set port5 master bond1
ip link set bond1 address 52:54:00:aa:bb:cc
ip link set bond1 up; ip link set port4 up; ip link set port5 up
ip link add bond2 type bond mode balance-xor arp_interval 1000 arp_ip_target 10.0.9.1,10.0.9.2 arp_validate none arp_all_targets all
ip link set bond2 up
ip addr add 10.24.24.2/24 dev bond1
ip link add br0 type bridge stp_state 0 priority 22 ageing_time 25000 forward_delay 100 hello_time 100 max_age 1000
ip link set port6 master br0; ip link set port7 master br0
ip link set port6 up; ip link set port7 up; ip link set br0 up
bridge link set dev port6 cost 50 priority 28
bridge link set dev port7 cost 75 priority 14
ip addr add 192.168.14.2/24 dev br0
ip link add link lan1 name lan1.100 type vlan id 100
ip link set lan1.100 up
ip addr add 10.100.0.2/24 dev lan1.100
ip link add link bond0 name tagged type vlan id 200
ip link set tagged mtu 1400 up
ip addr add 2001:db8:200::2/64 dev tagged
ip link add dummy0 type dummy
ip link set dummy0 addrgenmode none; ip link set dummy0 up
ip addr add 10.200.0.1/32 dev dummy0
printf 'nameserver 10.0.2.3\nnameserver 8.8.8.8\nsearch barley.maas wark.maas\n' >/etc/resolv.conf
