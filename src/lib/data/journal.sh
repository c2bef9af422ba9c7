#!/bin/sh
# Sends the journal of this boot over a virtio-serial port, if the machine has
# one for it. cloud-init runs this in each boot, when it has read its user-data.
#
# The unit begins when all file systems are mounted, and ends before they are
# unmounted, so that it keeps none of them busy. Nothing waits for it. It has the
# console open: the kernel hears a serial console, and so sysrq, only while a
# program has it open.
[ -d /run/systemd/system ] || exit 0
for p in /sys/class/virtio-ports/*; do
	[ "$(cat "$p/name" 2>/dev/null)" = org.vt.journal ] || continue
	systemd-run --quiet --no-block --unit=vt-journal \
		--description='Copy of the journal for vt' \
		-p DefaultDependencies=no -p After=local-fs.target \
		-p Conflicts=shutdown.target -p Before=shutdown.target \
		-p TimeoutStopSec=2 \
		/bin/sh -c "command exec 3</dev/console
			exec journalctl --quiet --boot --follow --no-tail \
				--output=short-monotonic >/dev/${p##*/}"
done
exit 0
