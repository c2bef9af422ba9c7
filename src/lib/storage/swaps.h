/* Swaps of the booted system, from proc-swaps. */
#ifndef VT_SWAPS_H
#define VT_SWAPS_H

#include <stddef.h>
#include <stdint.h>

#include "graph/collected.h"

struct vt_swap_used {
	char *name; /* of the device or file */
	char *priority;
	uint64_t bytes;
};

struct vt_swaps {
	struct vt_swap_used *v;
	size_t n;
};

/** vt_swaps_read() - Return: 1; 0: the fact was not collected; -1 */
int vt_swaps_read(struct vt_swaps *out, const struct vt_facts *facts,
	struct vt_err **err);
void vt_swaps_free(struct vt_swaps *s);
#define VT_AUTO_SWAPS __attribute__((cleanup(vt_swaps_free)))

#endif
