# Run a libFuzzer target of t/fuzz with sanitizers, for VT_TEST_FUZZ_SECONDS
# (default 60). Source it after ../lib.sh; fill $work/corpus between the two.
#
#	fuzz_build NAME 'OBJECTS' 'LIBRARIES'
#	fuzz_run MAX_BYTES 'what no input does' [NAME=VALUE]...
need clang python3 make

build=$work/build
mkdir "$work/corpus"
echo 'int LLVMFuzzerTestOneInput(const char *d, long n); int LLVMFuzzerTestOneInput(const char *d, long n) { return !d && n; }' >"$work/probe.c"
clang -fsanitize=fuzzer -o "$work/probe" "$work/probe.c" 2>/dev/null ||
	skip_all 'clang has no libFuzzer (libclang-rt-dev)'

fuzz_build() (
	cd "$top" || exit 3
	sanitize=address,undefined
	# shellcheck disable=SC2086
	make CC=clang BUILD="$build" SANITIZE="fuzzer-no-link,$sanitize" \
		"$build/libvt.a" "$build/t/fuzz/$1.o" $2 >"$work/out" &&
		clang -fsanitize="fuzzer,$sanitize" -o "$work/fuzz" \
			"$build/t/fuzz/$1.o" $2 "$build/libvt.a" $3
)

fuzz_run() {
	max=$1 what=$2
	shift 2
	cd "$work" || exit 3
	run env "$@" ./fuzz corpus -max_len="$max" -timeout=20 \
		-rss_limit_mb=2048 -print_final_stats=1 \
		-max_total_time="${VT_TEST_FUZZ_SECONDS:-60}"
	status_is 0 "$what"
	note "$(grep number_of_executed_units err)"
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' err)
	ok 'the fuzzer has run' [ "${runs:-0}" -gt 1000 ]
}
