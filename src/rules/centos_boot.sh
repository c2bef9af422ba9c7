#!/bin/sh
# CentOS, installed from an image, in a machine that only has a serial console
# and no disk of the install environment: GRUB is told of both.
console='console=ttyS0,115200'

for cfg in /boot/grub2/grub.cfg /boot/grub/grub.conf; do
	[ -f "$cfg" ] || continue
	# the environment's disk was the first: now the installed one is
	sed -i -e 's/(hd1,/(hd0,/g' "$cfg"
	sed -i -e "/console=/!s/\(root=[^ ]*\)/\1 $console/" "$cfg"
done
default=/etc/default/grub
if [ -f "$default" ]; then
	sed -i -e "/^GRUB_CMDLINE_LINUX=/{s/ *console=[^ \"]*//g
s/=\"/=\"$console /}" "$default"
fi
exit 0
