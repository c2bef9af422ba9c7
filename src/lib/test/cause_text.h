/* What the lines of a console say, and how the text of a cause is made of one
 * and those after it. Private to cause*.c. */
#ifndef VT_CAUSE_TEXT_H
#define VT_CAUSE_TEXT_H

#include <regex.h>

#include "qemu/console_lines.h"
#include "test/cause.h"

enum { MAX_BLOCK = 400 }; /* lines of a traceback, or of a command's output */

struct cause_row;

/* A line of the story. */
struct said {
	const char *text; /* without what stands before a program's words */
	size_t indent;    /* blanks before them */
	size_t heading;   /* blanks before the name of the stream */
	enum vt_speaker by;
	enum { SAID, SAID_STDOUT, SAID_STDERR } stream; /* curtin names it */
	bool part;                   /* of a line that is joined later */
	const struct cause_row *row; /* of the table, or NULL */
	regmatch_t m[3];             /* what its pattern matches */
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
/** cause_unit() - what systemd says of a unit: the groups, without the period
 */
cause_fn cause_unit;
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

/** says_next() - the next line of the same program; n: there is none */
size_t says_next(const struct says *all, size_t at, enum vt_speaker by);

/** says_nothing() - whether a text stands for no output: "", '' and - */
bool says_nothing(const char *text);

/** says_words() - the words of a tool that failed, else the first or the last
 * words of the lines [from, to) of the same program; owned; NULL: it said
 * nothing */
char *says_words(const struct says *all, size_t from, size_t to,
	enum vt_speaker by, bool first);

/**
 * cause_add_report() - curtin's report of a command, if one begins at the line
 * @lead: text before it
 * A command of curtin's own, which only passes on what it printed before, has a
 * lower rank.
 * Return: whether there is one
 */
bool cause_add_report(struct vt_cause *c, const struct says *all, size_t at,
	const char *lead);

#endif
