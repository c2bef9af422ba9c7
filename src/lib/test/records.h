/* The files of a test's directory that have a table (data/record.h). */
#ifndef VT_RECORDS_H
#define VT_RECORDS_H

#include "base/str.h"

/** vt_records_man() - append a section for each, for vt-files(5) */
void vt_records_man(struct vt_str *out);

#endif
