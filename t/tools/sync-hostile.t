#!/bin/sh
# vt-sync: hostile metadata, and symbolic links in the directory.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

stream 20260101 5000
start_server
mirror
status_is 0 "a mirror"
cp -r "$m" "$work/before"
echo outside >"$work/outside"
products=$origin/streams/v1/com.ubuntu.maas:stable:v3:download.json
cp "$products" "$work/products"

# lie CODE: add a version to the products file, changed by CODE
lie() {
	"$python" - "$work/products" "$products" "$1" <<-'P'
		import json, sys
		j = json.load(open(sys.argv[1]))
		p = j["products"]["com.ubuntu.maas.stable:v3:boot:24.04:amd64:ga-24.04"]
		p["versions"]["20260102"] = v = json.loads(json.dumps(p["versions"]["20260101"]))
		i = v["items"]["squashfs"]
		exec(sys.argv[3])
		json.dump(j, open(sys.argv[2], "w"))
	P
}
refused() { # REGEX NAME CODE
	lie "$3"
	mirror
	status_is 2 "$2 is refused"
	has "$work/err" "$1" "$2: says why"
	ok "$2: nothing changed" diff -r -x .vt-sync "$work/before" "$m"
}
inside='has no valid path inside'
refused "$inside" "a path upward" 'i["path"] = "../outside"'
refused "$inside" "a path up and down" 'i["path"] = "noble/../../outside"'
refused "$inside" "an absolute path" 'i["path"] = "/etc/motd"'
refused "$inside" "an empty part" 'i["path"] = "noble//squashfs"'
refused "$inside" "a dot" 'i["path"] = "noble/./squashfs"'
refused "$inside" "a file of ours" 'i["path"] = ".vt-sync/placed"'
refused "$inside" "the index" 'i["path"] = "streams/v1/index.json"'
refused "$inside" "the lock" 'i["path"] = "vmtest-images.lock"'
refused "$inside" "a control character" 'i["path"] = "noble/a\nb"'
refused "$inside" "a name of 300 bytes" 'i["path"] = "n" * 300'
refused "$inside" "a path of 600 bytes" 'i["path"] = "n/" * 300 + "x"'
refused "$inside" "a path that is no text" 'i["path"] = 7'
refused "no valid sha256" "md5 alone" 'i["md5"] = "0" * 32; del i["sha256"]'
refused "no valid sha256" "a short sha256" 'i["sha256"] = "ab"'
refused "no valid sha256" "a sha256 with a path" 'i["sha256"] = "../" + "a" * 61'
refused "no valid size" "no size" 'del i["size"]'
refused "no valid size" "a negative size" 'i["size"] = -1'
refused "different size" "two sizes of one content" \
	'i["size"] = 5001; i["path"] = "noble/x"; v["items"]["b"] = dict(i, size=5000, path="noble/y")'
refused "products:1.0" "another format" 'j["format"] = "products:9"'

lie 'p["versions"] = 7; j["products"]["x"] = [1]; j["products"]["y"] = {"versions": {"1": {"items": {"a": 3}}}}'
mirror
status_is 0 "things of other types are no items"

index=$origin/streams/v1/index.json
cp "$index" "$work/index"
bad_index() { # REGEX NAME SED
	sed "$3" "$work/index" >"$index"
	mirror
	status_is 2 "$2 is refused"
	has "$work/err" "$1" "$2: says why"
}
bad_index 'outside the server' "products elsewhere" \
	's#"streams/v1/com.*v3:download.json"#"../../../etc/passwd"#'
bad_index 'invalid stream id' "an id with a slash" \
	's#"com.ubuntu.maas:stable:v3:download": {#"../../x": {#'
bad_index 'invalid stream id' "the id 'index'" \
	's#"com.ubuntu.maas:stable:v3:download": {#"index": {#'
bad_index 'unknown format' "another format" 's/index:1.0/index:7/'
cp "$work/index" "$index"
cp "$work/products" "$products"
mirror
status_is 0 "the honest one is taken again"
good "and is whole"

# the same path with other contents: the old file is kept until it is unused
"$python" - "$origin" <<'P'
import hashlib, json, os, sys
top = sys.argv[1]
path = "noble/amd64/20260101/squashfs"
data = os.urandom(6000)
open(os.path.join(top, path), "wb").write(data)
name = top + "/streams/v1/com.ubuntu.maas:stable:v3:download.json"
j = json.load(open(name))
for p in j["products"].values():
    for v in p["versions"].values():
        for i in v["items"].values():
            if i["path"] == path:
                i.update(size=6000, sha256=hashlib.sha256(data).hexdigest())
json.dump(j, open(name, "w"))
P
mirror
status_is 0 "other contents under a path that is in use"
good "leave a whole mirror"
run vt-sync query -o '%(item_url)s' "$m" release=noble ftype=squashfs
is "$(sort -u "$work/out" | wc -l)" 1 "of the new one"
ok "to the byte" cmp "$origin/noble/amd64/20260101/squashfs" \
	"$(head -n 1 "$work/out")"

# a server that replaces its files during the sync
rm -rf "$m" "$origin"
stream 20260101 5000
cat >"$work/move" <<E2
[ ! -e "$work/moved" ] || exit 0
touch "$work/moved"
rm -rf "$origin/noble/amd64/20260101"
"$python" "$top/t/fault/stream.py" "$work/new" 20260102 5000 \
	"Tue, 06 Jan 2026 12:00:00 +0000"
cp -r "$work/new/." "$origin/"
rm -rf "$origin"/*/*/20260101
E2
echo "20260101 run $work/move times=1" >"$rules"
mirror
status_is 0 "a server that changes under the sync"
good "gives a whole mirror"
run vt-sync query -o '%(version_name)s' "$m" release=noble
is "$(sort -u "$work/out")" 20260102 "of what it has by then"
: >"$rules"

# links in the directory
rm -rf "$m"
mkdir -p "$m" "$work/elsewhere"
ln -s "$work/elsewhere" "$m/noble"
mirror
status_is 3 "a link in the way"
is "$(find "$work/elsewhere" -type f | wc -l)" 0 "is not followed"
rm "$m/noble"
mirror
status_is 0 "without it"
f=$(find "$m/noble" -name squashfs)
cp "$f" "$work/elsewhere/x"
rm "$f"
ln -s "$work/elsewhere/x" "$f"
run vt-sync verify "$m"
status_is 1 "a link to the same contents is no file"
mirror
status_is 0 "and is replaced"
ok "by a file" test ! -L "$f"
ln -s "$m" "$work/link"
run vt-sync verify "$work/link"
status_is 0 "the directory itself may be a link"

# a disk that is too small: a tmpfs in a mount namespace
rm -rf "$m"
cat >"$work/small" <<'E2'
set -e
mkdir -p "$1"
mount -t tmpfs -o size=60k tmpfs "$1"
set +e
shift
"$@"
E2
if unshare -rm sh "$work/small" "$work/tiny" true 2>/dev/null; then
	run unshare -rm sh "$work/small" "$work/tiny" vt-sync mirror \
		--unsigned --arches amd64 --source "$url" "$work/tiny"
	status_is 3 "a disk that is too small"
	has "$work/err" 'not enough disk space .* needed, .* available' "says so at once"
	run unshare -rm sh "$work/small" "$work/tiny" vt-sync mirror \
		--unsigned --arches amd64 --source "$url" "$work/tiny" \
		ftype=boot-kernel release=noble
	status_is 0 "what fits, fits"
else
	skip "a disk that is too small" "no user namespaces"
fi
done_testing
