#!/bin/sh
# Fuzzing: mutated headers of LUKS and bcache are read for VT_TEST_FUZZ_SECONDS
# (default 60), with sanitizers.
. "$(dirname "$0")/../lib.sh"
. "$top/t/long/fuzz-lib.sh"

ok 'the harness is built' fuzz_build layers '' -lcrypto
cd "$work/corpus" || exit 3
uuid=eb8a513e-3f9a-4aea-8c57-e2c22b0d8138
truncate -s 32K luks && "$top/t/tools/layers-image.py" luks luks 0 $uuid
for version in 0 1 3 4 5 6; do
	truncate -s 8K $version &&
		"$top/t/tools/layers-image.py" bcache $version 0 $version \
			$uuid 1 1
done
if PATH=$PATH:/sbin:/usr/sbin command -v cryptsetup >/dev/null; then
	echo secret >"$work/key"
	for type in luks1 luks2; do
		truncate -s 20M "$work/image"
		PATH=$PATH:/sbin:/usr/sbin cryptsetup luksFormat -q \
			--type $type --pbkdf pbkdf2 \
			--pbkdf-force-iterations 1000 \
			--key-file "$work/key" "$work/image"
		head -c 32K "$work/image" >$type
		rm "$work/image"
	done
fi

fuzz_run 40960 'no mutated header crashes, hangs or leaks'
done_testing
