/* install/pack.yaml: what vt-pack packs for the install phase.
 *
 * Strings are borrowed: from the document that it was read from, or from
 * whoever filled it.
 */
#ifndef VT_PACK_FILE_H
#define VT_PACK_FILE_H

#include "data/record.h"

enum vt_installer_kind {
	VT_INSTALLER_EXE,    /* one executable, goes to bin/NAME */
	VT_INSTALLER_TREE,   /* a directory, goes to the top */
	VT_INSTALLER_CURTIN, /* a checkout of curtin: it packs itself */
};
extern const char *const vt_installer_words[]; /* by value, up to NULL */

/* One of the two. */
struct vt_pack_config {
	const char *path, *content;
};

/* A file for the archive. */
struct vt_pack_add {
	const char *path, *as;
};

/* A part of user-data. */
struct vt_pack_part {
	const char *content, *type;
};

struct vt_pack_file {
	const char *test;
	struct {
		const char *path; /* on this host */
		enum vt_installer_kind kind;
		const char *name; /* in the archive and in messages */
	} installer;
	struct vt_pack_config *configs;
	size_t n_configs;
	const struct vt_node *replace; /* map, or NULL */
	struct vt_strv command;
	struct vt_pack_add *adds;
	size_t n_adds;
	struct vt_pack_part *parts;
	size_t n_parts;

	struct vt_doc *doc; /* that it was read from */
};
void vt_pack_file_free(struct vt_pack_file *f);
#define VT_AUTO_PACK_FILE __attribute__((cleanup(vt_pack_file_free)))

extern const struct vt_record vt_pack_record;

/** vt_pack_file_read() - Errors: VT_USAGE with file:line:column */
int vt_pack_file_read(
	struct vt_pack_file *f, const char *dir, struct vt_err **err);

/** vt_pack_part_type() - by how a part begins; NULL when that does not tell */
const char *vt_pack_part_type(const char *content);

#endif
