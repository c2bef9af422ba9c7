/* Sinks: threads that write and hash downloads, so that network, disk and
 * processor work in parallel.
 *
 *	struct vt_sinks *all = vt_sinks_new(n, wake, ctx);
 *	struct vt_sink *s = vt_sink_open(all, fd, length);
 *	vt_sink_data(s, data, len);			as often as needed
 *	vt_sink_finish(s, true);
 *	... wake() is called ...
 *	if (vt_sink_finished(s, hex)) ...
 *	vt_sink_close(s);
 *	vt_sinks_free(all);
 *
 * The calls for one sink are queued and carried out in order. All sinks share a
 * few buffers: vt_sink_data() waits when the disk is slower than the caller.
 * After a failed write a sink drops its data; vt_sink_error() tells. Private to
 * fetch*.c.
 */
#ifndef VT_FETCH_SINK_H
#define VT_FETCH_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vt_sinks; /* the threads and their buffers */
struct vt_sink;  /* one file */

/** vt_sinks_new() - start the threads
 * @sinks: largest number of open sinks
 * @wake: called from a thread when a sink has finished or failed */
struct vt_sinks *vt_sinks_new(
	unsigned sinks, void (*wake)(void *ctx), void *ctx);
void vt_sinks_free(struct vt_sinks *all); /* after all sinks were closed */

/** vt_sink_open() - append to the first `length` bytes of a file, which are
 * hashed too; the caller keeps `fd` open until vt_sink_close() */
struct vt_sink *vt_sink_open(struct vt_sinks *all, int fd, uint64_t length);
/** vt_sink_data() - append data, which is copied */
void vt_sink_data(struct vt_sink *s, const void *data, size_t len);
/** vt_sink_flush() - queue a buffer that is not full yet */
void vt_sink_flush(struct vt_sink *s);
void vt_sink_restart(struct vt_sink *s); /* truncate and start over */
/** vt_sink_finish() - end of the data: complete the hash
 * @sync: also fsync the file */
void vt_sink_finish(struct vt_sink *s, bool sync);
/** vt_sink_finished() - Return: vt_sink_finish() is complete, hex is set */
bool vt_sink_finished(struct vt_sink *s, char hex[65]);
int vt_sink_error(struct vt_sink *s);  /* errno, or 0 */
void vt_sink_close(struct vt_sink *s); /* waits for its queue; frees it */

#endif
