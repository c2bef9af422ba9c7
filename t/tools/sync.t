#!/bin/sh
# vt-sync publish and query.
. "$(dirname "$0")/../lib.sh"

m=$work/mirror
for f in kernel initrd root; do echo "$f 1" >"$work/$f"; done
publish() {
	run vt-sync publish --set os=debian --set release=r1 --set arch=amd64 \
		--set version=1 --set subarch=ga "$@" "$m" \
		boot-kernel="$work/kernel" boot-initrd="$work/initrd" \
		squashfs="$work/root"
}
publish
status_is 0 "published"
run vt-sync query "$m"
is "$(wc -l <"$work/out")" 3 "three items"
run vt-sync query -o '%(sha256)s %(size)s' "$m" ftype=squashfs
is "$(cat "$work/out")" "$(sha256sum <"$work/root" | cut -c1-64) 7" \
	"with checksum and size"
run vt-sync query -o '%(path)s' "$m" item_name=boot-kernel
ok "the file stands at its path" cmp "$work/kernel" "$m/$(cat "$work/out")"
before=$(find "$m" -type f -printf '%p %T@\n' | sort)
publish
status_is 0 "published again"
is "$(find "$m" -type f -printf '%p %T@\n' | sort)" "$before" \
	"unchanged files change nothing"

echo "kernel 2" >"$work/kernel.new"
mv "$work/kernel.new" "$work/kernel"
publish --max 2
run vt-sync query -o '%(version_name)s' "$m" ftype=boot-kernel
is "$(wc -l <"$work/out")" 2 "two versions are kept when asked to"
run vt-sync query --max 1 --json "$m" ftype=boot-kernel
ok "--json is JSON, the newest version in it" perl -MJSON::PP -0777 -e \
	'my $j = decode_json(<STDIN>); exit !(@$j == 1 &&
	$j->[0]{release} eq "r1" && $j->[0]{sha256} eq $ARGV[0])' \
	"$(sha256sum <"$work/kernel" | cut -c1-64)" <"$work/out"
echo "kernel 3" >"$work/kernel.new"
mv "$work/kernel.new" "$work/kernel"
publish
run vt-sync query -o '%(version_name)s' "$m" ftype=boot-kernel
is "$(wc -l <"$work/out")" 1 "one otherwise"
is "$(find "$m" -name boot-kernel | wc -l)" 1 "old files are gone"

for f in release=r1 release!=x 'release~^r' 'release!~x' nosuch= 'size~^9$'; do
	run vt-sync query "$m" ftype=boot-kernel "$f"
	status_is 0 "filter $f matches"
done
for f in release=r release!=r1 'release~x' 'arch!~64'; do
	run vt-sync query "$m" ftype=boot-kernel "$f"
	status_is 1 "filter $f does not"
done
run vt-sync query "$m" 'a~['
status_is 2 "a bad regex"
run vt-sync query "$m" 'release!~r\d'
status_is 2 "an escape that POSIX does not know"
run vt-sync query "$m" nonsense
status_is 2 "a bad filter"
run vt-sync query "$work/none"
status_is 3 "no images"
has "$work/err" "make image" "and what to do"
run vt-sync frobnicate
status_is 2 "an unknown command"
run vt-sync publish --set release=../../up --set arch=a "$m" x="$work/root"
status_is 2 "attributes cannot lead out of the mirror"
run vt-sync publish "$m" x="$work/none"
status_is 3 "a missing file"

# a hostile or broken tree
echo '{"format":"index:1.0","index":{"x":{"format":"products:1.0",
"path":"../../etc/passwd"}}}' >"$m/streams/v1/index.json"
run vt-sync query "$m"
status_is 2 "a path out of the mirror is refused"
echo '{"index":' >"$m/streams/v1/index.json"
run vt-sync query "$m"
status_is 2 "broken JSON"
has "$work/err" 'index.json:[0-9]+:[0-9]+' "with its position"
echo '[]' >"$m/streams/v1/index.json"
run vt-sync query "$m"
status_is 2 "JSON of another shape"

# concurrent publishers
rm -rf "$m"
for i in 1 2 3 4 5; do
	vt-sync publish --set release=p$i --set arch=amd64 --product "p$i" \
		"$m" boot-kernel="$work/kernel" 2>/dev/null &
	pids="${pids:-} $!"
done
for p in $pids; do wait "$p"; done
run vt-sync query -o '%(release)s' "$m"
is "$(sort "$work/out" | tr '\n' ' ')" "p1 p2 p3 p4 p5 " \
	"five publishers at once lose nothing"
done_testing
