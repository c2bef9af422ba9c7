/* The members of an archive, collected by archiver.c and written by
 * archiver_write.c. */
#ifndef VT_ARCHIVER_MEMBERS_H
#define VT_ARCHIVER_MEMBERS_H

#include "image/archiver.h"

enum vt_member_kind { VT_MEMBER_DIR, VT_MEMBER_FILE, VT_MEMBER_LINK };

struct vt_member {
	enum vt_member_kind kind;
	char *name;
	char *path; /* of a file on the host; NULL: the content is `text` */
	char *text; /* content of a file, target of a link */
	size_t size;
	bool exec;
};

struct vt_archive {
	struct vt_member *members;
	size_t n, cap;
	size_t bytes;
	size_t max_bytes;
};

/** vt_archive_finish() - add missing parents, sort, and merge directories that
 * were added twice
 * Errors: VT_USAGE for any other name that was added twice */
int vt_archive_finish(struct vt_archive *a, struct vt_err **err);

#endif
