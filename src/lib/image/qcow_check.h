/* Checks of a qcow2 image: can libqcow read it correctly? They cover the
 * header, the L1 table and every L2 table in use. For qcow.c; vmdisk.c uses
 * vt_qcow_header_read() as well.
 */
#ifndef VT_QCOW_CHECK_H
#define VT_QCOW_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct vt_qcow_header {
	bool raw; /* no qcow magic: the other fields are not set */
	uint32_t version;
	uint64_t size;
	uint64_t incompatible; /* feature bits, 0 before version 3 */
	uint32_t cluster_bits;
	uint64_t l1_offset;
	uint32_t l1_entries;
	char backing[1024]; /* name of the backing file; "": none */
};

/**
 * vt_qcow_header_read() - read and check the header of the file `fd`
 * Errors: VT_HOST for images that cannot be read at all: with a truncated or
 *   invalid header, an unknown version, encryption, or an external data file
 */
int vt_qcow_header_read(int fd, struct vt_qcow_header *h, struct vt_err **err);

/**
 * vt_qcow_header_doubt() - check whether libqcow can read an image
 * @why: set to the reason why it cannot (a constant); NULL: it can
 * Errors: VT_HOST for invalid tables
 */
int vt_qcow_header_doubt(int fd, const struct vt_qcow_header *h,
	const char **why, struct vt_err **err);

#endif
