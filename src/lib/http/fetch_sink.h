/* Where downloads go: written and hashed by threads, so that the network, the
 * disk and the processor work at once.
 *
 * What one sink is told is done in order. Buffers are few and shared: who
 * hands over data faster than disks take it waits in vt_sink_data(). Private
 * to fetch*.c.
 */
#ifndef VT_FETCH_SINK_H
#define VT_FETCH_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vt_sinks; /* the threads and their buffers */
struct vt_sink;  /* one file */

/** vt_sinks_new() - threads; `wake` is called from them when a sink is done */
struct vt_sinks *vt_sinks_new(
	unsigned sinks, void (*wake)(void *ctx), void *ctx);
void vt_sinks_free(struct vt_sinks *all); /* all sinks are closed */

/** vt_sink_open() - data goes to fd behind its first `have` bytes, which are
 * hashed first; fd stays the caller's */
struct vt_sink *vt_sink_open(struct vt_sinks *all, int fd, uint64_t have);
/** vt_sink_data() - copied */
void vt_sink_data(struct vt_sink *s, const void *data, size_t len);
/** vt_sink_flush() - hand over what was too little for a buffer */
void vt_sink_flush(struct vt_sink *s);
void vt_sink_restart(struct vt_sink *s); /* from the first byte */
/** vt_sink_finish() - no more data: hash it, and sync it to the disk */
void vt_sink_finish(struct vt_sink *s, bool sync);
/** vt_sink_finished() - Return: the finish is done, *hex is set */
bool vt_sink_finished(struct vt_sink *s, char hex[65]);
int vt_sink_error(struct vt_sink *s);  /* errno, or 0 */
void vt_sink_close(struct vt_sink *s); /* waits for what it was told */

#endif
