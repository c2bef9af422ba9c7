/* verify.yaml: what vt-verify looks at, and what it expects.
 *
 * Strings are borrowed: from the document that it was read from, or from
 * whoever filled it.
 */
#ifndef VT_VERIFY_FILE_H
#define VT_VERIFY_FILE_H

#include "data/record.h"
#include "test/pack_file.h"

/* A bug that excuses checks for a while. Days are YYYY-MM-DD. */
struct vt_by_date {
	const char *bug, *fixby, *removeby;
	struct vt_strv tests; /* none: all */
};

/* A disk, or a partition of it, that has a name in /dev/disk/by-dname. */
struct vt_dname {
	const char *name;
	long partition; /* 0: the disk */
	const char *at; /* file:line:column of who asks */
};

/* A udev rule that names a disk. */
struct vt_dname_rule {
	const char *name, *serial, *wwn;
	const char *at;
};

struct vt_verify_file {
	const char *test;
	bool expected_failure;
	const char *success; /* ERE, or NULL */
	const char *skip;    /* why nothing is looked at, or NULL */
	struct vt_by_date *dates;
	size_t n_dates;
	const struct vt_node *fatal; /* changes to fatal.h's table, or NULL */
	struct {
		enum vt_installer_kind kind;
		bool reports; /* to our web server */
	} installer;
	struct {
		const char *distro, *release, *arch,
			*firmware; /* "": unknown */
	} target;
	const struct vt_node *inherited; /* list of words, or NULL */
	struct vt_dname *dnames;
	size_t n_dnames;
	struct vt_dname_rule *dname_rules;
	size_t n_dname_rules;
	const char *kernel_package;
	/* list of [SPEC, MOUNTPOINT, OPTIONS], or NULL */
	const struct vt_node *fstab_expected;
	const struct vt_node *storage; /* list that read.h reads, or NULL */
	const struct vt_node *checks;  /* list of what ask.h reads, or NULL */

	struct vt_doc *doc; /* that it was read from */
};
void vt_verify_file_free(struct vt_verify_file *f);
#define VT_AUTO_VERIFY_FILE __attribute__((cleanup(vt_verify_file_free)))

extern const struct vt_record vt_verify_record;

/** vt_verify_file_read() - from DIR/verify.yaml
 * Errors: VT_USAGE with file:line:column */
int vt_verify_file_read(
	struct vt_verify_file *f, const char *dir, struct vt_err **err);

#endif
