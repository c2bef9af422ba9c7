/* The results of many tests as one JUnit file. */
#ifndef VT_REPORT_JUNIT_H
#define VT_REPORT_JUNIT_H

#include "row.h"

/** junit_format() - the test suites of all rows, as vt-verify wrote them; of
 * what has none, one with an error that says why */
void junit_format(const struct rows *rows, struct vt_str *out);

#endif
