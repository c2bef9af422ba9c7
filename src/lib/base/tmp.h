/* Files: whole or absent.
 *
 * An output is written to a file without a name in the directory where it
 * belongs, and gets its name when it is complete:
 *
 *	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
 *	if (vt_tmp_open(&t, path, 0644, err) < 0) return -1;
 *	... write to t.fd, or have a child write to t.tmp ...
 *	return vt_tmp_commit(&t, err);
 *
 * Leaving the scope without a commit, or being killed, leaves nothing: there
 * is no name to remove. Only where the file system cannot do this is there a
 * hidden name beside the output until the commit; and for two system calls
 * when the output takes the place of an older one.
 */
#ifndef VT_TMP_H
#define VT_TMP_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct vt_tmp {
	int fd;        /* write here; -1 when closed */
	char *path;    /* the final name; NULL: it gets none */
	char *tmp;     /* until then a child of ours opens it by this name */
	bool named;    /* which is one that others see as well */
	bool unsynced; /* set after the open: no fsync, for what can be made
			  again after a crash */
};
#define VT_TMP_INIT                                                            \
	{                                                                      \
		.fd = -1                                                       \
	}
int vt_tmp_open(
	struct vt_tmp *t, const char *path, mode_t mode, struct vt_err **err);
/** vt_tmp_scratch() - a file in $TMPDIR that never gets a name: what children
 * read and write by t->tmp while we have it open */
int vt_tmp_scratch(struct vt_tmp *t, mode_t mode, struct vt_err **err);
/** vt_tmp_commit() - fsync, name, close; Errors: VT_HOST (disk full...) */
int vt_tmp_commit(struct vt_tmp *t, struct vt_err **err);
void vt_tmp_discard(struct vt_tmp *t);
#define VT_AUTO_TMP __attribute__((cleanup(vt_tmp_discard)))

#endif
