#include "base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum { PATH_MAX_LEN = 500 };

static bool safe_part(const char *s, size_t len)
{
	if (len == 0 || len > NAME_MAX)
		return false;
	if (s[0] == '.' && (len == 1 || (len == 2 && s[1] == '.')))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < 32 || s[i] == 127)
			return false;
	return true;
}

bool vt_beneath_safe(const char *path)
{
	if (strlen(path) > PATH_MAX_LEN)
		return false;
	for (;;) {
		size_t len = strcspn(path, "/");
		if (!safe_part(path, len))
			return false;
		if (!path[len])
			return true;
		path += len + 1;
	}
}

bool vt_beneath_has_dotdot(const char *path)
{
	VT_AUTO_STRV struct vt_strv parts = VT_STRV_INIT;
	vt_str_words(path, "/", &parts);
	return vt_strv_has(&parts, "..");
}

int vt_beneath_open(int dir, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
		.mode = flags & (O_CREAT | O_TMPFILE) & ~O_DIRECTORY ? mode : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	/* EAGAIN: a concurrent rename or mount could have moved the path */
	for (int tries = 0;; tries++) {
		long fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN || tries == 100)
			return (int)fd;
	}
}

int vt_beneath_parent(int dir, const char *path, bool make, const char **base)
{
	int fd = vt_beneath_open(dir, ".", O_RDONLY | O_DIRECTORY, 0);
	for (const char *slash; fd >= 0 && (slash = strchr(path, '/'));
		path = slash + 1) {
		VT_AUTO_FREE char *part =
			vt_strndup(path, (size_t)(slash - path));
		if (make && mkdirat(fd, part, 0755) < 0 && errno != EEXIST) {
			int saved = errno;
			close(fd);
			errno = saved;
			return -1;
		}
		int next = vt_beneath_open(fd, part, O_RDONLY | O_DIRECTORY, 0);
		int saved = errno;
		close(fd);
		errno = saved;
		fd = next;
	}
	*base = path;
	return fd;
}

int vt_beneath_remove(int dir, const char *path)
{
	VT_AUTO_FREE char *at = vt_strdup(path);
	for (int flags = 0;; flags = AT_REMOVEDIR) {
		const char *base;
		VT_AUTO_CLOSE int parent =
			vt_beneath_parent(dir, at, false, &base);
		if (parent < 0)
			return errno == ENOENT ? 0 : -1;
		if (unlinkat(parent, base, flags) < 0 && errno != ENOENT)
			return flags ? 0 : -1; /* not empty yet */
		char *slash = strrchr(at, '/');
		if (!slash)
			return 0;
		*slash = '\0';
	}
}
