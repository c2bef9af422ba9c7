/* `when:` of a check: the tests it applies to.
 *
 *	when: {target_release: [xenial, bionic], not: {arch: s390x}}
 *
 * Each attribute must have the value, or one of a list of values; those under
 * `not` must not. Attributes are the keys of a definition, with their defaults,
 * and `firmware` and `test`.
 */
#ifndef VT_RULES_WHEN_H
#define VT_RULES_WHEN_H

#include <stdbool.h>

#include "data/doc.h"

/**
 * vt_when() - whether the condition matches a test with these attributes
 * @when: NULL: always
 * @reason: set to the reason if it does not match; owned by the caller
 * Errors: VT_USAGE with a position
 */
int vt_when(const struct vt_node *when, const struct vt_node *attributes,
	bool *holds, char **reason, struct vt_err **err);

#endif
