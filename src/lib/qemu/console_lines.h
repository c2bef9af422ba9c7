/* Splits a console's output into lines, and joins lines that kernel messages
 * have interrupted.
 *
 *	l = vt_lines_new(fn, data);
 *	loop: vt_lines_feed(l, buf, n);		calls fn for each line
 *	after a second without output: vt_lines_quiet(l);
 *	vt_lines_end(l);
 *
 * A line ends at "\r\n", a newline, a carriage return, or after 4096 bytes. It
 * is made printable. Empty lines are skipped.
 *
 * The kernel may write to the console at any time, so a program's line may
 * arrive as "Instal[   12.345678] e1000: link up" followed by "lation failed".
 * The text before a kernel time stamp inside a line is kept, kernel messages
 * after it are skipped, and the first line that does not begin with a time
 * stamp completes it: fn gets the joined line in addition to the lines as they
 * arrived. A joined line may be one that was never written, such as a prompt
 * and the text after it, so callers must only search it for patterns. Messages
 * of kernels without time stamps are not recognised.
 */
#ifndef VT_LINES_H
#define VT_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum vt_line {
	VT_LINE_COMPLETE, /* as it arrived */
	VT_LINE_JOINED,   /* its parts were passed before */
	VT_LINE_REST,     /* what follows the first 4096 bytes of a line */
	VT_LINE_PARTIAL,  /* incomplete; may be passed again */
};

/* @line: NUL-terminated, `len` bytes before it; valid during the call */
typedef void vt_line_fn(
	void *data, enum vt_line kind, const char *line, size_t len);

struct vt_lines;

struct vt_lines *vt_lines_new(vt_line_fn *fn, void *data);
void vt_lines_free(struct vt_lines *l);
void vt_lines_feed(struct vt_lines *l, const void *bytes, size_t len);

/** vt_lines_quiet() - there was no output for a while: pass the incomplete
 * line, which may be a prompt */
void vt_lines_quiet(struct vt_lines *l);

/** vt_lines_forget() - forget the incomplete line: what comes next begins a new
 * one. Not to be called by fn */
void vt_lines_forget(struct vt_lines *l);

/** vt_lines_end() - end of the output: the last line is complete */
void vt_lines_end(struct vt_lines *l);

/** vt_lines_text() - what a program printed: the part of a line after a kernel
 * time stamp and the name of cloud-init, such as "[   12.345678]
 * cloud-init[301]: ", which may follow a prompt; Return: in the line */
const char *vt_lines_text(const char *line);

/* Who printed a line. */
enum vt_speaker {
	VT_SPEAKER_PLAIN,  /* no time stamp */
	VT_SPEAKER_KERNEL, /* or systemd, in the kernel's log */
	VT_SPEAKER_NAMED,  /* a program of cloud-init's, by journald */
};
enum vt_speaker vt_lines_speaker(const char *line);

/** vt_lines_interrupted() - whether a line ends in a kernel message: it, and
 * the rest of it, are parts of a joined line */
bool vt_lines_interrupted(const char *line);

#endif
