#!/bin/sh
# Runs in the initramfs when the root file system is mounted: /run moves there.
# The guest boots, and cloud-init's first stage sets up its network, for which it
# reads nothing from the web server. Its other units do nothing, but the last,
# which waits, and then does the work of all.
[ "$1" != prereqs ] || exit 0
units=/run/systemd/system
cp /scripts/vt-warm-wait /run/vt-warm.sh
cp /scripts/vt-warm-stages /run/vt-warm.py
for unit in cloud-init cloud-config cloud-final; do
	mkdir -p $units/$unit.service.d
	{
		echo '[Service]'
		echo 'ExecStart='
		case $unit in
		cloud-final)
			echo 'ExecStart=/usr/bin/python3 /run/vt-warm.py'
			echo 'SyslogIdentifier=cloud-init'
			;;
		*) echo 'ExecStart=/bin/true' ;;
		esac
	} >$units/$unit.service.d/vt-warm.conf
done
