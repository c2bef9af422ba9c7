/* What archiver.c collects and archiver_write.c writes. */
#ifndef VT_ARCHIVER_MEMBERS_H
#define VT_ARCHIVER_MEMBERS_H

#include "image/archiver.h"

enum vt_member_kind { VT_MEMBER_DIR, VT_MEMBER_FILE, VT_MEMBER_LINK };

struct vt_member {
	enum vt_member_kind kind;
	char *name;
	char *path; /* file: where it is read from, NULL for `text` */
	char *text; /* file: its content; link: its target */
	size_t size;
	bool exec;
};

struct vt_archive {
	struct vt_member *members;
	size_t n, cap;
	size_t bytes;
};

/** vt_archive_finish() - add the parents, sort, refuse doubles */
int vt_archive_finish(struct vt_archive *a, struct vt_err **err);

#endif
