/* base/fs.h and base/tmp.h: outputs that appear completely or not at all,
 * copies, directory trees. */
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

static void atomic(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *path = vt_fs_join(dir, "f");
	{
		VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
		vt_tmp_open(&t, path, 0644, &err);
		vt_fs_write_all(t.fd, "half", 4, &err);
	}
	ok(!vt_fs_exists(path), "without a commit there is no file");
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	vt_fs_list(dir, &names, NULL);
	is_int((long long)names.n, 0, "and no temporary file");
	is_int(vt_fs_write(path, "abc", 3, 0600, &err), 0, "a file is written");
	struct stat st;
	stat(path, &st);
	is_int(st.st_mode & 07777, 0600, "with the given mode");
	is_int(vt_fs_write_if_changed(path, "abc", 3, 0600, &err), 0,
		"same content: not written");
	is_int(vt_fs_write_if_changed(path, "abd", 3, 0600, &err), 1,
		"other content: written");
	VT_AUTO_FREE char *text = vt_fs_read(path, 10, NULL, &err);
	is_str(text, "abd", "the content can be read");
	ok(!vt_fs_read(path, 2, NULL, &err), "a file that is too large");
	VT_AUTO_FREE char *deep = vt_fs_join(dir, "no/such/dir/f");
	is_int(vt_fs_write(deep, "", 0, 0644, &err), -1,
		"writing in a missing directory");
	is_int(vt_err_status(err), VT_HOST, "is a host error");
	ok(!vt_fs_read(deep, 9, NULL, &err), "reading a missing file");
	is_int(vt_err_status(err), VT_USAGE, "is a usage error");
}

static size_t count(const char *where)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	vt_fs_list(where, &names, NULL);
	return names.n;
}

/* Be killed while writing a file. */
static void write_and_die(const char *path)
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
		skip("killed while writing",
			"no O_TMPFILE on this file system");
	pid_t pid = named ? -1 : fork();
	if (pid == 0)
		write_and_die(path);
	if (pid > 0 && waitpid(pid, NULL, 0) == pid)
		is_int((long long)count(sub), 0,
			"a killed writer leaves no file");

	mode_t mask = umask(027);
	vt_fs_write(path, "old", 3, 0666, &err);
	umask(mask);
	struct stat old, new;
	stat(path, &old);
	is_int(old.st_mode & 07777, 0640, "the umask is applied");
	vt_fs_write(path, "new", 3, 0644, &err);
	stat(path, &new);
	ok(old.st_ino != new.st_ino,
		"an existing file is replaced, not overwritten");
	is_int((long long)count(sub), 1, "and no temporary file is left");
	VT_AUTO_FREE char *busy = vt_fs_join(sub, "d");
	VT_AUTO_FREE char *in_it = vt_fs_join(busy, "x");
	vt_fs_mkdirs(busy, 0755, &err);
	vt_fs_write(in_it, "", 0, 0644, &err);
	is_int(vt_fs_write(busy, "x", 1, 0644, &err), -1,
		"a directory cannot be replaced");
	is_int((long long)count(sub), 2, "and no temporary file is left then");
}

static void scratch(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *sub = vt_fs_join(dir, "scratch");
	VT_AUTO_FREE char *none = vt_fs_join(dir, "none");
	vt_fs_mkdirs(sub, 0755, &err);
	setenv("TMPDIR", sub, 1);
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	is_int(vt_tmp_scratch(&t, 0600, &err), 0, "a scratch file");
	is_int((long long)count(sub), 0, "has no name");
	VT_AUTO_FREE char *of = vt_printf("of=%s", t.tmp);
	char *const argv[] = {(char[]){"dd"}, of, (char[]){"status=none"},
		(char[]){"conv=notrunc"}, NULL};
	struct vt_run run = {.argv = argv, .input = "seen", .input_len = 4};
	is_int(vt_proc_run(&run, &err), 0, "a child can write to it");
	char text[5] = "";
	is_int(pread(t.fd, text, 4, 0), 4, "and the parent can read");
	is_str(text, "seen", "what the child wrote");
	setenv("TMPDIR", none, 1);
	VT_AUTO_TMP struct vt_tmp u = VT_TMP_INIT;
	is_int(vt_tmp_scratch(&u, 0600, &err), -1, "TMPDIR does not exist");
	ok(err && strstr(err->msg, none), "and the error names it");
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
	is_int(st.st_size, (8 << 20) + 3, "completely");
	ok(st.st_blocks < 2048, "and the copy is sparse");
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
	is_int(vt_fs_mkdirs(deep, 0755, &err), 0, "directories are created");
	is_int(vt_fs_mkdirs(deep, 0755, &err), 0,
		"existing ones are not an error");
	vt_fs_write(keep, "x", 1, 0644, &err);
	ok(symlink("../../keep", link) == 0, "a symlink out of the tree");
	is_int(vt_fs_rmtree(tree, &err), 0, "the tree is removed");
	ok(!vt_fs_exists(tree) && vt_fs_exists(keep),
		"and nothing outside of it");
	is_int(vt_fs_rmtree(tree, &err), 0, "a missing tree is not an error");
	VT_AUTO_FREE char *up = vt_fs_dirname("a/b");
	VT_AUTO_FREE char *here = vt_fs_dirname("b");
	VT_AUTO_FREE char *root = vt_fs_dirname("/b");
	is_str(up, "a", "dirname");
	is_str(here, ".", "dirname of a bare name");
	is_str(root, "/", "dirname of a name in /");
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-unit", NULL);
	atomic();
	nothing_left();
	scratch();
	copies();
	trees();
	vt_fs_rmtree(dir, NULL);
	free(dir);
	return done_testing();
}
