/* The table of a definition's keys (keys.c), used to read definitions
 * (keys_read.c) and to print help (keys_show.c). */
#ifndef VT_RULES_KEY_TABLE_H
#define VT_RULES_KEY_TABLE_H

#include <stddef.h>

enum vt_key_type {
	KEY_EXTENDS, /* handled by extend.c: not a value of a test */
	KEY_STR,     /* const char * */
	KEY_INT,     /* long */
	KEY_BOOL,    /* bool */
	KEY_TRI,     /* int: 0, 1 or VT_UNSET */
	KEY_AUTO,    /* the same, with `auto` for VT_UNSET */
	KEY_STRINGS, /* node: list of strings */
	KEY_WORDS,   /* node: the same, or "word,word" */
	KEY_PAIRS,   /* node: list of [name, number] */
	KEY_DATE,    /* node: a day */
	KEY_DATES,   /* node: skip_by_date */
	KEY_SIZES,   /* node: list of sizes */
	KEY_MAP,     /* node: map */
	KEY_FATAL,   /* node: map of changes to fatal lines */
	KEY_ANSWERS, /* node: what is typed on the console */
	KEY_ROWS,    /* node: list of lists of three strings */
	KEY_ANY,     /* node: checked where it is used */
};

struct vt_key {
	const char *name;
	enum vt_key_type type;
	const char *value; /* default */
	size_t offset;
	long min, max; /* of KEY_INT */
	const char *help;
};

/** vt_key_at() - row i of the table, or NULL after the last */
const struct vt_key *vt_key_at(size_t i);

#endif
