#!/bin/sh
# IMAGE_SYNC: vt-rules runs vt-sync to download the images that a test needs.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

stream 20260101 3000
make_key good
sign good
start_server
mkdir -p "$work/d/tests"
echo 'storage: {version: 1, config: []}' >"$work/d/tests/a.yaml"
cat >"$work/d/a.yaml" <<'Y'
conf_file: tests/a.yaml
distro: ubuntu
release: noble
arch: amd64
Y
cd "$work/d" || exit 3
export IMAGE_DIR="$m" IMAGE_SRC_URL="$url" IMAGE_SRC_KEYRING="$work/good.gpg"
vm=$work/t/a/install/vm.yaml
run vt-rules -t "$work/t" .
has "$vm" 'missing:.*make sync-images' "without IMAGE_SYNC nothing is synced"
is "$(requests .)" 0 "and no server asked"
run env CURTIN_VMTEST_IMAGE_SYNC=1 vt-rules -t "$work/t" .
status_is 0 "with it"
has "$vm" "kernel: .*$m/noble/amd64/20260101/.*boot-kernel" "there is an image"
is "$(requests jammy)" 0 "and nothing else is fetched"
good "of a whole mirror"
kill $servers && servers=
run env VT_IMAGE_SYNC=true vt-rules -t "$work/t" .
status_is 0 "without a server"
has "$work/err" 'warning.*using the cached copy' "it is a warning"
run env VT_IMAGE_SYNC=false vt-rules -t "$work/t" .
hasnt "$work/err" 'warning' "and none when it is off"

# the newest version lacks an item: the newest complete one is used
for items in 'boot-kernel boot-initrd squashfs' 'boot-kernel squashfs'; do
	echo "$items" >"$work/file"
	# shellcheck disable=SC2046
	run vt-sync publish --max 2 --set os=ubuntu --set release=noble \
		--set arch=amd64 --set krel=noble --set kflavor=generic \
		"$work/own" $(printf "%s=$work/file " $items)
done
is "$(vt-sync query -o '%(version_name)s' "$work/own" | sort -u | wc -l)" 2 \
	"the newest of two versions has no initrd"
run env IMAGE_DIR="$work/own" vt-rules -t "$work/t" .
has "$vm" "kernel: .*$work/own/noble/amd64/[0-9]{8}/boot-kernel" \
	"tests use the older one"

# an image for special hardware is only for tests that ask for it
for subarches in raspi2 generic,ga-24.04; do
	echo "$subarches" >"$work/file"
	# shellcheck disable=SC2046
	run vt-sync publish --product "p:$subarches" --set os=ubuntu \
		--set release=noble --set arch=amd64 --set krel=noble --set kflavor=generic \
		--set subarch="${subarches##*,}" --set subarches="$subarches" \
		"$work/$subarches" $(printf "%s=$work/file " boot-kernel \
			boot-initrd squashfs)
done
run env IMAGE_DIR="$work/raspi2" vt-rules -t "$work/t" .
has "$vm" 'missing:.*no image' "not for this one"
run env IMAGE_DIR="$work/generic,ga-24.04" vt-rules -t "$work/t" .
has "$vm" 'kernel: .*/generic,ga-24.04/noble/' "a generic one is"
echo 'subarch: raspi2' >>a.yaml
run env IMAGE_DIR="$work/raspi2" vt-rules -t "$work/t" .
has "$vm" 'kernel: .*/raspi2/noble/' "and for this one now"

# make sync-images
start_server
run make -s -C "$top" sync-images VT_IMAGE_DIR="$work/made" \
	VT_IMAGE_SRC_URL="$url" VT_IMAGE_SRC_KEYRING="$work/good.gpg" \
	FILTERS='release~(noble|nothing) arch=arm64'
status_is 0 "make sync-images"
is "$(find "$work/made" -name squashfs)" \
	"$work/made/noble/arm64/20260101/squashfs" "syncs what FILTERS says"
done_testing
