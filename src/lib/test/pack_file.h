/* install/pack.yaml: what vt-pack packs for the install phase.
 *
 * Strings are borrowed from the document or from the caller.
 */
#ifndef VT_PACK_FILE_H
#define VT_PACK_FILE_H

#include "data/record.h"

enum vt_installer_kind {
	VT_INSTALLER_EXE,    /* one executable, packed as bin/NAME */
	VT_INSTALLER_TREE,   /* a directory, packed at the top level */
	VT_INSTALLER_CURTIN, /* a checkout of curtin, which packs itself */
};
extern const char *const vt_installer_words[]; /* by value, up to NULL */

/** vt_installer_reads_curtin() - whether an installer reads configs in curtin's
 * format: curtin itself, and vt-install */
bool vt_installer_reads_curtin(enum vt_installer_kind kind, const char *name);

/* An installer config: either a file or its content. */
struct vt_pack_config {
	const char *path, *content;
};

/* A file to add to the archive. */
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
		const char *name; /* used in the archive and in messages */
	} installer;
	struct vt_pack_config *configs;
	size_t n_configs;
	const struct vt_node *replace; /* map, or NULL */
	struct vt_strv command;
	struct vt_pack_add *adds;
	size_t n_adds;
	struct vt_pack_part *parts;
	size_t n_parts;

	struct vt_doc *doc; /* the document it was read from */
};
void vt_pack_file_free(struct vt_pack_file *f);
#define VT_AUTO_PACK_FILE __attribute__((cleanup(vt_pack_file_free)))

extern const struct vt_record vt_pack_record;

/** vt_pack_file_read() - Errors: VT_USAGE with file:line:column */
int vt_pack_file_read(
	struct vt_pack_file *f, const char *dir, struct vt_err **err);

/** vt_pack_part_type() - the MIME type by the first line of a part; NULL if it
 * is unknown */
const char *vt_pack_part_type(const char *content);

#endif
