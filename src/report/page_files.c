/* Links to the files of a test, and pictures of its screen. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "page.h"
#include "test/phases.h"

enum { MAX_NAMES = 80, MAX_PICTURE = 400 << 10, MAX_PICTURES = 3 };

static bool is_file(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* From one absolute directory to another: "../../b/c". */
static void add_relative(struct vt_str *out, const char *from, const char *to)
{
	size_t same = 0, i = 0;
	for (; from[i] && from[i] == to[i]; i++)
		if (from[i] == '/')
			same = i;
	if ((!from[i] && (to[i] == '/' || !to[i])) ||
		(!to[i] && from[i] == '/'))
		same = i;
	for (const char *p = from + same; *p; p++)
		if (*p == '/' && p[1])
			vt_str_add(out, "../");
	const char *rest = to + same + (to[same] == '/');
	if (*rest)
		vt_str_addf(out, "%s/", rest);
}

void page_link(const struct page *p, const struct page_test *t,
	const char *name, struct vt_str *out)
{
	VT_AUTO_STR struct vt_str path = VT_STR_INIT;
	VT_AUTO_FREE char *dir = realpath(t->row->dir, NULL);
	if (p->base && dir)
		add_relative(&path, p->base, dir);
	else
		vt_str_addf(&path, "%s/", t->row->dir);
	vt_str_add(&path, name);
	html_path(out, vt_str_c(&path));
}

static void add_link(const struct page *p, const struct page_test *t,
	const char *name, struct vt_str *out)
{
	vt_str_add(out, "<a href=\"");
	page_link(p, t, name, out);
	html_addf(out, "\">%s</a> ", name);
}

/* The regular files in a directory of the test; "": the test's own. */
static void add_dir(const struct page *p, const struct page_test *t,
	const char *dir, struct vt_str *out)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_FREE char *path = vt_fs_join(t->row->dir, dir);
	size_t shown = 0, more = 0;
	if (vt_fs_list(path, &names, NULL) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *name = vt_fs_join(dir, names.v[i]);
		VT_AUTO_FREE char *file = vt_fs_join(t->row->dir, name);
		if (!is_file(file))
			continue;
		if (shown++ < MAX_NAMES)
			add_link(p, t, name, out);
		else
			more++;
	}
	if (more)
		html_addf(out, "and %zu more ", more);
}

/* A picture that QEMU has made of the screen. */
static bool add_picture(const char *path, const char *name, struct vt_str *out)
{
	static const char magic[] = "\x89PNG\r\n\x1a\n";
	size_t len = 0;
	VT_AUTO_FREE char *png =
		is_file(path) ? vt_fs_read(path, MAX_PICTURE, &len, NULL)
			      : NULL;
	if (!png || len < 8 || memcmp(png, magic, 8) != 0)
		return false;
	html_addf(out,
		"<figure><img alt=\"the guest's screen, %s\" "
		"src=\"data:image/png;base64,",
		name);
	html_base64(out, png, len);
	html_addf(out, "\"><figcaption>%s</figcaption></figure>\n", name);
	return true;
}

static void add_pictures(const struct page_test *t, struct vt_str *out)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_FREE char *logs = vt_fs_join(t->row->dir, VT_PHASES_LOGS);
	size_t n = 0;
	if (vt_fs_list(logs, &names, NULL) < 0)
		return;
	for (size_t i = 0; i < names.n && n < MAX_PICTURES; i++) {
		VT_AUTO_FREE char *path = vt_fs_join(logs, names.v[i]);
		if (vt_str_ends(names.v[i], ".png"))
			n += add_picture(path, names.v[i], out);
	}
}

void page_files(
	const struct page *p, const struct page_test *t, struct vt_str *out)
{
	static const char *const dirs[] = {
		"", VT_PHASES_LOGS, "install", "boot", "collect"};
	if (!t->good)
		add_pictures(t, out);
	vt_str_add(out, "<details class=\"files\"><summary>files</summary><p>");
	for (size_t i = 0; i < VT_COUNT(dirs); i++)
		add_dir(p, t, dirs[i], out);
	vt_str_add(out, "</p></details>\n");
}
