/* Archives: reproducible bytes, and no links out of the packed directory. */
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "image/archiver.h"

static char *dir;

static char *in_dir(const char *name)
{
	return vt_fs_join(dir, name);
}

static void put(const char *name, const char *text, mode_t mode)
{
	VT_AUTO_FREE char *path = in_dir(name);
	VT_AUTO_FREE char *parent = vt_fs_dirname(path);
	vt_fs_mkdirs(parent, 0755, NULL);
	vt_fs_write(path, text, strlen(text), 0644, NULL);
	chmod(path, mode);
}

static void put_link(const char *name, const char *target)
{
	VT_AUTO_FREE char *path = in_dir(name);
	if (symlink(target, path) < 0)
		perror(path);
}

static void names(void)
{
	static const char *const good[] = {
		"a", "a/b", ".a", "...", "a b\n", "-x", "\xff", NULL};
	static const char *const bad[] = {"", "/", "/a", "a/", "a//b", ".",
		"..", "./a", "a/..", "a/../b", NULL};
	for (size_t i = 0; good[i]; i++)
		ok(vt_archive_name_ok(good[i]), "good name %zu", i);
	for (size_t i = 0; bad[i]; i++)
		ok(!vt_archive_name_ok(bad[i]), "bad name '%s'", bad[i]);
	VT_AUTO_STR struct vt_str deep = VT_STR_INIT;
	for (int i = 0; i < VT_ARCHIVE_MAX_DEPTH; i++)
		vt_str_add(&deep, i ? "/d" : "d");
	ok(vt_archive_name_ok(deep.s), "as deep as allowed");
	vt_str_add(&deep, "/d");
	ok(!vt_archive_name_ok(deep.s), "deeper");
}

static int tree_tar(const char *name, struct vt_str *out, struct vt_err **err)
{
	static const char *const skip[] = {".git", "__pycache__", NULL};
	VT_AUTO_FREE char *path = in_dir(name);
	VT_AUTO_ARCHIVE struct vt_archive *a = vt_archive_new();
	if (vt_archive_add_path(a, "", path, skip, err) < 0)
		return -1;
	return vt_archive_tar_gz(a, out, err);
}

/* One line a member: type, mode, name, content or target. */
static void list(const struct vt_str *tar, struct vt_str *out)
{
	struct archive *r = archive_read_new();
	struct archive_entry *e;
	archive_read_support_filter_gzip(r);
	archive_read_support_format_tar(r);
	if (archive_read_open_memory(r, tar->s, tar->len) != ARCHIVE_OK)
		vt_str_add(out, "unreadable\n");
	while (archive_read_next_header(r, &e) == ARCHIVE_OK) {
		char text[64] = "";
		const char *target = archive_entry_symlink(e);
		if (archive_entry_filetype(e) == AE_IFREG)
			archive_read_data(r, text, sizeof(text) - 1);
		vt_str_addf(out, "%c%03o %s %s\n",
			archive_entry_filetype(e) == AE_IFDIR   ? 'd'
			: archive_entry_filetype(e) == AE_IFLNK ? 'l'
								: '-',
			(unsigned)archive_entry_perm(e),
			archive_entry_pathname(e), target ? target : text);
		if (archive_entry_mtime(e) != VT_ARCHIVE_TIME ||
			archive_entry_uid(e) || archive_entry_gid(e))
			vt_str_add(out, "  has a time or owner of its own\n");
	}
	archive_read_free(r);
}

static void same_bytes(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str one = VT_STR_INIT, two = VT_STR_INIT,
				  said = VT_STR_INIT;
	put("one/bin/tool", "tool", 0700);
	put("one/data.txt", "data", 0600);
	put("one/data-x", "x", 0444);
	put("one/.git/config", "no", 0644);
	put("one/lib/__pycache__/x.pyc", "no", 0644);
	put("one/lib/m.py", "m", 0640);
	put_link("one/lib/link", "../bin/tool");
	/* made in another order, with other modes and times */
	put("two/lib/m.py", "m", 0666);
	put("two/lib/link.tmp", "", 0644);
	put_link("two/lib/link", "../bin/tool");
	VT_AUTO_FREE char *extra = in_dir("two/lib/link.tmp");
	unlink(extra);
	put("two/data-x", "x", 0644);
	put("two/data.txt", "data", 0604);
	put("two/bin/tool", "tool", 0755);
	VT_AUTO_FREE char *data = in_dir("two/data.txt");
	struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	utimensat(AT_FDCWD, data, old, 0);
	is_int(tree_tar("one", &one, &err), 0, "a tree is packed");
	is_int(tree_tar("two", &two, &err), 0, "and another one like it");
	ok(one.len == two.len && !memcmp(one.s, two.s, one.len),
		"to the same bytes");
	list(&one, &said);
	is_str(said.s,
		"d755 bin/ \n-755 bin/tool tool\n-644 data-x x\n"
		"-644 data.txt data\nd755 lib/ \n"
		"l777 lib/link ../bin/tool\n-644 lib/m.py m\n",
		"sorted, with plain modes, without what is left out");
}

