/* Rows as a table for people. */
#ifndef VT_REPORT_TABLE_H
#define VT_REPORT_TABLE_H

#include "row.h"

/** table_format() - a line per test, and one that counts them */
void table_format(const struct rows *rows, struct vt_str *out);

/** table_phases() - the phases that any test ran, in order */
void table_phases(const struct rows *rows, struct vt_strv *out);

#endif
