/* Output files that appear completely or not at all.
 *
 * The data is written to a file without a name (O_TMPFILE) in the directory of
 * the output, which gets its name when it is complete:
 *
 *	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
 *	if (vt_tmp_open(&t, path, 0644, err) < 0) return -1;
 *	... write to t.fd, or have a child write to t.tmp ...
 *	return vt_tmp_commit(&t, err);
 *
 * If the scope is left without a commit, or the process is killed, nothing
 * remains. There is a hidden file beside the output only on file systems
 * without O_TMPFILE, and for the time of two system calls when an existing file
 * is replaced.
 */
#ifndef VT_TMP_H
#define VT_TMP_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct vt_tmp {
	int fd;        /* write here; -1 when closed */
	char *path;    /* the final name; NULL for a scratch file */
	char *tmp;     /* the name by which a child can open it until then */
	bool named;    /* `tmp` is a name in the directory of the output */
	bool unsynced; /* set after vt_tmp_open() to commit without fsync(), if
			  the file can be generated again after a crash */
};
#define VT_TMP_INIT                                                            \
	{                                                                      \
		.fd = -1                                                       \
	}
/** vt_tmp_open() - start an output file
 * Errors: VT_HOST */
int vt_tmp_open(
	struct vt_tmp *t, const char *path, mode_t mode, struct vt_err **err);
/** vt_tmp_scratch() - create a file in $TMPDIR that never gets a name. Children
 * can open it as t->tmp while this process has it open.
 * Errors: VT_HOST */
int vt_tmp_scratch(struct vt_tmp *t, mode_t mode, struct vt_err **err);
/** vt_tmp_commit() - fsync, give the file its name, and close it
 * Errors: VT_HOST (disk full, ...) */
int vt_tmp_commit(struct vt_tmp *t, struct vt_err **err);
/** vt_tmp_discard() - close and remove the file, unless it was committed; free
 * the names */
void vt_tmp_discard(struct vt_tmp *t);
#define VT_AUTO_TMP __attribute__((cleanup(vt_tmp_discard)))

#endif
