/* Files that a guest produced: collected facts and logs.
 *
 *	struct facts f = FACTS_INIT;
 *	if (facts_open(&f, dir, err) < 0) return -1;
 *	AUTO_FACT struct fact fstab = {0};
 *	if (facts_read(&f, "fstab", &fstab, err) == 1) use fstab.text, fstab.len
 *
 * Names are relative to collect/; a leading / or ./ is ignored. Names that
 *begin with logs/ are relative to the test directory. Files elsewhere cannot be
 * opened: links are not followed, and ".." is an error. A fact is mapped, not
 * copied: it is NOT NUL-terminated.
 */
#ifndef VT_VERIFY_FACTS_H
#define VT_VERIFY_FACTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct facts {
	int test_fd, collect_fd; /* directories; collect -1: not collected */
};
#define FACTS_INIT                                                             \
	{                                                                      \
		.test_fd = -1, .collect_fd = -1                                \
	}

struct fact {
	const char *text; /* never NULL after reading */
	size_t len;
	void *map;
};

int facts_open(struct facts *f, const char *dir, struct vt_err **err);
void facts_close(struct facts *f);

/**
 * facts_read() - map a file
 * Return: 1; 0: no such file; -1
 * Errors: VT_FAILED for a link, a directory or a file that exceeds a bound
 */
int facts_read(const struct facts *f, const char *name, struct fact *out,
	struct vt_err **err);
/** facts_table() - the same of a file whose lines become a table in memory */
int facts_table(const struct facts *f, const char *name, struct fact *out,
	struct vt_err **err);
void fact_free(struct fact *fact);
#define AUTO_FACT __attribute__((cleanup(fact_free)))

/** facts_exists() - test for a file or directory; Return: as facts_read() */
int facts_exists(const struct facts *f, const char *name, struct vt_err **err);

/** facts_json() - parse a file; an empty file counts as
 * missing; Return: as facts_read() */
int facts_json(const struct facts *f, const char *name, json_t **out,
	struct vt_err **err);

/** facts_see() - path relative to the test directory, for messages; owned */
char *facts_see(const char *name);

/** fact_line() - the next line, without its newline; *at starts at 0
 * Return: false at the end of the file */
bool fact_line(
	const struct fact *fact, size_t *at, const char **line, size_t *len);

#endif
