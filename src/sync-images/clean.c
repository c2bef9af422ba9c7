/* vt-sync clean: remove files that are no longer needed. */
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "commit.h"
#include "journal.h"
#include "sync.h"
#include "transfer.h"

static int clean(const struct tree *t, struct locks *locks, struct vt_err **err)
{
	AUTO_CATALOG struct catalog cat = {0};
	size_t files = 0;
	if (locks_exclude_writers(locks, t, err) < 0 ||
		catalog_load(&cat, t, err) < 0)
		return -1;
	if (locks->nested)
		return vt_err_set(err, VT_USAGE,
			"clean: cannot run inside 'vt-sync lock %s': its "
			"command may use the files",
			t->dir);
	if (locks_exclude_readers(locks, t, err) < 0 ||
		journal_prune(t, &cat, false, &files, err) < 0)
		return -1;
	int parts = transfer_remove_old(t, 0, err);
	VT_AUTO_CLOSE int parent = -1;
	VT_AUTO_FREE char *sources =
		tree_fd_path(t, TREE_SOURCES, &parent, err);
	if (parts < 0 || !sources || vt_fs_rmtree(sources, err) < 0)
		return -1;
	vt_log_info("'%s': removed %zu files that no stream names, %d partial "
		    "downloads and the cached metadata of servers",
		t->dir, files, parts);
	return 0;
}

int sync_clean(
	const struct options *o, char *const *operands, struct vt_err **err)
{
	(void)o;
	if (!operands[0])
		return vt_err_set(err, VT_USAGE, "clean: no directory given");
	AUTO_TREE struct tree t = TREE_INIT;
	AUTO_LOCKS struct locks locks = LOCKS_INIT;
	/* false: do not turn another directory into a tree */
	if (tree_open(&t, operands[0], false, err) < 0)
		return -1;
	if (!tree_has_state(&t))
		return vt_err_set(err, VT_HOST,
			"'%s' is not managed by vt-sync: it has no '%s'", t.dir,
			TREE_STATE);
	return clean(&t, &locks, err);
}
