/* What the lines of a console say, and how the text of a cause is made of one
 * and those after it. Private to cause*.c. */
#ifndef VT_CAUSE_TEXT_H
#define VT_CAUSE_TEXT_H

#include <regex.h>

#include "qemu/console_lines.h"
#include "test/cause.h"

struct cause_row;

/* A line of the story. */
struct said {
	const char *text; /* without what stands before a program's words */
	size_t indent;    /* blanks before them */
	enum vt_speaker by;
	enum { SAID, SAID_STDOUT, SAID_STDERR } stream; /* curtin names it */
	bool part;                   /* of a line that is joined later */
	const struct cause_row *row; /* of the table, or NULL */
	regmatch_t m[2];             /* what its pattern matches */
};

struct says {
	struct said *v; /* as many as lines of the story */
	size_t n;
};

/** says_read() - read the lines; their rows are to be set */
void says_read(struct says *all, const struct vt_story *s);
void says_free(struct says *all);

/**
 * A function of the table's: sets c->text, or leaves it NULL if the line at
 * index `at` explains nothing. It may lower c->rank.
 */
typedef void cause_fn(struct vt_cause *c, const struct says *all, size_t at);

struct cause_row {
	unsigned by; /* bits of enum vt_cause_of */
	int rank;
	const char *ere;
	cause_fn *text; /* NULL: such a line tells nothing */
};

/** cause_line() - the text */
cause_fn cause_line;
/** cause_group() - what the group matches */
cause_fn cause_group;
/** cause_two_lines() - the text and that of the program's next line */
cause_fn cause_two_lines;
/** cause_next() - what the program's next line says */
cause_fn cause_next;
/** cause_traceback() - the last line of a traceback of Python's */
cause_fn cause_traceback;
/** cause_command() - curtin's report of a command that failed: the command, its
 * exit status, and the last words of its output */
cause_fn cause_command;
/** cause_entry() - curtin's report of an entry, whose id is the group */
cause_fn cause_entry;
/** cause_vt() - an error of vt-install, with the last words of the command that
 * failed */
cause_fn cause_vt;

/** cause_of_step() - set c->section and c->entry to the command of the config
 * that curtin says has failed, if it does */
void cause_of_step(struct vt_cause *c, const struct says *all);

/** cause_tool() - of the lines of tools that failed, the first of the highest
 * rank; owned; NULL: there is none */
char *cause_tool(
	const struct says *all, size_t from, size_t to, enum vt_speaker by);

#endif
