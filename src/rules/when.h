/* `when:` of a check: for which tests it is made.
 *
 *	when: {target_release: [xenial, bionic], not: {arch: s390x}}
 *
 * Each attribute has to be the value, or one of a list of values; none under
 * `not` may be. Attributes are the keys of a definition, with their defaults,
 * and `firmware` and `test`.
 */
#ifndef VT_RULES_WHEN_H
#define VT_RULES_WHEN_H

#include <stdbool.h>

#include "data/doc.h"

/**
 * vt_when() - does it hold for a test of these attributes?
 * @when: NULL: always
 * @reason: when it does not, why; owned by the caller
 * Errors: VT_USAGE with a position
 */
int vt_when(const struct vt_node *when, const struct vt_node *attributes,
	bool *holds, char **reason, struct vt_err **err);

#endif
