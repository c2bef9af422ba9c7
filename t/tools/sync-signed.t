#!/bin/sh
# vt-sync and signatures: only metadata with one good signature is accepted, and
# none that is older than before.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

stream 20260101 3000
make_key good
make_key other
make_key expired seconds=1
start_server
index=$origin/streams/v1/index.sjson
signed() {
	run vt-sync mirror --arches amd64 --keyring "${keys:-$work/good.gpg}" \
		--source "$url/streams/v1/index.sjson" "$m" "$@"
}
refused() { # REGEX NAME
	rm -rf "$m"
	signed
	status_is 2 "$2"
	has "$work/err" "$1" "$2: says why"
	ok "$2: nothing is mirrored" test ! -e "$m/streams"
}

sign good
signed
status_is 0 "a good signature"
good "is mirrored"
sign other
refused 'index.sjson.*not in the keyring' "another key"
sign good other
refused 'not in the keyring' "a second signature by an unknown key"
cat "$work/good.gpg" "$work/other.gpg" >"$work/both.gpg"
keys=$work/both.gpg refused 'one signature' "two good signatures"

sign good
cp "$index" "$work/index.good"
sed -i 's/"index:1.0"/"index:1.0" /' "$index"
refused 'changed after signing' "a changed text"
{
	cat "$work/index.good"
	echo '{"format": "index:1.0", "index": {}}'
} >"$index"
signed
is "$status" 0 "text behind the signature is not read"
ok "what is signed is" test -d "$m/streams"
cat "$work/index.good" "$work/index.good" >"$index"
refused 'signature of' "two signed texts"
cp "$origin/streams/v1/index.json" "$index"
refused 'not signed' "no signature at all"
head -c 300 "$work/index.good" >"$index"
refused 'signature of|not signed' "half of a signed text"
cp "$work/index.good" "$index"
cp "$origin/streams/v1/com.ubuntu.maas:stable:v3:download.json" \
	"$origin/streams/v1/com.ubuntu.maas:stable:v3:download.sjson"
refused 'v3:download.sjson.*not signed' "unsigned products of a signed index"

# expired keys: gpg signs with them only at a faked earlier time
gpg --batch --quiet --yes --faked-system-time 20200101T000000 --passphrase '' \
	--quick-generate-key old@example.invalid ed25519 sign 20200201T000000 \
	2>/dev/null
gpg --batch --export old@example.invalid >"$work/old.gpg"
gpg --batch --quiet --yes --faked-system-time 20200110T000000 \
	--local-user old@example.invalid --clearsign --output "$index" \
	"$origin/streams/v1/index.plain" 2>/dev/null
keys=$work/old.gpg refused 'expired' "an expired key"
sign good
fpr=$(gpg --list-keys --with-colons good@example.invalid |
	awk -F: '/^fpr/ { print $10; exit }')
sed 's/^:-----/-----/' "$GNUPGHOME/openpgp-revocs.d/$fpr.rev" >"$work/rev"
gpg --batch --quiet --no-default-keyring --keyring "$work/revoked.kbx" \
	--import "$work/good.gpg" "$work/rev" 2>/dev/null
gpg --batch --no-default-keyring --keyring "$work/revoked.kbx" --export \
	>"$work/revoked.gpg"
keys=$work/revoked.gpg refused 'revoked' "a revoked key"
gpg --batch --quiet --yes --digest-algo SHA1 --local-user good@example.invalid \
	--clearsign --output "$index" "$origin/streams/v1/index.plain" \
	2>/dev/null
if grep -q 'Hash: SHA1' "$index"; then
	refused 'signature of' "a signature over SHA-1"
else
	skip "a signature over SHA-1" "this gpg makes none"
fi

# keyrings
sign good
gpg --batch --armor --export good@example.invalid >"$work/armored"
keys=$work/armored signed
status_is 3 "an armored keyring"
has "$work/err" 'dearmor' "says what to do"
keys=$work/none signed
status_is 3 "no keyring"
has "$work/err" 'IMAGE_SRC_KEYRING' "names the setting"
: >"$work/empty"
keys=$work/empty signed
status_is 3 "an empty keyring"
run env IMAGE_SRC_KEYRING="$work/good.gpg" IMAGES_TO_KEEP=1 \
	IMAGE_SRC_URL="$url/" vt-sync mirror --arches amd64 "$work/byenv"
status_is 0 "IMAGE_SRC_URL and IMAGE_SRC_KEYRING"
cd "$work" && keys=good.gpg signed
status_is 0 "a keyring by a relative name"
cd "$top" || exit 3

# unsigned streams
run vt-sync mirror --source "$url/streams/v1/index.json" "$work/u"
status_is 2 "an unsigned stream"
has "$work/err" '--unsigned' "has to be asked for"
run vt-sync mirror --unsigned --source "$url/streams/v1/index.sjson" "$work/u"
status_is 2 "--unsigned with a signed one"
run vt-sync mirror --unsigned --arches amd64 --source "$url" "$work/u"
status_is 0 "--unsigned with an unsigned one"
run vt-sync query --keyring "$work/good.gpg" --max 1 -o '%(item_url)s' \
	"$url/streams/v1/index.sjson" release=noble ftype=squashfs arch=arm64
is "$(sort -u "$work/out")" "$url/noble/arm64/20260101/squashfs" \
	"query of a server"
run vt-sync query --keyring "$work/other.gpg" "$url/streams/v1/index.sjson"
status_is 2 "which is checked as well"

# rollback
rm -rf "$m"
stream 20260101,20260102 3000 "Tue, 06 Jan 2026 10:00:00 +0000" && sign good
signed
stream 20260101 3000 "Mon, 05 Jan 2026 09:00:00 +0000" && sign good
signed
status_is 2 "an older index"
has "$work/err" 'older.*--allow-rollback' "is refused"
good "what is there stays"
signed --allow-rollback
status_is 0 "unless asked for"

# our own streams, signed
echo kernel >"$work/kernel"
run vt-sync publish --sign good@example.invalid --set release=r \
	--set arch=amd64 --set os=o "$work/own" boot-kernel="$work/kernel"
status_is 0 "publish --sign"
has "$work/own/streams/v1/vt.local:v3:download.sjson" '^ *"boot-kernel": \{' \
	"its text is a stream's, whoever reads it"
start_server "$work/own"
run vt-sync mirror --arches amd64 --keyring "$work/good.gpg" \
	--source "$url/streams/v1/index.sjson" "$work/copy"
status_is 0 "can be mirrored"
ok "to the byte" cmp "$work/kernel" "$(find "$work/copy/r" -name boot-kernel)"
echo other >"$work/kernel"
run vt-sync publish --set release=r --set arch=amd64 --set os=o \
	"$work/own" boot-kernel="$work/kernel"
status_is 2 "a signed tree is not changed unsigned"
run vt-sync publish --sign nobody --set release=r --set arch=amd64 \
	--set os=o "$work/own2" boot-kernel="$work/kernel"
status_is 3 "without the key"
has "$work/err" 'gpg' "gpg says why"
done_testing
