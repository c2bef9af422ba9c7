/* Sizes as the installer reads them from a storage config: not all that
 * vt_parse_size() accepts are sizes there, and some more are.
 */
#ifndef VT_HUMAN_SIZE_H
#define VT_HUMAN_SIZE_H

#include "data/doc.h"

/**
 * vt_human_size() - bytes of a size in a storage config
 * An integer of YAML 1.1 (0x20000000, 04000000000) is bytes. A string is a
 * decimal number ('1e9', '.5', '2 ') with an optional unit K, M, G or T, with
 * or without B after it, and must be a whole number of bytes.
 * @fill: what to do instead of a negative size, which Ubuntu's installer takes
 *   for the space that is left
 * Source: curtin's human2bytes
 * Errors: VT_USAGE with file:line:column, and how to write the size
 */
int vt_human_size(const struct vt_node *n, const char *fill, uint64_t *bytes,
	struct vt_err **err);

#endif
