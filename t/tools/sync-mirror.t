#!/bin/sh
# vt-sync mirror of a signed stream: selection, sharing and removal of files,
# verify, clean.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

stream 20260101,20260102 20000
make_key good
sign good
start_server
signed() {
	run vt-sync mirror --arches amd64 --keyring "$work/good.gpg" \
		--source "$url/streams/v1/index.sjson" "$@"
}
signed "$m"
status_is 0 "a signed stream is mirrored"
good "and verifies"
run vt-sync query -o '%(version_name)s' "$m"
is "$(sort -u "$work/out")" 20260102 "the newest version alone"
is "$(find "$m" -name squashfs | wc -l)" 2 "one squashfs a release"
is "$(find "$m" -name boot-kernel | wc -l)" 4 "a kernel for each of its own"
is "$(find "$m" -path '*arm64*' | wc -l)" 0 "no other architecture"
is "$(find "$m" -name grub2.tar.xz | wc -l)" 0 "no other kinds of items"
is "$(find "$m" -name root-tgz | wc -l)" 1 "CentOS's root-tgz"
is "$(requests 'squashfs ')" 2 "shared files are fetched once"
ok "the reference finds its file" test -f "$m/streams/v1/vmtest.json"
run vt-sync query --max 1 -o '%(version)6s|%(release)-8s|' "$m" \
	release=noble ftype=squashfs subarch=ga-24.04
is "$(cat "$work/out")" " 24.04|noble   |" "formats with widths"
run vt-sync query --json "$m" release=noble ftype=squashfs
has "$work/out" '"item_url": "/.*noble/amd64/20260102/squashfs"' "item_url"

: >"$log"
signed "$m"
status_is 0 "again"
has "$work/err" 'up to date' "nothing to do"
is "$(wc -l <"$log") $(requests ' 304 ')" "4 4" \
	"one conditional request for each file of metadata"

stream 20260101,20260102,20260103 20000
sign good
: >"$log"
signed --dry-run "$m"
has "$work/out" '^fetch noble/amd64/20260103/squashfs 20000$' "--dry-run"
has "$work/out" '^remove .*24.04:amd64:ga-24.04 20260102$' "and what goes"
is "$(requests 20260103)" 0 "which fetches no file"
ok "and changes nothing" test ! -e "$m/noble/amd64/20260103"
signed "$m"
status_is 0 "a new version"
good "verifies"
is "$(find "$m" -path '*20260102*' | wc -l)" 0 "the old one is gone"
is "$(find "$m" -path '*20260103*' -type f | wc -l)" 13 "the new one is there"
signed --max 2 "$m" release=noble
run vt-sync query -o '%(release)s %(version_name)s' "$m" ftype=squashfs
is "$(sort -u "$work/out" | tr '\n' ,)" \
	"jammy 20260103,noble 20260102,noble 20260103," \
	"other filters add to what is there"
is "$(find "$m/.vt-sync/parts" "$m/.vt-sync/whole" -type f | wc -l)" 0 \
	"nothing is left over"

# files that others changed
rm "$m/noble/amd64/20260103/squashfs"
signed "$m"
status_is 0 "a file that is missing"
good "comes back"
f=$m/jammy/amd64/20260103/squashfs
cp "$f" "$f.x" && printf x | dd of="$f.x" conv=notrunc 2>/dev/null &&
	mv "$f.x" "$f"
run vt-sync verify "$m"
status_is 1 "verify finds a changed one"
has "$work/err" 'squashfs.*sha256' "and names it"
run vt-sync verify --repair "$m"
status_is 0 "verify --repair"
good "which repairs it"

run vt-sync verify --repair "$work/none"
status_is 3 "verify --repair of nothing"
ok "makes nothing" test ! -e "$work/none"

# no server
url_was=$url
kill $servers && servers=
signed "$m"
status_is 0 "without a server, with everything there"
has "$work/err" 'warning.*index.sjson' "is a warning"
rm "$m/noble/amd64/20260103/squashfs"
signed "$m"
status_is 3 "with something missing, an error"
has "$work/err" 'noble/amd64/20260103/squashfs.*127.0.0.1' "that names it"
run vt-sync mirror --keyring "$work/good.gpg" --source "$url_was" "$work/n"
status_is 3 "and with nothing there"

# cleaning
signed "$m" 2>/dev/null
echo junk >"$m/.vt-sync/parts/junk"
touch "$m/mine"
run vt-sync clean "$m"
status_is 0 "clean"
ok "removes parts" test ! -e "$m/.vt-sync/parts/junk"
ok "and nothing of others" test -e "$m/mine"
run vt-sync clean "$work"
status_is 3 "clean leaves directories alone that are not ours"
# products without an architecture, and a server that has nothing suitable
odd=$work/odd
echo root >"$work/file"
run vt-sync publish --set os=any --set release=r "$odd" squashfs="$work/file"
run vt-sync publish --set os=any --set release=r --set arch=s390x "$odd" \
	root.img="$work/file"
start_server "$odd"
take() { # DIR [ARG...]
	run vt-sync mirror --unsigned --source "$url/streams/v1/index.json" "$@"
}
take --arches arm64 "$work/m1"
status_is 0 "a product that states no architecture"
is "$(vt-sync query -o '%(ftype)s' "$work/m1")" squashfs "... fits every machine"
take --arches '' "$work/m2" ftype~.
status_is 0 "--arches ''"
is "$(vt-sync query -o '%(ftype)s' "$work/m2" | sort | tr '\n' ' ')" \
	"root.img squashfs " "... is no filter"
take --arches amd64 "$work/m3" ftype=boot-kernel
status_is 2 "nothing matches"
has "$work/err" "nothing on the server matches .*index.json' has 2 items" \
	"... is an error"
has "$work/err" "'ftype=boot-kernel' leaves out 2 items: squashfs, root.img" \
	"... that says what there is"
has "$work/err" "'arch~.*' leaves out 1 item: s390x" "... for each filter"
take "$work/m3" 'relase!=r'
status_is 2 "an unknown filter key"
has "$work/err" "did you mean 'release'" "... is suggested"
sed -i 's/"sha256": "[0-9a-f]*"/"md5": "0"/' "$odd"/streams/v1/vt*.json
take --arches amd64 "$work/m3" ftype=boot-kernel
status_is 2 "a server with md5 alone"
has "$work/err" "2 items have no sha256, and cannot be mirrored; the first is 'squashfs' of 'vt" \
	"... is told so"
take --arches '' "$work/m3" ftype~.
status_is 2 "... also when they match"
has "$work/err" 'no valid sha256 .an md5 is not enough' "... with the reason"

done_testing
