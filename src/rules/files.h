/* YAML files that were read, each once, kept to the end since positions and
 * values point into them; and the list of all that make must watch.
 *
 *	const struct vt_node *root = vt_files_load(files, path, err);
 */
#ifndef VT_RULES_FILES_H
#define VT_RULES_FILES_H

#include "base/str.h"
#include "data/doc.h"

struct vt_files {
	void *seen;            /* tsearch tree of struct file */
	struct vt_strv deps;   /* every path that decided something, in any
				  order, some of them twice */
	struct vt_doc **built; /* documents of our own making */
	size_t n_built;
};

/** vt_files_load() - the root of a definition, from the cache when it was
 * read before; a failure is remembered as well */
const struct vt_node *vt_files_load(
	struct vt_files *f, const char *path, struct vt_err **err);

/** vt_files_config() - the same for an installer's config; with `replace`
 * ({FROM: TO}, or NULL) text is replaced before it is parsed, and nothing is
 * cached */
const struct vt_node *vt_files_config(struct vt_files *f, const char *path,
	const struct vt_node *replace, struct vt_err **err);

/** vt_files_own() - an empty document that lives as long as `f` */
struct vt_doc *vt_files_own(struct vt_files *f);

/** vt_files_watch() - make must look at this path too */
void vt_files_watch(struct vt_files *f, const char *path);

void vt_files_free(struct vt_files *f);
#define VT_AUTO_FILES __attribute__((cleanup(vt_files_free)))

/** vt_path_of() - a path said in the file that node stands in, relative to
 * that file's directory; Return: owned */
char *vt_path_of(const struct vt_node *n, const char *path);

/** vt_path_need() - refuse what is no file, where a node names one */
int vt_path_need(
	const struct vt_node *n, const char *path, struct vt_err **err);

#endif
