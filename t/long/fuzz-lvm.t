#!/bin/sh
# Fuzzing: mutated metadata of LVM is read for VT_TEST_FUZZ_SECONDS (default
# 60), with sanitizers.
. "$(dirname "$0")/../lib.sh"
. "$top/t/long/fuzz-lib.sh"

ok 'the harness is built' fuzz_build lvm '' -lcrypto
cd "$work/corpus" || exit 3
for lv in 'stripe_count = 1 stripes = ["pv0", 2]' \
	'stripe_count = 2 stripe_size = 128 stripes = ["pv0", 2, "pv1", 0]'; do
	cat >"${lv%% stripes*}" <<-M
	# a comment
	vg {
	id = "VVVVVV-0001"
	seqno = 3
	extent_size = 2048
	tags = ["a", "b"]
	physical_volumes {
	pv0 { id = "aAaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa" pe_start = 2048 pe_count = 24 }
	pv1 { id = "bBbbbb-bbbb-bbbb-bbbb-bbbb-bbbb-bbbbbb" pe_start = 2048 pe_count = 24 }
	}
	logical_volumes {
	lv { segment_count = 2
	segment1 { start_extent = 0 extent_count = 20 type = "striped" $lv }
	segment2 { start_extent = 20 extent_count = 4 type = "thin-pool" chunk = -1.5 }
	}
	}
	}
	M
done
fuzz_run 4096 'no mutated metadata crashes, hangs, leaks or describes what cannot be'
done_testing
