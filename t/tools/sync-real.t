#!/bin/sh
# vt-sync with the images that 'make image' built: a signed mirror over HTTP,
# killed once and resumed.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

images=$user_images
[ -f "$images/streams/v1/index.json" ] || skip_all "no images: 'make image'"
mkdir -p "$origin/streams/v1"
for d in "$images"/*/; do
	[ "$(basename "$d")" = streams ] || ln -s "$(realpath "$d")" "$origin/"
done
cp "$images"/streams/v1/*.json "$origin/streams/v1"
sed 's#\(streams/v1/.*\)\.json"#\1.sjson"#' "$origin/streams/v1/index.json" \
	>"$origin/streams/v1/index.plain"
make_key good
sign good
start_server
signed() {
	vt-sync mirror --keyring "$work/good.gpg" --arches amd64 \
		--source "$url/streams/v1/index.sjson" "$m" 'ftype~.'
}
echo "(squashfs|root-tgz)$ drip 60000000" >"$rules"
signed 2>"$work/err" &
pid=$!
some_came() { find "$m" -path '*/parts/*' -size +20M | grep .; }
wait_until 10 some_came
kill -KILL $pid
wait $pid 2>/dev/null
: >"$rules"
parts=$(find "$m/.vt-sync/parts" -type f -size +0 ! -name '*.from' | wc -l)
had=$(cat "$m"/.vt-sync/parts/* "$m"/.vt-sync/whole/* 2>/dev/null | wc -c)
: >"$log"
run signed
status_is 0 "real images are mirrored after a kill"
good "and verify"
n=$(requests ' 206 ') # a part may have been whole
[ "$n" -ge 1 ] && [ "$n" -le "$parts" ]
result $? "parts went on from where they were ($n of $parts)"
all=$(find "$m" -type f -path '*amd64*' -print0 | xargs -0 cat | wc -c)
[ "$(sent)" -lt $((all - had + 1000000)) ]
result $? "nothing came twice ($all bytes, $had were there, $(sent) came)"
vt-sync query -o '%(path)s' "$images" 'ftype~.' arch=amd64 |
	while read -r path; do
		cmp "$images/$path" "$m/$path" || echo "$path"
	done >"$work/differ" 2>&1
is "$(cat "$work/differ")" "" "each is the same to the byte"
run vt-sync query -o '%(sha256)s %(size)s' "$m" 'ftype~.'
sort "$work/out" >"$work/a"
vt-sync query -o '%(sha256)s %(size)s' "$images" 'ftype~.' arch=amd64 |
	sort >"$work/b"
ok "and so is what streams say of them" cmp "$work/a" "$work/b"
: >"$log"
run signed
is "$status $(requests ' 304 ') $(wc -l <"$log")" "0 2 2" \
	"again: two conditional requests"
done_testing
