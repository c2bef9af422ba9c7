/* Cache of YAML files: each is read once and kept until the end, because
 * positions and values point into it. Also the list of files that make watches.
 *
 *	const struct vt_node *root = vt_files_load(files, path, err);
 */
#ifndef VT_RULES_FILES_H
#define VT_RULES_FILES_H

#include "base/str.h"
#include "data/doc.h"

struct vt_files {
	void *seen;            /* tsearch tree of struct file */
	struct vt_strv deps;   /* all files that the output depends on;
				  unsorted, with duplicates */
	struct vt_strv notes;  /* of the configs: repeated keys */
	struct vt_doc **built; /* documents that were not read from a file */
	size_t n_built;
};

/** vt_files_load() - the root of a definition; cached, as are errors */
const struct vt_node *vt_files_load(
	struct vt_files *f, const char *path, struct vt_err **err);

/** vt_files_config() - the same for an installer's config; with `replace`
 * ({FROM: TO}, or NULL) text is replaced before parsing, and the result is not
 * cached */
const struct vt_node *vt_files_config(struct vt_files *f, const char *path,
	const struct vt_node *replace, struct vt_err **err);

/** vt_files_own() - an empty document that lives as long as `f` */
struct vt_doc *vt_files_own(struct vt_files *f);

/** vt_files_watch() - add a path to the files that make watches */
void vt_files_watch(struct vt_files *f, const char *path);

void vt_files_free(struct vt_files *f);
#define VT_AUTO_FILES __attribute__((cleanup(vt_files_free)))

/** vt_path_of() - resolve a path relative to the file that contains the node;
 * Return: owned */
char *vt_path_of(const struct vt_node *n, const char *path);

/** vt_path_need() - error at the node if the path is missing or a directory */
int vt_path_need(
	const struct vt_node *n, const char *path, struct vt_err **err);

#endif
