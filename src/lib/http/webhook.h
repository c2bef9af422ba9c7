/* Events that an installer posts, saved as one JSON array in a file.
 *
 *	VT_AUTO_WEBHOOK struct vt_webhook *w =
 *		vt_webhook_new("logs/webhooks-events.json", "logs/posted");
 *	for each body: end = vt_webhook_take(w, body, len);
 *
 * An event is an object with a name and an event_type, as posted by curtin:
 *
 *	{"name": "cmd-install/stage-late", "event_type": "finish",
 *	 "description": "...", "origin": "curtin", "timestamp": 1700000000.5,
 *	 "level": "INFO", "result": "SUCCESS",
 *	 "files": [{"path": "/tmp/install.log", "encoding": "base64",
 *	            "content": "..."}]}
 *
 * The file does not exist until the first event; after each event it is a
 * complete array. Files in an event are saved as part of it, and also in a
 * directory of their own. Events come from a guest, so their size, depth,
 * number of parts, number and total size are limited before they are parsed.
 */
#ifndef VT_WEBHOOK_H
#define VT_WEBHOOK_H

#include <stddef.h>

enum {
	VT_WEBHOOK_MAX_EVENT = 8 << 20, /* bytes */
	VT_WEBHOOK_MAX_SUM = 15 << 20,  /* bytes of the file */
	VT_WEBHOOK_MAX_EVENTS = 10000,
	VT_WEBHOOK_MAX_DEPTH = 16,
	VT_WEBHOOK_MAX_PARTS = 10000, /* values and members of one event */
	VT_WEBHOOK_MAX_FILES = 32,
};

/* The result for an event. */
enum vt_webhook_end {
	VT_WEBHOOK_TAKEN,  /* saved */
	VT_WEBHOOK_BAD,    /* not an event */
	VT_WEBHOOK_FULL,   /* too many events; logged once */
	VT_WEBHOOK_FAILED, /* cannot be written; logged once */
};

struct vt_webhook;

/** vt_webhook_new() - writes nothing yet
 * @path: the file to write
 * @posted: directory for the files of events; NULL: none */
struct vt_webhook *vt_webhook_new(const char *path, const char *posted);
void vt_webhook_free(struct vt_webhook *w);
void vt_webhook_freep(struct vt_webhook **w);
#define VT_AUTO_WEBHOOK __attribute__((cleanup(vt_webhook_freep)))

/** vt_webhook_take() - save the event in one body */
enum vt_webhook_end vt_webhook_take(
	struct vt_webhook *w, const char *body, size_t len);
/** vt_webhook_count() - events in the file */
unsigned vt_webhook_count(const struct vt_webhook *w);

#endif
