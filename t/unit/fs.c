/* Files: whole or absent. */
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/tmp.h"

static char *dir;

static void whole_or_absent(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *path = vt_fs_join(dir, "f");
	{
		VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
		vt_tmp_open(&t, path, 0644, &err);
		vt_fs_write_all(t.fd, "half", 4, &err);
	}
	ok(!vt_fs_exists(path), "without a commit nothing is there");
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	vt_fs_list(dir, &names, NULL);
	is_int((long long)names.n, 0, "no temporary either");
	is_int(vt_fs_write(path, "abc", 3, 0600, &err), 0, "written");
	struct stat st;
	stat(path, &st);
	is_int(st.st_mode & 07777, 0600, "with its mode");
	is_int(vt_fs_write_if_changed(path, "abc", 3, 0600, &err), 0, "same");
	is_int(vt_fs_write_if_changed(path, "abd", 3, 0600, &err), 1, "other");
	VT_AUTO_FREE char *text = vt_fs_read(path, 10, NULL, &err);
	is_str(text, "abd", "read back");
	ok(!vt_fs_read(path, 2, NULL, &err), "a bound on reading");
	VT_AUTO_FREE char *deep = vt_fs_join(dir, "no/such/dir/f");
	is_int(vt_fs_write(deep, "", 0, 0644, &err), -1, "no directory");
	is_int(vt_err_status(err), VT_HOST, "is a host fault");
	ok(!vt_fs_read(deep, 9, NULL, &err), "no file to read");
	is_int(vt_err_status(err), VT_USAGE, "is the user's fault");
}

static size_t count(const char *where)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	vt_fs_list(where, &names, NULL);
	return names.n;
}

static void killed(const char *path)
{
	struct vt_err *err = NULL;
	struct vt_tmp t = VT_TMP_INIT;
	vt_tmp_open(&t, path, 0644, &err);
	vt_fs_write_all(t.fd, "half", 4, &err);
	raise(SIGKILL);
}

static void nothing_left(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *sub = vt_fs_join(dir, "left");
	VT_AUTO_FREE char *path = vt_fs_join(sub, "f");
	vt_fs_mkdirs(sub, 0755, &err);
	struct vt_tmp t = VT_TMP_INIT;
	vt_tmp_open(&t, path, 0644, &err);
	bool named = t.named;
	vt_tmp_discard(&t);
	if (named)
		skip("killed while writing", "no O_TMPFILE here");
	pid_t pid = named ? -1 : fork();
	if (pid == 0)
		killed(path);
	if (pid > 0 && waitpid(pid, NULL, 0) == pid)
		is_int((long long)count(sub), 0, "killed while writing: empty");

	mode_t mask = umask(027);
	vt_fs_write(path, "old", 3, 0666, &err);
	umask(mask);
	struct stat old, new;
	stat(path, &old);
	is_int(old.st_mode & 07777, 0640, "the umask counts");
	vt_fs_write(path, "new", 3, 0644, &err);
	stat(path, &new);
	ok(old.st_ino != new.st_ino, "another file takes its place");
	is_int((long long)count(sub), 1, "and no name is left beside it");
	VT_AUTO_FREE char *busy = vt_fs_join(sub, "d");
	VT_AUTO_FREE char *in_it = vt_fs_join(busy, "x");
	vt_fs_mkdirs(busy, 0755, &err);
	vt_fs_write(in_it, "", 0, 0644, &err);
	is_int(vt_fs_write(busy, "x", 1, 0644, &err), -1, "not of a directory");
	is_int((long long)count(sub), 2, "nor then");
}

static void scratch(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *sub = vt_fs_join(dir, "scratch");
	VT_AUTO_FREE char *none = vt_fs_join(dir, "none");
	vt_fs_mkdirs(sub, 0755, &err);
	setenv("TMPDIR", sub, 1);
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	is_int(vt_tmp_scratch(&t, 0600, &err), 0, "a file for children");
	is_int((long long)count(sub), 0, "that has no name");
	VT_AUTO_FREE char *of = vt_printf("of=%s", t.tmp);
	char *const argv[] = {(char[]){"dd"}, of, (char[]){"status=none"},
		(char[]){"conv=notrunc"}, NULL};
	struct vt_run run = {.argv = argv, .input = "seen", .input_len = 4};
	is_int(vt_proc_run(&run, &err), 0, "a child writes to it");
	char text[5] = "";
	is_int(pread(t.fd, text, 4, 0), 4, "and we read");
	is_str(text, "seen", "what it wrote");
	setenv("TMPDIR", none, 1);
	VT_AUTO_TMP struct vt_tmp u = VT_TMP_INIT;
	is_int(vt_tmp_scratch(&u, 0600, &err), -1, "no such TMPDIR");
	ok(err && strstr(err->msg, none), "which is named");
	unsetenv("TMPDIR");
}

static void copies(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *from = vt_fs_join(dir, "sparse");
	VT_AUTO_FREE char *to = vt_fs_join(dir, "copy");
	FILE *f = fopen(from, "w");
	fseek(f, 8 << 20, SEEK_SET);
	fputs("end", f);
	fclose(f);
	is_int(vt_fs_copy(from, to, 0644, &err), 0, "a sparse file is copied");
	struct stat st;
	stat(to, &st);
	is_int(st.st_size, (8 << 20) + 3, "whole");
	ok(st.st_blocks < 2048, "and stays sparse");
	char a[65], b[65];
	vt_fs_sha256(from, a, NULL, &err);
	vt_fs_sha256(to, b, NULL, &err);
	is_str(b, a, "with the same content");
	vt_sha256_hex("abc", 3, a);
	is_str(a,
		"ba7816bf8f01cfea414140de5dae2223"
		"b00361a396177a9cb410ff61f20015ad",
		"sha256 of abc");
}

static void trees(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *keep = vt_fs_join(dir, "keep");
	VT_AUTO_FREE char *deep = vt_fs_join(dir, "t/a/b");
	VT_AUTO_FREE char *tree = vt_fs_join(dir, "t");
	VT_AUTO_FREE char *link = vt_fs_join(dir, "t/a/link");
	is_int(vt_fs_mkdirs(deep, 0755, &err), 0, "directories");
	is_int(vt_fs_mkdirs(deep, 0755, &err), 0, "again");
	vt_fs_write(keep, "x", 1, 0644, &err);
	ok(symlink("../../keep", link) == 0, "a symlink out of the tree");
	is_int(vt_fs_rmtree(tree, &err), 0, "the tree is removed");
	ok(!vt_fs_exists(tree) && vt_fs_exists(keep), "and only the tree");
	is_int(vt_fs_rmtree(tree, &err), 0, "a missing tree is fine");
	VT_AUTO_FREE char *up = vt_fs_dirname("a/b");
	VT_AUTO_FREE char *here = vt_fs_dirname("b");
	VT_AUTO_FREE char *root = vt_fs_dirname("/b");
	is_str(up, "a", "dirname");
	is_str(here, ".", "of a name alone");
	is_str(root, "/", "of a name in the root");
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-unit", NULL);
	whole_or_absent();
	nothing_left();
	scratch();
	copies();
	trees();
	vt_fs_rmtree(dir, NULL);
	free(dir);
	return done_testing();
}
