#!/bin/sh
# Fuzzing: vt-extract reads mutated archives for VT_TEST_FUZZ_SECONDS (default
# 60), with sanitizers.
. "$(dirname "$0")/../lib.sh"
need clang perl tar make

seconds=${VT_TEST_FUZZ_SECONDS:-60}
build=$work/build
parts=
for part in untar member nameset sentinel sink_dir sink_tar; do
	parts="$parts $build/src/collect/$part.o"
done
sanitize=address,undefined
cd "$top" || exit 3
echo 'int LLVMFuzzerTestOneInput(const char *d, long n); int LLVMFuzzerTestOneInput(const char *d, long n) { return !d && n; }' >"$work/probe.c"
clang -fsanitize=fuzzer -o "$work/probe" "$work/probe.c" 2>/dev/null ||
	skip_all 'clang has no libFuzzer (libclang-rt-dev)'
# shellcheck disable=SC2086
run make CC=clang BUILD="$build" SANITIZE="fuzzer-no-link,$sanitize" \
	"$build/libvt.a" "$build/t/fuzz/extract.o" $parts
status_is 0 'the harness is built' || { done_testing; }
# shellcheck disable=SC2086
run clang -fsanitize="fuzzer,$sanitize" -o "$work/fuzz" \
	"$build/t/fuzz/extract.o" $parts "$build/libvt.a" \
	-larchive -lqcow -lyaml -ljansson -lcrypto
status_is 0 'and linked'

mkdir "$work/corpus" "$work/tree" "$work/tmp"
cd "$work/tree" || exit 3
echo hi >f && ln -s f l && ln f h && mkdir -p d/e
printf x | dd of=sparse bs=1 seek=100000 status=none
for format in gnu pax; do
	tar --format=$format -S -cf "$work/corpus/$format" .
done
for version in 0.0 0.1 1.0; do
	tar --format=pax --sparse-version=$version -S \
		-cf "$work/corpus/sparse$version" sparse
done
for format in ustar v7; do
	tar --format=$format -cf "$work/corpus/$format" f l h d
done
tar=$top/t/mktar.pl
end='f vt-sentinel.json {"format":1,"scripts":[{"name":"a","status":0}]}'
perl "$tar" 'd ./' 'f ./a 1' 'x b 2' 'h c a' 'l d /etc' "$end" end \
	>"$work/corpus/good"
perl "$tar" 'S big 8000' 'f {a*150} 1' 'c dev' 'p fifo' "$end" end \
	>"$work/corpus/odd"
perl "$tar" 'f symlinks.txt x' 'l a b' 'f ../x y' 'd a' 'f a/b 2' end \
	>"$work/corpus/bad"
truncate -s '<16384' "$work"/corpus/*

cd "$work" || exit 3
run env TMPDIR="$work/tmp" ./fuzz corpus -max_len=16384 -timeout=20 \
	-rss_limit_mb=2048 -max_total_time="$seconds" -print_final_stats=1
status_is 0 'no mutated archive crashes, hangs, leaks or leaves its directory'
diag "$(grep number_of_executed_units err)"
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' err)
ok 'the fuzzer has run' [ "${runs:-0}" -gt 1000 ]
done_testing
