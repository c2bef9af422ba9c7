/* bcache: devices with a cache, which several of them may share. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "layers.h"
#include "step.h"

enum { WAIT_MS = 60000 };

/* Write to a file of sysfs, in place. */
static int put(const char *path, const char *word, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(word);
	say("+ echo %s >%s", word, path);
	if (fd < 0 || write(fd, word, len) != (ssize_t)len)
		return vt_err_errno(err, "cannot write '%s' to %s", word, path);
	return 0;
}

/* The kernel and udev work on their own. */
static bool wait_until(const char *path, bool there)
{
	uint64_t end = vt_now_ms() + WAIT_MS;
	while (vt_fs_exists(path) != there && vt_now_ms() < end)
		usleep(20000);
	return vt_fs_exists(path) == there;
}

/* A file in the directory of the kernel about a device; owned */
static char *attribute(const char *dev, const char *name)
{
	VT_AUTO_FREE char *real = realpath(dev, NULL);
	return vt_printf("/sys/class/block/%s/bcache/%s",
		real ? strrchr(real, '/') + 1 : "", name);
}

/* The entry before it that has the same cache, or NULL. */
static const struct vt_dev *shares_with(
	const struct plan *plan, const struct vt_dev *d)
{
	const struct vt_dev *cache = vt_dev_ref(d, "cache_device");
	for (const struct vt_dev *o = plan->graph.v; o < d; o++)
		if (vt_dev_is(o, VT_BCACHE) &&
			vt_dev_ref(o, "cache_device") == cache)
			return o;
	return NULL;
}

bool bcache_is_cache(const struct vt_edge *e)
{
	return vt_dev_is(e->user, VT_BCACHE) &&
	       !strcmp(e->key->word, "cache_device");
}

/* The UUID of its cache set in the superblock, or NULL; owned */
static char *set_of(const char *dev)
{
	VT_AUTO_FREE char *text =
		step_output(NULL, "bcache-super-show", dev, NULL);
	const char *at = text ? strstr(text, "cset.uuid") : NULL;
	at = at ? at + strlen("cset.uuid") : "";
	at += strspn(at, " \t");
	size_t len = strcspn(at, " \t\n");
	return len ? vt_strndup(at, len) : NULL;
}

/* Make the kernel know a device; udev may be first. */
static int enlist(const char *dev, struct vt_err **err)
{
	VT_AUTO_FREE char *known = attribute(dev, "");
	VT_AUTO_FREE char *real = realpath(dev, NULL);
	if (step(err, "modprobe", "bcache", NULL) < 0 ||
		step(err, "udevadm", "settle", "--timeout=60", NULL) < 0)
		return -1;
	if (!vt_fs_exists(known))
		put("/sys/fs/bcache/register", real ? real : dev, NULL);
	return wait_until(known, true) ? 0
				       : vt_err_set(err, VT_FAILED,
						 "bcache did not take %s", dev);
}

static int create_on(const char *dev, const char *role, struct vt_err **err)
{
	if (step(err, "wipefs", "--all", "--quiet", dev, NULL) < 0 ||
		step(err, "make-bcache", role, dev, NULL) < 0)
		return -1;
	return enlist(dev, err);
}

/* The kernel's device on a backing device; owned */
static char *node_on(const char *backing, struct vt_err **err)
{
	char target[PATH_MAX];
	VT_AUTO_FREE char *link = attribute(backing, "dev");
	ssize_t n = wait_until(link, true)
			    ? readlink(link, target, sizeof(target) - 1)
			    : -1;
	target[n > 0 ? n : 0] = '\0';
	const char *name = strrchr(target, '/');
	char *dev = vt_printf("/dev/%s", name ? name + 1 : "");
	if (name && wait_until(dev, true))
		return dev;
	free(dev);
	vt_err_set(err, VT_FAILED, "no bcache device appeared on %s", backing);
	return NULL;
}

static int attach(const char *dev, const char *cache, struct vt_err **err)
{
	VT_AUTO_FREE char *set = set_of(cache);
	VT_AUTO_FREE char *file = attribute(dev, "attach");
	if (!set)
		return vt_err_set(err, VT_FAILED,
			"no superblock of a bcache cache on %s", cache);
	return put(file, set, err);
}

