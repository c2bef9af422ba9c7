/* A libFuzzer target: the text that describes an LVM2 volume group.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... t/fuzz/lvm.c
 *
 * A group that is accepted holds what its readers rely on: names, segments in
 * order and without gaps, physical volumes that exist.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/lvm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge_volume(
	const struct vt_lvm_group *group, const struct vt_lvm_lv *lv)
{
	uint64_t at = 0;
	if (!lv->name)
		abort();
	for (size_t i = 0; i < lv->n; i++) {
		const struct vt_lvm_segment *s = &lv->segments[i];
		if (s->start_extent != at)
			abort();
		at += s->extents;
		for (size_t k = 0; s->stripes && k < s->n; k++)
			if (s->stripes[k].pv >= group->n_pvs)
				abort();
	}
	if (at != lv->extents)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vt_lvm_group group = {0};
	VT_AUTO_FREE char *text = vt_strndup((const char *)data, size);
	if (vt_lvm_group_parse(text, strlen(text), &group) == 1) {
		if (!group.name || !group.extent_bytes)
			abort();
		for (size_t i = 0; i < group.n_lvs; i++)
			judge_volume(&group, &group.lvs[i]);
	}
	vt_lvm_group_free(&group);
	return 0;
}
