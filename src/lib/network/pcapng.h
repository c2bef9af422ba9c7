/* Write a capture of Ethernet frames, in the pcapng format.
 *
 *	struct vt_pcapng p;
 *	vt_pcapng_begin(&p, fd, 64 << 20, VT_PCAPNG_SNAP_MAX);
 *	vt_pcapng_interface(&p, "interface0", "segment wire");
 *	vt_pcapng_frame(&p, 0, ns, bytes, len);
 *	vt_pcapng_flush(&p);
 *	vt_pcapng_statistics(&p, 0, &statistics);
 *
 * The file has whole blocks at any time, also when the process is killed: the
 * kernel may cut a write(2) of a killed process at the end of a page of the
 * file, so no block crosses one, and no write does. What remains of a page is
 * filled by a block of a type for local use, which readers skip. For the same
 * reason at most VT_PCAPNG_SNAP_MAX bytes of a frame are kept (with its full
 * length).
 *
 * The file does not exceed its limit. Space for two vt_pcapng_statistics() of
 * each interface is kept free. When the limit is reached, or when a write
 * fails, frames are not captured any more; nothing else fails.
 */
#ifndef VT_PCAPNG_H
#define VT_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VT_PCAPNG_PAGE = 4096,
	VT_PCAPNG_SNAP_MAX = 4040, /* a page without a block's other fields */
	VT_PCAPNG_TEXT_MAX = 200,  /* what is longer is cut */
	VT_PCAPNG_LIMIT_MIN = 1 << 20,
};

struct vt_pcapng {
	int fd;
	uint64_t limit;
	uint32_t snaplen;
	uint64_t at;          /* where the page begins in the file */
	size_t used, written; /* of the page */
	uint64_t reserved;    /* for statistics at the end */
	uint32_t n_interfaces;
	bool full; /* a frame was beyond the limit */
	int error; /* errno of a write that failed; 0: none */
	uint8_t page[VT_PCAPNG_PAGE];
};

/** vt_pcapng_begin() - begin a capture
 * @fd: an empty regular file; remains the caller's
 * @limit: largest size, at least VT_PCAPNG_LIMIT_MIN
 * @snaplen: how much of a frame is kept, at most VT_PCAPNG_SNAP_MAX */
void vt_pcapng_begin(
	struct vt_pcapng *p, int fd, uint64_t limit, uint32_t snaplen);

/** vt_pcapng_interface() - describe the next interface, number 0 first; before
 * all frames */
void vt_pcapng_interface(
	struct vt_pcapng *p, const char *name, const char *description);

/** vt_pcapng_frame() - add a frame that came in by an interface
 * Units: ns: since 1970
 * Return: whether it was captured */
bool vt_pcapng_frame(struct vt_pcapng *p, uint32_t interface, uint64_t ns,
	const uint8_t *bytes, size_t len);

/** vt_pcapng_flush() - write what is kept in memory */
void vt_pcapng_flush(struct vt_pcapng *p);

struct vt_pcapng_statistics {
	uint64_t begin_ns, end_ns;
	uint64_t received;   /* frames */
	uint64_t missed;     /* of these, not in the file */
	const char *comment; /* NULL: none */
};
/** vt_pcapng_statistics() - add an interface's counters and flush. May be
 * called twice for each interface; the last is what counts. */
void vt_pcapng_statistics(struct vt_pcapng *p, uint32_t interface,
	const struct vt_pcapng_statistics *s);

#endif