/* Written through during the installation, so that all of it is on the backing
 * device; bcache_release() sets the mode of the config. The name is a label in
 * the superblock, as with curtin. */
static int set_up(const struct vt_dev *d, const char *dev, struct vt_err **err)
{
	VT_AUTO_FREE char *mode = attribute(dev, "cache_mode");
	VT_AUTO_FREE char *label = attribute(dev, "label");
	const char *name = vt_dev_text(d, "name");
	if (put(mode, "writethrough", err) < 0)
		return -1;
	return name ? put(label, name, err) : 0;
}

static int create(struct plan *plan, const struct vt_dev *d,
	const char *backing, const char *cache, struct vt_err **err)
{
	if (!shares_with(plan, d) && create_on(cache, "-C", err) < 0)
		return -1;
	if (create_on(backing, "-B", err) < 0)
		return -1;
	char *dev = node_on(backing, err);
	plan_made(plan, d)->dev = dev;
	if (!dev || attach(dev, cache, err) < 0)
		return -1;
	return set_up(d, dev, err);
}

/* "writethrough [writeback] writearound none" */
static int check_mode(
	const struct vt_dev *d, const char *dev, struct vt_err **err)
{
	VT_AUTO_FREE char *file = attribute(dev, "cache_mode");
	VT_AUTO_FREE char *modes = vt_fs_read(file, 256, NULL, err);
	const char *mode = vt_dev_text(d, "cache_mode");
	VT_AUTO_FREE char *want = vt_printf("[%s]", mode ? mode : "");
	if (!modes)
		return -1;
	if (!mode || strstr(modes, want))
		return 0;
	modes[strcspn(modes, "\n")] = '\0';
	return vt_dev_err(d, vt_dev_node(d, "cache_mode"), err,
		"%s, which is preserved, has the mode %s", dev, modes);
}

static int keep(struct plan *plan, const struct vt_dev *d, const char *backing,
	const char *cache, struct vt_err **err)
{
	VT_AUTO_FREE char *set = set_of(cache);
	VT_AUTO_FREE char *used = set_of(backing);
	if (!set || !vt_str_eq(set, used))
		return vt_dev_err(d, vt_dev_node(d, "preserve"), err,
			"there is no bcache on %s with its cache on %s to "
			"preserve",
			backing, cache);
	if (enlist(cache, err) < 0 || enlist(backing, err) < 0)
		return -1;
	char *dev = node_on(backing, err);
	plan_made(plan, d)->dev = dev;
	return dev ? check_mode(d, dev, err) : -1;
}

int bcache_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	const char *backing = plan_dev(plan, vt_dev_ref(d, "backing_device"));
	const char *cache = plan_dev(plan, vt_dev_ref(d, "cache_device"));
	int rc = vt_dev_num(d, "preserve")
			 ? keep(plan, d, backing, cache, err)
			 : create(plan, d, backing, cache, err);
	return rc < 0 ? -1 : layer_finish(plan, d, err);
}

/* The set is stopped after all of its devices. */
int bcache_release(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	const char *dev = plan_dev(plan, d),
		   *mode = vt_dev_text(d, "cache_mode");
	VT_AUTO_FREE char *set =
		set_of(plan_dev(plan, vt_dev_ref(d, "cache_device")));
	VT_AUTO_FREE char *set_dir =
		vt_printf("/sys/fs/bcache/%s", set ? set : "");
	VT_AUTO_FREE char *set_stop = vt_printf("%s/stop", set_dir);
	VT_AUTO_FREE char *file = attribute(dev, "cache_mode");
	VT_AUTO_FREE char *stop = attribute(dev, "stop");
	bool set_mode = mode && !vt_dev_num(d, "preserve");
	if ((set_mode && put(file, mode, err) < 0) || put(stop, "1", err) < 0)
		return -1;
	if (!wait_until(dev, false))
		return vt_err_set(err, VT_FAILED, "%s does not stop", dev);
	if (!set || shares_with(plan, d))
		return 0;
	if (put(set_stop, "1", err) < 0)
		return -1;
	return wait_until(set_dir, false)
		       ? 0
		       : vt_err_set(
				 err, VT_FAILED, "%s does not stop", set_dir);
}
