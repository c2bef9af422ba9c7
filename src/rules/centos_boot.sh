#!/bin/sh
# Adapt the GRUB config of CentOS, installed from an image, to a machine that
# has only a serial console and no disk of the install environment.
console='console=ttyS0,115200'

for cfg in /boot/grub2/grub.cfg /boot/grub/grub.conf; do
	[ -f "$cfg" ] || continue
	# hd0 was the disk of the install environment; now it is the target
	sed -i -e 's/(hd1,/(hd0,/g' "$cfg"
	sed -i -e "/console=/!s/\(root=[^ ]*\)/\1 $console/" "$cfg"
done
default=/etc/default/grub
if [ -f "$default" ]; then
	sed -i -e "/^GRUB_CMDLINE_LINUX=/{s/ *console=[^ \"]*//g
s/=\"/=\"$console /}" "$default"
fi
exit 0
