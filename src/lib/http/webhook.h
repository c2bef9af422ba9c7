/* Events that an installer posts, kept as one JSON array in a file.
 *
 *	VT_AUTO_WEBHOOK struct vt_webhook *w =
 *		vt_webhook_new("logs/webhooks-events.json", "logs/posted");
 *	for each body: what = vt_webhook_take(w, body, len);
 *
 * An event is an object with a name and an event_type, such as curtin posts:
 *
 *	{"name": "cmd-install/stage-late", "event_type": "finish",
 *	 "description": "...", "origin": "curtin", "timestamp": 1700000000.5,
 *	 "level": "INFO", "result": "SUCCESS",
 *	 "files": [{"path": "/tmp/install.log", "encoding": "base64",
 *	            "content": "..."}]}
 *
 * The file is absent until the first event, and a whole array after each. The
 * files an event carries stay in it, and are put into a directory as well.
 * Events come from a guest: their size, depth, number of parts, count and sum
 * are bounded before anything is built from them.
 */
#ifndef VT_WEBHOOK_H
#define VT_WEBHOOK_H

#include <stddef.h>

enum {
	VT_WEBHOOK_MAX_EVENT = 8 << 20,
	VT_WEBHOOK_MAX_SUM = 15 << 20, /* of the file */
	VT_WEBHOOK_MAX_EVENTS = 10000,
	VT_WEBHOOK_MAX_DEPTH = 16,
	VT_WEBHOOK_MAX_PARTS = 10000, /* values and members of one event */
	VT_WEBHOOK_MAX_FILES = 32,
};

/* What became of an event. */
enum vt_webhook_end {
	VT_WEBHOOK_TAKEN,
	VT_WEBHOOK_BAD,    /* it is none */
	VT_WEBHOOK_FULL,   /* there were too many */
	VT_WEBHOOK_FAILED, /* it could not be written; said in the log */
};

struct vt_webhook;

/** vt_webhook_new() - writes nothing yet; `posted` NULL: keep no files apart */
struct vt_webhook *vt_webhook_new(const char *path, const char *posted);
void vt_webhook_free(struct vt_webhook *w);
void vt_webhook_freep(struct vt_webhook **w);
#define VT_AUTO_WEBHOOK __attribute__((cleanup(vt_webhook_freep)))

/** vt_webhook_take() - one body */
enum vt_webhook_end vt_webhook_take(
	struct vt_webhook *w, const char *body, size_t len);
/** vt_webhook_count() - events in the file */
unsigned vt_webhook_count(const struct vt_webhook *w);

#endif
