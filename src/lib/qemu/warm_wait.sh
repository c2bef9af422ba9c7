#!/bin/sh
# Runs in the guest that becomes a template, at the waiting point. Waits until
# the machine starts from the template, and makes it a machine of its own.
modprobe -q virtio_console 2>/dev/null
udevadm settle --timeout=60 2>/dev/null
port=
for p in /sys/class/virtio-ports/*; do
	[ "$(cat "$p/name" 2>/dev/null)" != org.vt.installer ] ||
		port=/dev/${p##*/}
done
[ -c "$port" ] || exit 0

# nothing of this is left
rm -rf /run/vt-warm.sh /run/vt-warm.py /run/systemd/system/vt-warm.service \
	/run/systemd/system/cloud-*.service.wants \
	/run/systemd/system/cloud-*.service.d

exec 3<>"$port"
echo 'vt-warm: waiting' >&3
read -r go now id seed <&3
[ "$go" = go ] || exit 0

{ date -s "@$now" || date -s "@${now%.*}"; } >/dev/null 2>&1
# The kernel renews its random number generator when vmgenid tells it to, if it
# has that driver; else RNDRESEEDCRNG does.
echo "$seed" >/dev/urandom
[ -e /sys/bus/acpi/drivers/vmgenid ] ||
	perl -e 'open(F, ">", "/dev/urandom") && ioctl(F, 0x5207, 0)' 2>/dev/null
old=$(cat /etc/machine-id 2>/dev/null)
if [ -n "$old" ] && echo "$id" 2>/dev/null >/etc/machine-id; then
	[ ! -d "/run/log/journal/$old" ] ||
		mv "/run/log/journal/$old" "/run/log/journal/$id"
fi
echo 'vt-warm: running' >&3
