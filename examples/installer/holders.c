#include "holders.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "step.h"

enum { TRIES = 5, WAIT_MS = 10000, STEP_MS = 50, MAX_FILE = 1 << 20 };

char *device_name(const char *dev)
{
	char *real = realpath(dev, NULL);
	if (!real || !vt_str_starts(real, "/dev/")) {
		free(real);
		return NULL;
	}
	char *name = vt_strdup(real + strlen("/dev/"));
	free(real);
	return name;
}

static char *sysfs(const char *name, const char *file)
{
	return vt_printf("/sys/class/block/%s/%s", name, file);
}

char *device_attribute(const char *name, const char *file)
{
	VT_AUTO_FREE char *path = sysfs(name, file);
	char *text = vt_fs_read(path, MAX_FILE, NULL, NULL);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

static bool has_uuid(const char *name, const char *prefix)
{
	VT_AUTO_FREE char *uuid = device_attribute(name, "dm/uuid");
	return uuid && vt_str_starts(uuid, prefix);
}

bool device_is_mpath(const char *name)
{
	return has_uuid(name, "mpath-");
}

/* The names in a directory of sysfs; none if it does not exist. */
static void list(const char *name, const char *dir, struct vt_strv *out)
{
	VT_AUTO_FREE char *path = sysfs(name, dir);
	vt_fs_list(path, out, NULL);
}

int holders_parts(const char *name, struct vt_strv *parts, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv files = VT_STRV_INIT, above = VT_STRV_INIT;
	VT_AUTO_FREE char *dir = sysfs(name, ".");
	if (vt_fs_list(dir, &files, err) < 0)
		return -1;
	for (size_t i = 0; i < files.n; i++) {
		VT_AUTO_FREE char *mark =
			vt_printf("%s/%s/partition", dir, files.v[i]);
		if (vt_fs_exists(mark))
			vt_strv_add(parts, files.v[i]);
	}
	list(name, "holders", &above);
	for (size_t i = 0; i < above.n; i++)
		if (has_uuid(above.v[i], "part"))
			vt_strv_add(parts, above.v[i]);
	return 0;
}

/* Whether a line of mountinfo is of the device. Btrfs has device numbers of its
 * own: there the source tells. */
static bool is_mount_of(const struct vt_strv *words, const char *name)
{
	VT_AUTO_FREE char *number = device_attribute(name, "dev");
	if (words->n < 10)
		return false;
	if (vt_str_eq(number, words->v[2]))
		return true;
	VT_AUTO_FREE char *source = device_name(words->v[words->n - 2]);
	return vt_str_eq(source, name);
}

/* Turn off a swap partition, or swap files below `dir`. */
static int swap_off(const char *name, const char *dir, struct vt_err **err)
{
	VT_AUTO_FREE char *text =
		vt_fs_read("/proc/swaps", MAX_FILE, NULL, NULL);
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_split(text ? text : "", '\n', &lines);
	for (size_t i = 1; i < lines.n; i++) {
		VT_AUTO_FREE char *path =
			vt_strndup(lines.v[i], strcspn(lines.v[i], " \t"));
		VT_AUTO_FREE char *dev = device_name(path);
		bool below = dir && vt_str_starts(path, dir) &&
			     path[strlen(dir)] == '/';
		if ((below || (!dir && vt_str_eq(dev, name))) &&
			step(err, "swapoff", path, NULL) < 0)
			return -1;
	}
	return 0;
}

/* The mounts of this process, which has its own, or of the whole system. */
static int unmount(const char *name, bool system, struct vt_err **err)
{
	VT_AUTO_FREE char *text = vt_fs_read(
		system ? "/proc/1/mountinfo" : "/proc/self/mountinfo", MAX_FILE,
		NULL, NULL);
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_split(text ? text : "", '\n', &lines);
	for (size_t i = lines.n; i-- > 0;) {
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		vt_str_words(lines.v[i], " ", &words);
		if (!is_mount_of(&words, name))
			continue;
		const char *at = words.v[4];
		if (!strcmp(at, "/"))
			return vt_err_set(err, VT_FAILED,
				"/dev/%s is the root of this system", name);
		if (swap_off(name, at, err) < 0)
			return -1;
		if (system ? step(err, "nsenter", "--target=1", "--mount", "--",
				     "umount", at, NULL) < 0
			   : step(err, "umount", at, NULL) < 0)
			return -1;
	}
	return 0;
}

static int put(const char *name, const char *file, struct vt_err **err)
{
	VT_AUTO_FREE char *path = sysfs(name, file);
	VT_AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
	say("+ echo 1 >%s", path);
	if (fd < 0 || write(fd, "1", 1) != 1)
		return vt_err_errno(err, "cannot write to %s", path);
	return 0;
}

/* Whether a file of sysfs has disappeared; an array can stay without members.
 */
static bool is_gone(const char *name, const char *file)
{
	VT_AUTO_FREE char *path = sysfs(name, file);
	VT_AUTO_FREE char *state = device_attribute(name, "md/array_state");
	return !vt_fs_exists(path) || vt_str_eq(state, "clear");
}

static int wait_gone(const char *name, const char *file, struct vt_err **err)
{
	for (int ms = 0; !is_gone(name, file); ms += STEP_MS) {
		if (ms > WAIT_MS)
			return vt_err_set(err, VT_FAILED,
				"/dev/%s is still in use %d s after it was "
				"stopped",
				name, WAIT_MS / 1000);
		usleep(STEP_MS * 1000);
	}
	return 0;
}

/* A bcache device of which only parts are there: the cache, or the backing
 * device without its cache. */
static int stop_bcache_part(const char *name, struct vt_err **err)
{
	VT_AUTO_FREE char *dir = sysfs(name, "bcache");
	VT_AUTO_FREE char *set = sysfs(name, "bcache/set");
	/* a bcache device itself is stopped as what it is */
	if (vt_str_starts(name, "bcache") || !vt_fs_exists(dir))
		return 0;
	if (put(name, vt_fs_exists(set) ? "bcache/set/stop" : "bcache/stop",
		    err) < 0)
		return -1;
	return wait_gone(name, "bcache", err);
}

static int stop_once(const char *name, struct vt_err **err)
{
	VT_AUTO_FREE char *dev = vt_printf("/dev/%s", name);
	VT_AUTO_FREE char *map = device_attribute(name, "dm/name");
	if (vt_str_starts(name, "md"))
		return step(err, "mdadm", "--stop", dev, NULL);
	if (vt_str_starts(name, "bcache"))
		return put(name, "bcache/stop", err);
	if (map && device_is_mpath(name))
		return step(err, "multipath", "-f", map, NULL);
	if (map)
		return step(err, "dmsetup", "remove", "--retry", map, NULL);
	return vt_err_set(err, VT_FAILED, "do not know how to stop %s", dev);
}

/* What opens a device for a moment, such as udev, makes stopping fail. */
static int stop(const char *name, struct vt_err **err)
{
	for (int i = 1; !is_gone(name, "."); i++) {
		bool last = i == TRIES;
		if (stop_once(name, last ? err : NULL) == 0)
			return wait_gone(name, ".", err);
		if (last)
			return -1;
		step(NULL, "udevadm", "settle", "--timeout=10", NULL);
	}
	return 0;
}

int holders_stop(const char *name, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv parts = VT_STRV_INIT, above = VT_STRV_INIT;
	if (holders_parts(name, &parts, err) < 0)
		return -1;
	for (size_t i = 0; i < parts.n; i++)
		if (holders_stop(parts.v[i], err) < 0)
			return -1;
	list(name, "holders", &above);
	for (size_t i = 0; i < above.n; i++) {
		if (vt_strv_has(&parts, above.v[i]) || is_gone(above.v[i], "."))
			continue;
		if (holders_stop(above.v[i], err) < 0 ||
			stop(above.v[i], err) < 0)
			return -1;
	}
	if (swap_off(name, NULL, err) < 0 || unmount(name, false, err) < 0 ||
		unmount(name, true, err) < 0)
		return -1;
	return stop_bcache_part(name, err);
}
