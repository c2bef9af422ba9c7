/* Copies and checksums of files that are mostly holes, such as disk images, in
 * time for their data and not for their size.
 *
 *	char sum[65];
 *	vt_sparse_copy(in, out, sum, err);	copy, and the checksum
 *	vt_sparse_copy(in, out, NULL, err);	copy only
 *	vt_sparse_copy(in, -1, sum, err);	checksum only
 */
#ifndef VT_SPARSE_H
#define VT_SPARSE_H

#include "base/err.h"

/**
 * vt_sparse_copy() - copy a regular file, and compute its checksum
 * @in: a descriptor; its offset changes
 * @out: an empty file, or -1. Blocks are shared (reflink) where the file system
 *   can do that; otherwise holes stay holes, and with a checksum, pages of
 * zeros become holes
 * @sum: set to 64 hex digits and a NUL, or NULL: the SHA-256 of the size and of
 *   each page of 4096 bytes that is not all zeros, with its offset. So it does
 *   not depend on which zeros are holes
 * Errors: VT_HOST
 */
int vt_sparse_copy(int in, int out, char sum[65], struct vt_err **err);

#endif
