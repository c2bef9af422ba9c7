/* What a test ran with, for its result. */
#ifndef VT_VERIFY_VERSIONS_H
#define VT_VERIFY_VERSIONS_H

#include "check.h"

/** versions_add() - vt, QEMU and the host's kernel by the reports of phases,
 * the images by install/vm.yaml */
void versions_add(struct verify *v);

#endif
