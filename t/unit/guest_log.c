/* Logs of what a guest writes: their limit, files that come late. */
#include "qemu/guest_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

#include "../tap.h"

static void is_file(const char *path, const char *want, const char *what)
{
	VT_AUTO_FREE char *text = vt_fs_read(path, 4096, NULL, NULL);
	is_str(text, want, what);
}

int main(void)
{
	VT_AUTO_TREE char *dir = vt_fs_tmpdir("vt-log", NULL);
	if (!dir)
		return 1;
	VT_AUTO_FREE char *path = vt_fs_join(dir, "journal.log");
	VT_AUTO_FREE char *bad = vt_fs_join(dir, "none/journal.log");
	struct vt_guest_log *l = vt_guest_log_new("journal");
	vt_guest_log_name(l, path);
	ok(!vt_fs_exists(path) && !vt_guest_log_error(l),
		"a guest that sends nothing leaves no file");
	vt_guest_log_limit(l, 10);
	vt_guest_log_put(l, "12345\n", 6);
	is_file(path, "12345\n", "the first bytes make it");
	vt_guest_log_put(l, "7890", 4);
	is_file(path, "12345\n7890", "up to the limit it is complete");
	vt_guest_log_put(l, "more", 4);
	vt_guest_log_put(l, "and more", 8);
	is_file(path, "12345\n7890\nvt: journal truncated after 10 bytes\n",
		"beyond it, a line says so, once");
	vt_guest_log_note(l, "a note");
	is_file(path,
		"12345\n7890\nvt: journal truncated after 10 bytes\n"
		"\nvt: a note\n",
		"our own words have no limit");
	vt_guest_log_free(l);

	l = vt_guest_log_new("journal");
	vt_guest_log_put(l, "x", 1);
	ok(!vt_guest_log_error(l) && !vt_guest_log_out(l),
		"without a file, what is put is dropped");
	vt_guest_log_name(l, bad);
	vt_guest_log_put(l, "x", 1);
	is_int(vt_guest_log_error(l), ENOENT, "a file that cannot be made");
	vt_guest_log_free(l);
	return done_testing();
}
