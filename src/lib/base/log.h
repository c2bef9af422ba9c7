/* Messages to the user, on stderr. (stdout is for data.)
 *
 * Errors, warnings and informational messages are always printed, debug
 * messages only with -v. Each message is made printable and written by one
 * write(2), so that lines of parallel tools do not mix. Colours are used only
 * on a terminal, and not if NO_COLOR is set.
 */
#ifndef VT_LOG_H
#define VT_LOG_H

#include <stdbool.h>
#include "base/err.h"

/** vt_log_init() - call before the first message
 * @prog: printed at the start of each line ("vt-pack: ..."); not copied
 * @verbose: how often -v was given */
void vt_log_init(const char *prog, int verbose);
/** vt_log_context() - set a test's name, printed after the program's name; NULL
 * for none */
void vt_log_context(const char *test);

#define VT_PRINTF __attribute__((format(printf, 1, 2)))
void vt_log_error(const char *fmt, ...) VT_PRINTF;
void vt_log_warn(const char *fmt, ...) VT_PRINTF;
void vt_log_info(const char *fmt, ...) VT_PRINTF;
void vt_log_debug(const char *fmt, ...) VT_PRINTF;
/** vt_log_err() - log an error, with its detail as indented lines; NULL does
 * nothing */
void vt_log_err(const struct vt_err *err);
/** vt_log_line() - print a line as it is, without the program's name and with a
 * newline after it */
void vt_log_line(const char *line);
/** vt_log_progress() - show a progress line in place of the last one, on a
 * terminal only; vt_log_progress(NULL) clears it */
void vt_log_progress(const char *fmt, ...) VT_PRINTF;

/* A supervisor must not block in a message: a terminal may be stopped, a pipe
 * be full. From vt_log_begin() to vt_log_end() messages go through a buffer,
 * and what exceeds it is dropped (outbuf.h). vt_log_end() waits for the reader,
 * but not long; both do nothing when they have been called already. */
void vt_log_begin(void);
void vt_log_end(void);
/** vt_log_fd() - the descriptor to poll for POLLOUT, then vt_log_flush(); -1:
 * none */
int vt_log_fd(void);
void vt_log_flush(void);

#endif
