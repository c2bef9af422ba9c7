/* How a run of a test differs from another: from its last pass, or from that in
 * a second directory.
 *
 *	struct changes c;
 *	changes_find("old/basic", "tests/basic", &c);
 *	... c.v[0].what, c.v[0].from, c.v[0].to ...
 *	changes_free(&c);
 *
 * Compared are: the verdict, the definition, the config, the installer, the
 * images and their packages, the packages of the installed system, QEMU, the
 * host's kernel, what checks found, and how long each stage took.
 */
#ifndef VT_REPORT_AGAINST_H
#define VT_REPORT_AGAINST_H

#include "row.h"

struct change {
	const char *group; /* such as "packages of the target" */
	char *what;        /* such as the name of a package */
	char *from, *to;   /* NULL: it was not there, it is no more */
};

struct changes {
	bool known;       /* there is a result to compare with */
	char *when;       /* that run began, or NULL */
	struct change *v; /* by group */
	size_t n;
	size_t more; /* that are not in the list */
};

/** changes_find() - @from and @to are directories of tests */
void changes_find(const char *from, const char *to, struct changes *out);
void changes_free(struct changes *c);
#define AUTO_CHANGES __attribute__((cleanup(changes_free)))

/** against_dir() - the directory of the same test in another run
 * @against: a test's directory, or one of tests
 * Return: owned */
char *against_dir(const char *against, const struct row *row);

/** against_show() - append the differences of all tests, for a terminal */
void against_show(
	const struct rows *rows, const char *against, struct vt_str *out);

#endif
