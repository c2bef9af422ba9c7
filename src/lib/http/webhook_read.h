/* The events that an installer has posted, read from the file that webhook.h
 * writes.
 *
 *	struct vt_steps steps;
 *	vt_steps_read("logs/webhooks-events.json", 500, &steps);
 *	... steps.v[0].name ...
 *	vt_steps_free(&steps);
 *
 * A step is what lies between an event of the type "start" and the next
 * "finish" of the same name. Events come from a guest: names are cut and made
 * printable, times may be any finite numbers, and are those of its clock.
 */
#ifndef VT_WEBHOOK_READ_H
#define VT_WEBHOOK_READ_H

#include <stdbool.h>
#include <stddef.h>

struct vt_step {
	char *name;        /* cmd-install/stage-late/... */
	double start, end; /* seconds since 1970 */
	bool ended, failed;
};

struct vt_steps {
	struct vt_step *v; /* in the order of their starts */
	size_t n;
};

/** vt_steps_read() - the first `max` steps; none if there is no such file, or
 * if it is not one of events */
void vt_steps_read(const char *path, size_t max, struct vt_steps *out);
void vt_steps_free(struct vt_steps *s);
#define VT_AUTO_STEPS __attribute__((cleanup(vt_steps_free)))

#endif
