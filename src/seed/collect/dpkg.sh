#!/bin/sh
# Collect facts about an installed Debian or Ubuntu.
out=OUTPUT_COLLECT_D
mkdir -p "$out" && cd "$out" || exit 1

# the copy of curtin that the default config of tests leaves in the target
curtin=/root/curtin/bin/curtin
[ ! -x "$curtin" ] ||
	"$curtin" block-discover >boot-curtin-block-discover.json
dpkg-query --show \
	--showformat='${db:Status-Abbrev}\t${Package}\t${Version}\n' \
	>debian-packages.txt 2>debian-packages.txt.err
cat /etc/debian_version >debian_version
for f in /etc/network/interfaces /etc/network/interfaces.d /etc/netplan \
	/etc/kernel-img.conf; do
	[ ! -e "$f" ] || cp -a "$f" .
done
# an empty file if the directory does not exist
find /etc/network/interfaces.d >find_interfacesd 2>/dev/null
proxy=
eval "$(apt-config shell proxy Acquire::HTTP::Proxy)"
echo "$proxy" >apt-proxy
exit 0
