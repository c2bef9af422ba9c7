/* base/beneath.h: untrusted paths cannot leave a directory. */
#include "base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"

static const struct {
	const char *path;
	bool safe;
} paths[] = {
	{"a", true},
	{"a/b.c/d", true},
	{"a/..b/c", true},
	{"com.ubuntu:v3/x", true},
	{"", false},
	{"/a", false},
	{"a/", false},
	{"a//b", false},
	{".", false},
	{"a/./b", false},
	{"..", false},
	{"a/../b", false},
	{"a/..", false},
	{"a\nb", false},
	{"a\x7f", false},
};

static void dotdot(void)
{
	ok(vt_beneath_has_dotdot("..") && vt_beneath_has_dotdot("a/../b") &&
			vt_beneath_has_dotdot("a//.."),
		"paths with '..'");
	ok(!vt_beneath_has_dotdot("") &&
			!vt_beneath_has_dotdot("a/..b/c../..."),
		"paths without '..'");
}

int main(void)
{
	dotdot();
	VT_AUTO_TREE char *dir = vt_fs_tmpdir("vt-test", NULL);
	const char *base;
	for (size_t i = 0; i < VT_COUNT(paths); i++)
		ok(vt_beneath_safe(paths[i].path) == paths[i].safe,
			"path %zu is %ssafe", i, paths[i].safe ? "" : "not ");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int at = vt_beneath_parent(fd, "x/y/z", true, &base);
	ok(at >= 0, "missing directories are created");
	is_str(base, "z", "the last component");
	int f = vt_beneath_open(fd, "x/y/z", O_CREAT | O_WRONLY, 0600);
	ok(f >= 0, "a file is created in them");
	close(f);
	close(at);
	ok(symlinkat("/tmp", fd, "out") == 0 && symlinkat("x", fd, "in") == 0,
		"two symbolic links");
	is_int(vt_beneath_open(fd, "out/a", O_CREAT | O_WRONLY, 0600), -1,
		"a link out of the directory is not followed");
	is_int(vt_beneath_open(fd, "in/y/z", O_RDONLY, 0), -1,
		"nor one that stays in it");
	is_int(errno, ELOOP, "with ELOOP");
	is_int(vt_beneath_open(fd, "../x", O_RDONLY, 0), -1,
		"'..' cannot leave the directory");
	is_int(vt_beneath_open(fd, "/tmp", O_RDONLY, 0), -1,
		"nor can an absolute path");
	is_int(vt_beneath_parent(fd, "out/b/c", true, &base), -1,
		"no directory is created through a link");
	is_int(vt_beneath_remove(fd, "x/y/z"), 0, "a file is removed");
	is_int(faccessat(fd, "x", F_OK, 0), -1,
		"with the directories that are then empty");
	is_int(vt_beneath_remove(fd, "x/y/z"), 0,
		"a missing file is not an error");
	close(fd);
	return done_testing();
}
