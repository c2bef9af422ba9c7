/* A guest's output as lines, also those that its kernel cut in two.
 *
 *	l = vt_lines_new(fn, data);
 *	loop: vt_lines_feed(l, buf, n);	calls fn for each line
 *	after a moment without bytes: vt_lines_quiet(l);
 *	vt_lines_end(l);
 *
 * A line ends at a newline, a carriage return, both in that order, or after
 * 4096 bytes. It is made printable. Empty lines are not told.
 *
 * The kernel writes to the console whenever it likes, so a program's line may
 * arrive as "Instal[   12.345678] e1000: link up" and, on the next, "lation
 * failed". What stands before a kernel's time stamp inside a line is kept, the
 * kernel's own lines are passed over, and with the first line that does not
 * begin with a stamp the whole is told once more, joined. A joined line may be
 * one that was never written (a prompt and what came after it): what looks for
 * words in lines must not mind. Kernels without time stamps cut unseen.
 */
#ifndef VT_LINES_H
#define VT_LINES_H

#include <stddef.h>

enum vt_line {
	VT_LINE_WHOLE,  /* as it came */
	VT_LINE_JOINED, /* told before, in parts */
	VT_LINE_OPEN,   /* not complete, and may be told again */
};

/* @line: NUL-terminated, `len` bytes before it; valid during the call */
typedef void vt_line_fn(
	void *data, enum vt_line kind, const char *line, size_t len);

struct vt_lines;

struct vt_lines *vt_lines_new(vt_line_fn *fn, void *data);
void vt_lines_free(struct vt_lines *l);
void vt_lines_feed(struct vt_lines *l, const void *bytes, size_t len);

/** vt_lines_quiet() - nothing came for a while: tell what there is of a line,
 * which may be a prompt */
void vt_lines_quiet(struct vt_lines *l);

/** vt_lines_end() - nothing will come: the last line is what it is */
void vt_lines_end(struct vt_lines *l);

#endif
