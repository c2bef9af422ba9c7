/* A log of what a guest writes: its bytes unchanged, up to a limit.
 *
 *	l = vt_guest_log_new("journal");
 *	vt_guest_log_name(l, "logs/install-journal.log");
 *	loop: vt_guest_log_put(l, buf, n);
 *	vt_guest_log_end(l);
 *	vt_guest_log_free(l);
 *
 * At the limit follows one line that says that the log was truncated; what
 * comes then is dropped. A failed write (a full disk) is remembered, see
 * vt_guest_log_error(), and everything after it is discarded. Pipes and
 * terminals never block: see base/outbuf.h.
 */
#ifndef VT_GUEST_LOG_H
#define VT_GUEST_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/outbuf.h"

struct vt_guest_log;

/** vt_guest_log_new() - a log without a file: what is put into it is dropped
 * @what: it is called so in messages */
struct vt_guest_log *vt_guest_log_new(const char *what);
void vt_guest_log_free(struct vt_guest_log *l); /* NULL does nothing */

/** vt_guest_log_open() - create the file now
 * @path: "-" is standard output
 * Errors: VT_HOST, also for a FIFO that no process reads */
int vt_guest_log_open(
	struct vt_guest_log *l, const char *path, struct vt_err **err);
/** vt_guest_log_name() - create the file with the first byte that is put into
 * it; a failure is an error of writing */
void vt_guest_log_name(struct vt_guest_log *l, const char *path);

/** vt_guest_log_path() - the file, for messages */
const char *vt_guest_log_path(const struct vt_guest_log *l);
/** vt_guest_log_limit() - limit the size; 64 MiB by default */
void vt_guest_log_limit(struct vt_guest_log *l, uint64_t bytes);
void vt_guest_log_put(struct vt_guest_log *l, const void *data, size_t len);
/** vt_guest_log_size() - offset of the next byte, which is dropped if the log
 * is at its limit */
uint64_t vt_guest_log_size(const struct vt_guest_log *l);
/** vt_guest_log_note() - put a line of our own, whatever the limit */
void vt_guest_log_note(struct vt_guest_log *l, const char *line);
/** vt_guest_log_error() - errno of the first failure, or 0 */
int vt_guest_log_error(const struct vt_guest_log *l);
/** vt_guest_log_out() - the output, to be flushed when it is a pipe; or NULL */
struct vt_outbuf *vt_guest_log_out(const struct vt_guest_log *l);

#endif
