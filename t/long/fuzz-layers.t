#!/bin/sh
# Fuzzing: mutated headers of LUKS and bcache are read for VT_TEST_FUZZ_SECONDS
# (default 60), with sanitizers.
. "$(dirname "$0")/../lib.sh"
need clang python3 make

seconds=${VT_TEST_FUZZ_SECONDS:-60}
build=$work/build
sanitize=address,undefined
cd "$top" || exit 3
echo 'int LLVMFuzzerTestOneInput(const char *d, long n); int LLVMFuzzerTestOneInput(const char *d, long n) { return !d && n; }' >"$work/probe.c"
clang -fsanitize=fuzzer -o "$work/probe" "$work/probe.c" 2>/dev/null ||
	skip_all 'clang has no libFuzzer (libclang-rt-dev)'
run make CC=clang BUILD="$build" SANITIZE="fuzzer-no-link,$sanitize" \
	"$build/libvt.a" "$build/t/fuzz/layers.o"
status_is 0 'the harness is built' || { done_testing; }
run clang -fsanitize="fuzzer,$sanitize" -o "$work/fuzz" \
	"$build/t/fuzz/layers.o" "$build/libvt.a" -lcrypto
status_is 0 'and linked'

mkdir "$work/corpus" && cd "$work/corpus" || exit 3
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

cd "$work" || exit 3
run ./fuzz corpus -max_len=40960 -timeout=20 -rss_limit_mb=2048 \
	-max_total_time="$seconds" -print_final_stats=1
status_is 0 'no mutated header crashes, hangs or leaks'
diag "$(grep number_of_executed_units err)"
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' err)
ok 'the fuzzer has run' [ "${runs:-0}" -gt 1000 ]
done_testing
