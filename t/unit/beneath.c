/* Paths that stay below a directory, whatever they say. */
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

int main(void)
{
	VT_AUTO_TREE char *dir = vt_fs_tmpdir("vt-test", NULL);
	const char *base;
	for (size_t i = 0; i < VT_COUNT(paths); i++)
		ok(vt_beneath_safe(paths[i].path) == paths[i].safe,
			"path %zu is %ssafe", i, paths[i].safe ? "" : "not ");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int at = vt_beneath_parent(fd, "x/y/z", true, &base);
	ok(at >= 0, "directories are made");
	is_str(base, "z", "the last part");
	int f = vt_beneath_open(fd, "x/y/z", O_CREAT | O_WRONLY, 0600);
	ok(f >= 0, "a file in them");
	close(f);
	close(at);
	ok(symlinkat("/tmp", fd, "out") == 0 && symlinkat("x", fd, "in") == 0,
		"links");
	is_int(vt_beneath_open(fd, "out/a", O_CREAT | O_WRONLY, 0600), -1,
		"no link leads out");
	is_int(vt_beneath_open(fd, "in/y/z", O_RDONLY, 0), -1,
		"nor in, by another way");
	is_int(errno, ELOOP, "which is an error of its own");
	is_int(vt_beneath_open(fd, "../x", O_RDONLY, 0), -1, "nor does ..");
	is_int(vt_beneath_open(fd, "/tmp", O_RDONLY, 0), -1, "nor /");
	is_int(vt_beneath_parent(fd, "out/b/c", true, &base), -1,
		"no directory is made through a link");
	is_int(vt_beneath_remove(fd, "x/y/z"), 0, "a file goes");
	is_int(faccessat(fd, "x", F_OK, 0), -1, "with what it leaves empty");
	is_int(vt_beneath_remove(fd, "x/y/z"), 0, "twice is fine");
	close(fd);
	return done_testing();
}
