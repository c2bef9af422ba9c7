/* Words for people, on stderr. stdout is for data and is not touched here.
 *
 * Level: errors and warnings always; info by default; debug with -v. Each
 * line is one write(2), so that lines of parallel tools do not mix. Colours
 * only on a terminal without NO_COLOR.
 */
#ifndef VT_LOG_H
#define VT_LOG_H

#include <stdbool.h>
#include "base/err.h"

/** vt_log_init() - name put before each line ("vt-pack: ..."), and -v count */
void vt_log_init(const char *prog, int verbose);
/** vt_log_context() - a test's name, put after the program's; NULL for none */
void vt_log_context(const char *test);

#define VT_PRINTF __attribute__((format(printf, 1, 2)))
void vt_log_error(const char *fmt, ...) VT_PRINTF;
void vt_log_warn(const char *fmt, ...) VT_PRINTF;
void vt_log_info(const char *fmt, ...) VT_PRINTF;
void vt_log_debug(const char *fmt, ...) VT_PRINTF;
/** vt_log_err() - an error with its detail, indented, made printable */
void vt_log_err(const struct vt_err *err);
/** vt_log_progress() - a line that replaces itself; nothing off a terminal.
 * vt_log_progress(NULL) clears it */
void vt_log_progress(const char *fmt, ...) VT_PRINTF;

#endif
