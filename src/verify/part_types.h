/* Partition flags of the storage config, and what they are in a table. */
#ifndef VT_VERIFY_PART_TYPES_H
#define VT_VERIFY_PART_TYPES_H

#include <stdbool.h>

#include "image/blk.h"

/** part_flag_known() - of curtin's flags, and esp */
bool part_flag_known(const char *flag);

/**
 * part_flag_matches() - whether a partition is what a flag asks for
 * @kind: of the table, "gpt" or "msdos"
 * @expected: set to words for what the flag means there; static, NULL when it
 *   means nothing
 */
bool part_flag_matches(const struct vt_blk_part *p, const char *kind,
	const char *flag, const char **expected);

/** part_type_name() - words for a GUID or code, or the text itself */
const char *part_type_name(const char *type);

#endif
