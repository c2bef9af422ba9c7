/* Known issues that can be removed from known-issues.yaml. */
#ifndef VT_REPORT_KNOWN_TOLD_H
#define VT_REPORT_KNOWN_TOLD_H

#include "row.h"

/** known_told() - print to stderr which known issues have expired and, when all
 * tests of the directories have a result of their present inputs, which ones
 * no failure matches any more
 * @paths: the operands of vt-report */
void known_told(const struct rows *rows, const struct vt_strv *paths);

#endif
