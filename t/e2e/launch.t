#!/bin/sh
# vt-launch without a test directory, called like curtin's tools/launch: a
# command, its config and its files are packed, published and run in a real
# Debian.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../vm/image-lib.sh"

export HOME="$work/home"
mkdir -p "$HOME/.ssh"
echo "ssh-ed25519 AAAAvttest somebody's@host" >"$HOME/.ssh/id_ed25519.pub"
cat >"$work/install-it" <<'SH'
#!/bin/sh
set -eu
echo "install-it: arguments $*"
config=${1#--config=}
sed 's/^/install-it: config: /' "$config"
sed 's/^/install-it: added: /' data/added
wget -q -O /tmp/published "$2"
echo "install-it: published $(md5sum </tmp/published)"
echo "install-it: disk $(cat /sys/block/vdb/size)"
echo "install-it: key $(cat /home/*/.ssh/authorized_keys)"
SH
chmod 755 "$work/install-it"
echo 'answer: 42' >"$work/my.yaml"
echo 'one more file' >"$work/added"
head -c 100000 /dev/urandom >"$work/file"
run timeout 900 vt-launch --silent --no-reboot --accel tcg --mem 1024 \
	--netdev user,mac=52:54:00:12:34:01 --serial-log "$work/log" \
	--kernel "$(image_path boot-kernel)" --initrd "$(image_path boot-initrd)" \
	--boot-image "$(image_path squashfs)" \
	--root-arg "root=/dev/disk/by-id/virtio-boot-disk rootfstype=squashfs" \
	--append overlayroot=tmpfs --append --- --append net.ifnames=0 \
	--disk "$work/disk.img:16M" --publish "$work/file:some/file" \
	--add "$work/added:data/added" --power off --timeout 800 \
	--installer "$work/install-it" -- \
	install-it --config="$work/my.yaml" PUBURL/some/file
status_is 0 'the command is run, and the machine powers off'
log=$work/log
has "$log" 'install-it: arguments --config=config/my.yaml http://10.0.2.2:' \
	'the command gets the path of the config and the URL for PUBURL'
has "$log" 'install-it: config: answer: 42' 'the config is packed'
has "$log" 'install-it: added: one more file' 'the file of --add is packed'
has "$log" "install-it: published $(md5sum <"$work/file")" 'the published file is served'
has "$log" 'install-it: disk 32768' 'the disk was created'
has "$log" "install-it: key .*ssh-ed25519 AAAAvttest somebody's@host" \
	"the guest has the user's SSH key"
ok 'the disk is kept' test -e "$work/disk.img"

done_testing
