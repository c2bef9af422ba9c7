/* Output that never blocks: to a pipe, a terminal or a socket whose reader may
 * be slow, or may have stopped reading.
 *
 *	struct vt_outbuf *o = vt_outbuf_new(STDOUT_FILENO, 1 << 20);
 *	vt_outbuf_put(o, bytes, n);	writes now what the reader takes
 *	poll vt_outbuf_fd(o) for POLLOUT: vt_outbuf_flush(o);
 *	vt_outbuf_end(o);		gives the reader some time for the rest
 *	vt_outbuf_free(o);
 *
 * What is not taken is kept up to a limit. Beyond it, what is put is dropped,
 * whole calls at a time, and the output says how much is missing where it is
 * missing. Regular files are written at once. The descriptor stays the
 * caller's, and its flags are not changed: other processes may share them.
 */
#ifndef VT_OUTBUF_H
#define VT_OUTBUF_H

#include <stddef.h>
#include <stdint.h>

struct vt_outbuf;

/** vt_outbuf_new() - @max: the most bytes that are kept */
struct vt_outbuf *vt_outbuf_new(int fd, size_t max);
void vt_outbuf_free(struct vt_outbuf *o); /* NULL does nothing */

void vt_outbuf_put(struct vt_outbuf *o, const void *data, size_t len);
/** vt_outbuf_fd() - the descriptor to poll for POLLOUT; -1: nothing is kept, or
 * @o is NULL */
int vt_outbuf_fd(const struct vt_outbuf *o);
/** vt_outbuf_flush() - write what the reader takes now; NULL does nothing */
void vt_outbuf_flush(struct vt_outbuf *o);
/** vt_outbuf_end() - write the rest, unless the reader takes nothing for two
 * seconds, or not all in ten; what then remains is dropped
 * Return: how many bytes were dropped in all */
uint64_t vt_outbuf_end(struct vt_outbuf *o);
/** vt_outbuf_error() - errno of the first failed write, after which everything
 * is discarded; or 0 */
int vt_outbuf_error(const struct vt_outbuf *o);

#endif
