/* Results in the Common Test Report Format (ctrf.io). */
#ifndef VT_CTRF_H
#define VT_CTRF_H

#include "row.h"

/** ctrf_write() - write results as CTRF JSON, a test for each check, as in
 * JUnit */
int ctrf_write(const struct rows *rows, const char *path, struct vt_err **err);

#endif
