#!/bin/sh
# Fuzzing: vt-extract reads mutated archives for VT_TEST_FUZZ_SECONDS (default
# 60), with sanitizers.
. "$(dirname "$0")/../lib.sh"
need perl tar
. "$top/t/long/fuzz-lib.sh"

parts=
for part in untar member nameset sentinel sink_dir sink_tar; do
	parts="$parts $build/src/collect/$part.o"
done
ok 'the harness is built' fuzz_build extract "$parts" \
	'-larchive -lqcow -lyaml -ljansson -lcrypto'

mkdir "$work/tree" "$work/tmp"
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

fuzz_run 16384 'no mutated archive crashes, hangs, leaks or leaves its directory' \
	TMPDIR="$work/tmp"
done_testing
