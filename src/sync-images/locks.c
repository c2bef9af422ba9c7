#include "locks.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/fs.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/settings.h"
#include "sync.h"

/* Set by `vt-sync lock` for its command: the identity of the locked tree. */
static const char marker[] = "IMAGE_LOCK_HELD";

static char *identity(const struct tree *t)
{
	struct stat st;
	if (fstat(t->fd, &st) < 0)
		return vt_strdup("?");
	return vt_printf("%llu:%llu", (unsigned long long)st.st_dev,
		(unsigned long long)st.st_ino);
}

/* Return: a descriptor to lock, or -1 */
static int open_lock(const struct tree *t, const char *path)
{
	int flags =
		strcmp(path, ".") ? O_RDWR | O_CREAT : O_RDONLY | O_DIRECTORY;
	int fd = vt_beneath_open(t->fd, path, flags, 0644);
	/* a user who may only read the tree can lock an existing file */
	return fd < 0 ? vt_beneath_open(t->fd, path, O_RDONLY, 0) : fd;
}

/* Return: a descriptor that holds the lock, or -1 */
static int take(const struct tree *t, const char *path, bool exclusive,
	int signals, struct vt_err **err)
{
	struct vt_lock_wait wait = {.signals = signals};
	VT_AUTO_FREE char *name = strcmp(path, ".") ? vt_fs_join(t->dir, path)
						    : vt_strdup(t->dir);
	if (vt_setting_int("IMAGE_LOCK_TIMEOUT", &wait.seconds, err) < 0)
		return -1;
	int fd = open_lock(t, path);
	if (fd < 0)
		return vt_err_errno(err, "cannot lock '%s'", name);
	if (vt_lock(fd, exclusive, name, &wait, err) == 0)
		return fd;
	close(fd);
	if (vt_err_status(err ? *err : NULL) == VT_TIMEOUT)
		vt_err_wrap(err,
			"'%s' is in use by tests or another sync "
			"(VT_IMAGE_LOCK_TIMEOUT)",
			t->dir);
	return -1;
}

int locks_exclude_writers(
	struct locks *l, const struct tree *t, struct vt_err **err)
{
	VT_AUTO_FREE char *id = identity(t);
	l->nested = vt_str_eq(getenv(marker), id);
	l->writers = take(t, TREE_WRITERS, true, l->signals, err);
	return l->writers < 0 ? -1 : 0;
}

int locks_exclude_readers(
	struct locks *l, const struct tree *t, struct vt_err **err)
{
	if (l->nested || l->readers >= 0)
		return 0;
	l->gate = take(t, ".", true, l->signals, err);
	if (l->gate < 0)
		return -1;
	l->readers = take(t, TREE_READERS, true, l->signals, err);
	return l->readers < 0 ? -1 : 0;
}

bool locks_try_exclude_readers(struct locks *l, const struct tree *t)
{
	if (l->nested || l->readers >= 0)
		return true;
	l->gate = open_lock(t, ".");
	l->readers = open_lock(t, TREE_READERS);
	if (l->gate >= 0 && vt_lock_try(l->gate, true, ".", NULL) == 1 &&
		l->readers >= 0 &&
		vt_lock_try(l->readers, true, TREE_READERS, NULL) == 1)
		return true;
	locks_admit_readers(l);
	return false;
}

void locks_admit_readers(struct locks *l)
{
	vt_closep(&l->readers);
	vt_closep(&l->gate);
	l->readers = l->gate = -1;
}

void locks_release(struct locks *l)
{
	locks_admit_readers(l);
	vt_closep(&l->writers);
	l->writers = -1;
}

/* The gate is only held until the readers' lock is taken. That lock is passed
 * to the command and ends with the last of its children. */
int sync_lock(
	const struct options *o, char *const *operands, struct vt_err **err)
{
	(void)o;
	if (!operands[0] || !operands[1])
		return vt_err_set(
			err, VT_USAGE, "lock: expected DIR -- COMMAND");
	AUTO_TREE struct tree t = TREE_INIT;
	if (tree_open(&t, operands[0], false, err) < 0)
		return -1;
	VT_AUTO_CLOSE int gate = take(&t, ".", false, -1, err);
	if (gate < 0)
		return -1;
	VT_AUTO_CLOSE int readers = take(&t, TREE_READERS, false, -1, err);
	VT_AUTO_FREE char *id = identity(&t);
	if (readers < 0)
		return -1;
	if (fcntl(readers, F_SETFD, 0) < 0 || setenv(marker, id, 1) < 0)
		return vt_err_errno(err, "cannot pass the lock to the command");
	execvp(operands[1], operands + 1);
	return vt_err_errno(err, "cannot run '%s'", operands[1]);
}
