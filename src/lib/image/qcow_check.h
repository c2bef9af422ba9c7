/* Is a qcow2 image one that libqcow reads right? (for qcow.c; its header also
 * for vmdisk.c)
 *
 * Looks at the header, at the L1 table and at every L2 table in use.
 */
#ifndef VT_QCOW_CHECK_H
#define VT_QCOW_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct vt_qcow_header {
	bool raw; /* no qcow magic: nothing below is set */
	uint32_t version;
	uint64_t size;
	uint64_t incompatible; /* feature bits, 0 before version 3 */
	uint32_t cluster_bits;
	uint64_t l1_offset;
	uint32_t l1_entries;
	char backing[1024]; /* name of the backing file, "" for none */
};

/**
 * vt_qcow_header_read() - read and bound the header of the file in `fd`
 * Errors: VT_HOST for what nobody can read here: a cut or impossible header,
 *   an unknown version, encryption, an external data file
 */
int vt_qcow_header_read(int fd, struct vt_qcow_header *h, struct vt_err **err);

/**
 * vt_qcow_header_doubt() - why libqcow must not read this image
 * @why: set to a reason (a constant), or to NULL when libqcow will do
 * Errors: VT_HOST for tables that cannot be right
 */
int vt_qcow_header_doubt(int fd, const struct vt_qcow_header *h,
	const char **why, struct vt_err **err);

#endif
