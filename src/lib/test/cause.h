/* Why a guest failed, in its own words: one table of what programs print when
 * they fail, and of which words are preferred to which.
 *
 *	VT_AUTO_STORY struct vt_story s;
 *	VT_AUTO_CAUSE struct vt_cause c = {0};
 *	vt_console_story(console, &s);
 *	if (vt_cause_find(&c, &s, 0, VT_CAUSE_INSTALLER))
 *		... c.text, and c.line of the story ...
 *
 * The line that fails a phase (test/fatal.h) is often only the last of many:
 * the traceback of a tool, the exception of the installer, "Installation
 * failed". A row of the table has a pattern, a rank, and how the text of the
 * cause is made from the line and what follows it. The line with the highest
 * rank is the cause; of equal ones, the first.
 *
 * A row is tried on the text of a line without time stamp, the name of
 * cloud-init and leading blanks. Guests are hostile: the size of the story is
 * bounded, and so is the text.
 */
#ifndef VT_CAUSE_H
#define VT_CAUSE_H

#include <stdbool.h>

#include "qemu/console.h"

/* Whose words explain a failure: bits. */
enum vt_cause_of {
	VT_CAUSE_NONE = 0,
	VT_CAUSE_KERNEL = 1,
	VT_CAUSE_LOADER = 2, /* firmware and boot loader */
	VT_CAUSE_INITRD = 4,
	VT_CAUSE_SYSTEM = 8, /* systemd, and what mounts file systems */
	VT_CAUSE_CLOUD_INIT = 16,
	VT_CAUSE_INSTALLER = 32,
};

struct vt_cause {
	char *text;  /* one line, printable */
	size_t line; /* index in the story */
	bool more;   /* the text says more than the line */
	int rank;
	bool raised; /* these are the words of an installer */
	/* what of the config it is about: see cause_place.h */
	char *entry;   /* id, or name of a command; or NULL */
	char *section; /* "late_commands"; NULL: storage or network */
};
void vt_cause_free(struct vt_cause *c);
#define VT_AUTO_CAUSE __attribute__((cleanup(vt_cause_free)))

/**
 * vt_cause_find() - find it
 * @from: the first line that may tell
 * @by: bits of enum vt_cause_of: the rows that are tried
 * Return: whether a line tells
 */
bool vt_cause_find(
	struct vt_cause *c, const struct vt_story *s, size_t from, unsigned by);

#endif
