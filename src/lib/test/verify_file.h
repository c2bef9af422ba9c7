/* verify.yaml: what vt-verify checks, and what it expects.
 *
 * Strings are borrowed from the document or from the caller.
 */
#ifndef VT_VERIFY_FILE_H
#define VT_VERIFY_FILE_H

#include "data/record.h"
#include "graph/statements.h"
#include "test/known.h"
#include "test/pack_file.h"

/* A known bug that turns failures into skips until a date (YYYY-MM-DD). */
struct vt_by_date {
	const char *bug, *fixby, *removeby;
	struct vt_strv tests; /* empty: all */
};

/* A disk or partition that has a name in /dev/disk/by-dname. */
struct vt_dname {
	const char *name;
	long partition; /* 0: the disk */
	const char *at; /* file:line:column of the statement */
};

/* A udev rule that names a disk. */
struct vt_dname_rule {
	const char *name, *serial, *wwn;
	const char *at;
};

/* A mount, and whether a file that was on its file system before the install
 * must be there afterwards. */
struct vt_planted {
	const char *mount;
	bool kept;
	const char *at;
};

/* A prompt that must have been answered. */
struct vt_verify_answer {
	const char *phase, *prompt;
	const char *at;
};

struct vt_verify_file {
	const char *test;
	bool expected_failure;
	const char *success; /* ERE, or NULL */
	const char *skip;    /* why the test is skipped, or NULL */
	const char
		*disks_from; /* the test whose disks it began with, or NULL */
	struct vt_planted *planted;
	size_t n_planted;
	struct vt_by_date *dates;
	size_t n_dates;
	struct vt_known *known; /* the known issues that are for it */
	size_t n_known;
	const char *grace; /* last day of a new test's grace, or NULL */
	bool strict;       /* lines that are noted fail the test */
	const struct vt_node *fatal; /* changes to the table in fatal.h */
	struct {
		enum vt_installer_kind kind;
		bool reports; /* to the web server of vt-launch */
	} installer;
	struct {
		const char *distro, *release, *arch,
			*firmware; /* "": unknown */
	} target;
	/* names of those of boot/seed.yaml; not said: "common" */
	struct vt_strv collect_scripts;
	const struct vt_node *inherited; /* list of words, or NULL */
	struct vt_dname *dnames;
	size_t n_dnames;
	struct vt_dname_rule *dname_rules;
	size_t n_dname_rules;
	const char *kernel_package;
	struct vt_verify_answer *answers;
	size_t n_answers;
	/* list of [SPEC, MOUNTPOINT, OPTIONS], or NULL */
	const struct vt_node *fstab_expected;
	const struct vt_node *storage; /* map, see graph/expect.h, or NULL */
	const struct vt_node *network; /* the same */
	const struct vt_node *storage_extra; /* map, see storage/extra.h */
	/* of the config; borrowed */
	struct vt_statement *statements;
	size_t n_statements;
	const struct vt_node *checks; /* list, see test/ask.h, or NULL */

	struct vt_doc *doc; /* the document it was read from */
};
void vt_verify_file_free(struct vt_verify_file *f);
#define VT_AUTO_VERIFY_FILE __attribute__((cleanup(vt_verify_file_free)))

extern const struct vt_record vt_verify_record;

/** vt_verify_file_read() - from DIR/verify.yaml
 * Errors: VT_USAGE with file:line:column */
int vt_verify_file_read(
	struct vt_verify_file *f, const char *dir, struct vt_err **err);

#endif
