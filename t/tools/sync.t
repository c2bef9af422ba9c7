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

# the next version is the newest, also in the third run of a day, when the name
# of the first is free again, and after a clock that was ahead
newest() { # [FILTER...]: "VERSION CONTENT" of all versions that are kept
	vt-sync query -o '%(version_name)s %(path)s' "$m" ftype=boot-kernel "$@" |
		while read -r version path; do
			echo "$version $(cat "$m/$path")"
		done
}
rm -rf "$m"
day=$(date -u +%Y%m%d)
for i in 1 2 3 4; do
	echo "day $i" >"$work/kernel"
	publish
done
has "$work/err" "published .* $day\.003 " "the fourth version of a day is published"
is "$(newest)" "$day.003 day 4" "... and is the one that is kept"
publish
has "$work/err" 'already published$' "once more: it is already published"
echo "day 3" >"$work/kernel"
publish --max 2
is "$(newest | head -n 1)" "$day.004 day 3" "an older version's files are a new version"
sed -i "s/\"$day\.004\": {/\"20991231\": {/" "$m"/streams/v1/vt.local*.json
echo "clock" >"$work/kernel"
publish
is "$(newest)" "20991231.001 clock" "a version from the future is not newer"
sed -i 's/"20991231.001": {/"20991231.999": {/' "$m"/streams/v1/vt.local*.json
echo "clock 2" >"$work/kernel"
publish
is "$(newest)" "20991231.999.001 clock 2" "the thousandth version of a day"
rm "$m"/r1/amd64/*/boot-kernel
publish
is "$(newest)" "20991231.999.002 clock 2" "lost files are published again"

# products that differ in what tests ask for are different
rm -rf "$m"
mine() { # RELEASE [ARG...]: the example of the man page
	release=$1
	shift
	run vt-sync publish --set os=debian --set release="$release" \
		--set arch=amd64 "$@" "$m" boot-kernel="$work/kernel"
}
mine mine
mine other
status_is 0 "the same files for another release"
has "$work/err" ': published .*:other:' "... are published"
mine mine --set krel=k
mine mine --set kflavor=f
is "$(newest | cut -d' ' -f1 | sort | uniq -c | tr -s ' \n' ' ')" \
	" 2 $day 1 $day.001 1 $day.002 " "four products: no file replaces another"
run vt-sync verify "$m"
status_is 0 "... and all are whole"
mine mine --set kpackage=p
has "$work/err" 'already published; its attributes were changed$' \
	"other attributes with the same files"
is "$(newest kpackage=p)" "$day clock 2" "... are there"

rm -rf "$m"
echo "kernel 3" >"$work/kernel"
publish
for f in release=r1 release!=x 'release~^r' 'release!~x' kpackage= 'size~^9$'; do
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
for f in relase=r1 relase!=r1 'relase~.'; do
	run vt-sync query "$m" "$f"
	status_is 2 "the unknown key of $f"
	has "$work/err" "no item has an attribute 'relase': did you mean 'release'" \
		"... is suggested"
done
publish --set team=x
run vt-sync query -o '%(team)s' "$m" team=x ftype=boot-kernel
is "$(cat "$work/out")" x "an attribute of the user's own"
run vt-sync query -o '%(taem)s' "$m"
status_is 2 "an unknown field"
has "$work/err" "did you mean 'team'" "... is suggested"
is "$(cat "$work/out")" "" "... and nothing printed"
for f in '%(path' '%(path)d' '%()s' '%(path)999s' '%d' '100%' 'a\b'; do
	run vt-sync query -o "$f" "$m"
	status_is 2 "the format $f"
done
run vt-sync query -o '%(release)s\n%(arch)-6s|%%\t\\\n' "$m" ftype=boot-kernel
is "$(cat "$work/out")" "r1
amd64 |%	\\" "a format with escapes"
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
status_is 2 "a missing file"
: >"$work/empty"
run vt-sync publish "$m" boot-kernel="$work/empty"
status_is 2 "an empty file"
has "$work/err" "cannot publish '.*/empty': it is empty" "... is named"
run vt-sync publish "$m" x="$work"
status_is 2 "a directory"

# What is no JSON, another file's name, or would replace something.
vt-sync query "$m" >"$work/before"
for o in --set=versions=x "--set=team=$(printf 'a\377')" \
	"--product=$(printf 'p\377')" --product= \
	"--content-id=$(printf 'i\377')" --content-id= --content-id=index \
	--content-id=../i --content-id=a/b; do
	publish "$o"
	status_is 2 "publish $(printf %s "$o" | tr '\377' '?')"
done
run vt-sync publish "$m" x="$work/root" x="$work/kernel"
status_is 2 "an item that is given twice"
has "$work/err" "the item 'x' is given twice" "... is named"
is "$(vt-sync query "$m")" "$(cat "$work/before")" "nothing was changed"

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
