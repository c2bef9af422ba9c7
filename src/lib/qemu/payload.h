/* What the installer of a guest reported: vt-pack's marks and the line of
 * success. vt-launch, which watches the console, and vt-verify, which reads its
 * log, decide by the same functions.
 *
 *	struct vt_success *s = vt_success_new(ere, err);
 *	struct vt_payload p = VT_PAYLOAD_INIT;
 *	for each complete or joined line of console_lines.h:
 *		vt_payload_line(&p, s, VT_FROM_CONSOLE, line, len, number);
 *	for each line of the channel:
 *		vt_payload_line(&p, s, VT_FROM_CHANNEL, line, len, 0);
 *	char *why = vt_payload_failure(&p, ere);	NULL: it succeeded
 *
 * The line of success must match the pattern as a whole, apart from a kernel
 * time stamp and the name of cloud-init before it: a script that is traced, a
 * kernel command line and a file that is shown only contain it. Where vt-pack's
 * marks are, it counts between the mark of the start and that of the end, on
 * the console and on the channel separately, because their lines have no order.
 * An exit status other than 0 is a failure whatever was printed.
 */
#ifndef VT_PAYLOAD_H
#define VT_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum vt_source { VT_FROM_CONSOLE, VT_FROM_CHANNEL, VT_SOURCES };

enum { VT_PAYLOAD_LINE = 200 }; /* bytes kept of a line */

/* Plain data: it may be copied and shared between processes. */
struct vt_payload {
	struct {
		bool started, running, ended, success;
	} by[VT_SOURCES];
	int status;    /* of the end; the first that is not 0; -1: no end */
	size_t number; /* of the line of success on the console; 0: none */
	char end[VT_PAYLOAD_LINE]; /* the mark with that status */
	/* the last line with the pattern; unless a line counts: a part of it
	 * matches, or all of it, outside of the marks */
	char mentioned[VT_PAYLOAD_LINE];
	bool outside;
};
#define VT_PAYLOAD_INIT                                                        \
	{                                                                      \
		.status = -1                                                   \
	}

/* A compiled pattern of success. */
struct vt_success;

/** vt_success_new() - Return: owned, or NULL; Errors: VT_USAGE for a bad
 * pattern */
struct vt_success *vt_success_new(const char *ere, struct vt_err **err);
void vt_success_free(struct vt_success *s);

/**
 * vt_payload_line() - process a line
 * @s: NULL: only the marks matter
 * @line: printable, NUL-terminated, with `len` bytes before the NUL
 * @number: for p->number
 */
void vt_payload_line(struct vt_payload *p, struct vt_success *s,
	enum vt_source from, const char *line, size_t len, size_t number);

/**
 * vt_payload_failure() - why the installer has not succeeded
 * @ere: the pattern, for the text; NULL: there is none, only the exit status
 *   counts
 * Return: owned; NULL: it has
 */
char *vt_payload_failure(const struct vt_payload *p, const char *ere);

#endif
