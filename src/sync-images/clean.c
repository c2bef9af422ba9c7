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
	AUTO_HELD struct held h = {0};
	size_t files = 0;
	if (locks_prepare(locks, t, err) < 0 || held_load(&h, t, err) < 0)
		return -1;
	if (locks->nested)
		return vt_err_set(err, VT_USAGE,
			"clean: not under a lock of '%s' for tests", t->dir);
	if (locks_change(locks, t, err) < 0 ||
		journal_collect(t, &h, false, &files, err) < 0)
		return -1;
	int parts = transfer_clean(t, 0, err);
	VT_AUTO_CLOSE int parent = -1;
	VT_AUTO_FREE char *sources = tree_name(t, TREE_SOURCES, &parent, err);
	if (parts < 0 || !sources || vt_fs_rmtree(sources, err) < 0)
		return -1;
	vt_log_info("'%s': removed %zu files that no stream names, %d parts of "
		    "downloads, and what was kept of servers' metadata",
		t->dir, files, parts);
	return 0;
}

int sync_clean(
	const struct options *o, char *const *operands, struct vt_err **err)
{
	(void)o;
	if (!operands[0])
		return vt_err_set(err, VT_USAGE, "clean: say which DIR");
	AUTO_TREE struct tree t = TREE_INIT;
	AUTO_LOCKS struct locks locks = LOCKS_INIT;
	/* a directory that is no tree of ours is not made one */
	if (tree_open(&t, operands[0], false, err) < 0)
		return -1;
	if (!tree_is_ours(&t))
		return vt_err_set(
			err, VT_HOST, "'%s' holds nothing of vt-sync's", t.dir);
	return clean(&t, &locks, err);
}