static void odd_names(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_ARCHIVE struct vt_archive *a = vt_archive_new();
	VT_AUTO_STR struct vt_str tar = VT_STR_INIT, said = VT_STR_INIT;
	char longer[240];
	memset(longer, 'n', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	vt_archive_add_text(a, "\xff\xfe", "1", &err);
	vt_archive_add_text(a, "caf\xc3\xa9", "2", &err);
	vt_archive_add_text(a, "deep/er/f", "3", &err);
	vt_archive_add_text(a, "line\nbreak", "4", &err);
	vt_archive_add_text(a, longer, "5", &err);
	is_int(vt_archive_tar_gz(a, &tar, &err), 0, "odd names are packed");
	is_int((long long)vt_archive_count(a), 7, "parents are counted");
	list(&tar, &said);
	VT_AUTO_FREE char *want = vt_printf("-644 caf\xc3\xa9 2\nd755 deep/ \n"
					    "d755 deep/er/ \n-644 deep/er/f 3\n"
					    "-644 line\nbreak 4\n-644 %s 5\n"
					    "-644 \xff\xfe 1\n",
		longer);
	is_str(said.s, want, "as they are, with the parents they need");
}

/* A tree with one bad link. */
static void refused(const char *name, const char *target, const char *what)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	put("bad/sub/f", "f", 0644);
	put_link(name, target);
	is_int(tree_tar("bad", &out, &err), -1, what);
	is_int(vt_err_status(err), VT_USAGE, "  as the user's fault");
	ok(err && strstr(err->msg, vt_fs_basename(name)), "  and named");
	VT_AUTO_FREE char *path = in_dir("bad");
	vt_fs_rmtree(path, NULL);
}

static void links(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	put("outside", "secret", 0644);
	put("bad-sibling/f", "f", 0644);
	refused("bad/l1", "/etc/passwd", "an absolute link");
	refused("bad/l2", "../outside", "a link out of the tree");
	refused("bad/l3", "../bad-sibling/f", "one to a longer name beside it");
	refused("bad/sub/l4", "../../nowhere", "a dangling one that climbs");
	refused("bad/l5", "l5", "a loop");
	put("bad/a/b/f", "f", 0644);
	put_link("bad/a/b/up", "../..");
	refused("bad/l6", "a/b/up/../outside",
		"one that leaves through another link");
	put("good/sub/f", "f", 0644);
	put_link("good/top", ".");
	put_link("good/sub/up", "..");
	put_link("good/dangling", "sub/none");
	is_int(tree_tar("good", &out, &err), 0,
		"links that stay inside are kept");
}

static void other_refusals(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	put("fifo/f", "f", 0644);
	VT_AUTO_FREE char *fifo = in_dir("fifo/pipe");
	mkfifo(fifo, 0644);
	is_int(tree_tar("fifo", &out, &err), -1, "a fifo is refused");
	vt_err_free(err);
	err = NULL;

	VT_AUTO_ARCHIVE struct vt_archive *a = vt_archive_new();
	vt_archive_add_text(a, "x/y", "1", &err);
	vt_archive_add_text(a, "x/y", "2", &err);
	is_int(vt_archive_tar_gz(a, &out, &err), -1, "two of one name");
	is_int(vt_err_status(err), VT_USAGE, "is the user's fault");
	vt_err_free(err);
	err = NULL;

	VT_AUTO_ARCHIVE struct vt_archive *b = vt_archive_new();
	vt_archive_add_text(b, "x", "1", &err);
	vt_archive_add_text(b, "x/y", "2", &err);
	is_int(vt_archive_tar_gz(b, &out, &err), -1,
		"a file that is a directory as well");
	vt_err_free(err);
	err = NULL;

	put("big", "", 0644);
	VT_AUTO_FREE char *big = in_dir("big");
	VT_AUTO_ARCHIVE struct vt_archive *c = vt_archive_new();
	ok(truncate(big, (off_t)VT_ARCHIVE_MAX_BYTES + 1) == 0, "a big file");
	is_int(vt_archive_add_file(c, "big", big, false, &err), -1,
		"is refused");
	vt_err_free(err);
	err = NULL;

	put("shrinks", "12345", 0644);
	VT_AUTO_FREE char *shrinks = in_dir("shrinks");
	VT_AUTO_ARCHIVE struct vt_archive *d = vt_archive_new();
	vt_archive_add_file(d, "f", shrinks, false, &err);
	ok(truncate(shrinks, 2) == 0, "a file changes after it was added");
	is_int(vt_archive_tar_gz(d, &out, &err), -1, "and is noticed");
	is_int(vt_err_status(err), VT_HOST, "as a host fault");
}

static int iso(struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_ARCHIVE struct vt_archive *a = vt_archive_new();
	vt_archive_add_text(a, "user-data", "#cloud-config\n", err);
	vt_archive_add_text(a, "meta-data", "instance-id: x\n", err);
	return vt_archive_iso(a, "cidata", out, err);
}

static void iso_images(void)
{
	enum { PVD = 16 * 2048, LABEL = 40, MADE = 813 };
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str one = VT_STR_INIT, two = VT_STR_INIT;
	setenv("TZ", "Asia/Tokyo", 1);
	is_int(iso(&one, &err), 0, "an ISO image");
	is_str(getenv("TZ"), "Asia/Tokyo", "leaves the time zone alone");
	unsetenv("TZ");
	struct timespec wait = {.tv_sec = 1, .tv_nsec = 100000000};
	nanosleep(&wait, NULL);
	is_int(iso(&two, &err), 0, "and a second later another one");
	ok(!getenv("TZ"), "with no time zone set");
	ok(one.len == two.len && !memcmp(one.s, two.s, one.len),
		"are the same bytes");
	ok(one.len > PVD + 2048 && !memcmp(one.s + PVD + LABEL, "CIDATA ", 7),
		"the label is that of a NoCloud seed");
	ok(one.len > PVD + 2048 &&
			!memcmp(one.s + PVD + MADE, "2000010100000000", 16),
		"the volume has the fixed time");
	ok(time(NULL) > 1700000000, "the clock goes on afterwards");
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-unit-archiver", NULL);
	names();
	same_bytes();
	odd_names();
	links();
	other_refusals();
	iso_images();
	vt_fs_rmtree(dir, NULL);
	free(dir);
	return done_testing();
}
