/* The console log of a test, with its fatal lines marked. */
#ifndef VT_REPORT_MARKED_LOG_H
#define VT_REPORT_MARKED_LOG_H

#include "base/err.h"

/** marked_log_show() - show the log of the phase that ended a test in the
 * pager, or print it if standard output is not a terminal
 * @name: the test's directory, or its name in TOPDIR
 * Return: 0; in a pager it does not return
 * Errors: VT_USAGE when there is no log; VT_HOST */
int marked_log_show(const char *name, struct vt_err **err);

#endif
