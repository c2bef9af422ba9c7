/* boot/seed.yaml: the NoCloud seed of the boot phase.
 *
 * Strings are borrowed from the document or from the caller.
 */
#ifndef VT_SEED_FILE_H
#define VT_SEED_FILE_H

#include "data/record.h"

#define VT_SEED_OUTPUT "output_disk.img"

/* A collect script. */
struct vt_seed_script {
	const char *name, *content;
};

struct vt_seed_file {
	const char *test;
	struct vt_seed_script *scripts;
	size_t n_scripts;
	const struct vt_node *cloudconf; /* map, or NULL */
	const char *output;              /* serial of the output disk */
	long boots;                      /* until facts are collected; 0 is 1 */

	struct vt_doc *doc; /* the document it was read from */
};
void vt_seed_file_free(struct vt_seed_file *f);
#define VT_AUTO_SEED_FILE __attribute__((cleanup(vt_seed_file_free)))

extern const struct vt_record vt_seed_record;

/** vt_seed_file_read() - Errors: VT_USAGE with file:line:column */
int vt_seed_file_read(
	struct vt_seed_file *f, const char *dir, struct vt_err **err);

/** vt_seed_check_script() - check the last script: a valid and unique name */
int vt_seed_check_script(
	const struct vt_seed_script *scripts, size_t n, struct vt_err **err);
/** vt_seed_check_output() - check that it can be the serial of a disk */
int vt_seed_check_output(const char *serial, struct vt_err **err);

#endif
