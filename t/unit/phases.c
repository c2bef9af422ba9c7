/* The table of phases, and what is derived from it. */
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "base/str.h"
#include "test/history.h"
#include "test/keep.h"
#include "test/phase_dir.h"
#include "test/phases.h"

static char *dir; /* of a test */

static void put(const char *name)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	VT_AUTO_FREE char *parent = vt_fs_dirname(path);
	vt_fs_mkdirs(parent, 0755, NULL);
	vt_fs_write(path, name, strlen(name), 0644, NULL);
}

static bool has(const char *name)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	return vt_fs_exists(path);
}

static bool comes_before(const char *name, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (!strcmp(vt_phases_at(i)->name, name))
			return true;
	return false;
}

static void table(void)
{
	const struct vt_phase_row *row, *other;
	const char *word;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		bool order = true, alone = true;
		VT_AUTO_FREE char *stamp = vt_phases_stamp(row, "t/x");
		for (const char *const *n = row->needs; *n; n++)
			order &= comes_before(*n, i);
		for (size_t k = 0; k < i && (other = vt_phases_at(k)); k++) {
			VT_AUTO_FREE char *s = vt_phases_stamp(other, "t/x");
			alone &= strcmp(s, stamp) && row->tool != other->tool;
		}
		ok(order, "%s: what it needs comes before it", row->name);
		ok(alone, "%s: its stamp and tool are its own", row->name);
		ok(row->kind != VT_PHASE_PREPARES || row->makes[0],
			"%s: has a stamp", row->name);
	}
	const struct vt_setting *s;
	for (size_t i = 0; (s = vt_setting_at(i)); i++)
		if (!strcmp(s->name, "KEEP_DATA_FAIL"))
			break;
	for (size_t i = 0; (word = vt_phases_data(i)); i++)
		ok(s && strstr(s->help, word),
			"the help of KEEP_DATA_FAIL names '%s'", word);
}

/* All that a whole run leaves. */
static void fill(void)
{
	const struct vt_phase_row *row;
	const char *name;
	for (size_t i = 0; (name = vt_phases_input(i)); i++)
		put(name);
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *stamp = vt_phases_stamp(row, dir);
		VT_AUTO_FREE char *report = vt_phases_report(NULL, row->name);
		VT_AUTO_FREE char *data =
			vt_printf("%s/data", row->data ? row->data : "other");
		put(data);
		put(report);
		vt_fs_write(stamp, "x", 1, 0644, NULL);
		for (const char *const *f = row->makes; *f; f++)
			put(*f);
	}
}

/* What stays in a directory of the test when nothing is to be kept. */
static void keep(void)
{
	const struct vt_phase_row *row;
	const char *name;
	fill();
	setenv("VT_KEEP_DATA_PASS", "none", 1);
	ok(vt_keep_apply(dir, true, NULL) == 0, "keep nothing");
	for (size_t i = 0; (name = vt_phases_input(i)); i++)
		ok(has(name), "'%s' stays", name);
	for (const char *const *f = vt_phases_results(); *f; f++)
		ok(has(*f), "'%s' stays", *f);
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *stamp = vt_phases_stamp(row, dir);
		bool verifies = row->kind == VT_PHASE_VERIFIES;
		ok(vt_fs_exists(stamp) == verifies, "%s: its stamp %s",
			row->name, verifies ? "stays" : "goes");
	}
	ok(!has("disks") && !has("collect") && !has("logs"),
		"directories without inputs go");
	ok(!has("install/data") && !has("boot/data"), "so does other data");
	fill();
	setenv("VT_KEEP_DATA_PASS", "logs,disks", 1);
	vt_keep_apply(dir, true, NULL);
	ok(has("logs") && has("disks/data") && has("install.done"),
		"what is named stays, and its stamp");
	ok(!has("boot/data") && !has("boot.done"), "and nothing else");
}

static void forget(void)
{
	VT_AUTO_FREE char *done = vt_printf("%s.done", dir);
	fill();
	put("logs/boot-serial.log");
	put("logs/boot-screen.png");
	put("logs/boot-journal.log");
	put("logs/install-journal.log");
	vt_phase_clear(dir, "boot", NULL);
	ok(!has("boot.done") && !has("logs/boot.json") &&
			!has("logs/boot-serial.log") &&
			!has("logs/boot-screen.png") &&
			!has("logs/boot-journal.log"),
		"a phase forgets what it left of itself");
	ok(has("install.done") && has("logs/install.json") &&
			has("logs/install-journal.log") && has("boot/data"),
		"and nothing of others");
	int fd = vt_phase_lock(dir, NULL);
	ok(fd >= 0 && !has("result.json") && !has("result.tap") &&
			!has("result.xml") && !vt_fs_exists(done),
		"a phase that begins forgets the verdict");
	close(fd);
}

/* Whether another content of a file is another test to the history. */
static bool counts(const char *name)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "history");
	VT_AUTO_FREE char *file = vt_fs_join(dir, name);
	struct vt_history h;
	unlink(path);
	fill();
	vt_history_add(dir, VT_FAILED, "boot", 3, NULL);
	vt_fs_write(file, "other", 5, 0644, NULL);
	vt_history_add(dir, VT_OK, "-", 7.5, NULL);
	vt_history_read(dir, &h);
	return !h.unsteady && h.seconds == 7.5;
}

static void history(void)
{
	const char *name;
	for (size_t i = 1; (name = vt_phases_input(i)); i++)
		ok(counts(name), "history: '%s' counts", name);
	ok(counts("install/user-data"), "history: so does what is packed");
	ok(!counts("boot/seed.img") && !counts("disks/data") &&
			!counts(vt_phases_input(0)),
		"history: nothing else does");
}

int main(void)
{
	VT_AUTO_TREE char *top = vt_fs_tmpdir("vt-phases", NULL);
	if (!top)
		return 1;
	dir = vt_fs_join(top, "test");
	table();
	ok(!vt_phases_is_test(top) && !vt_phases_is_test(dir), "no test yet");
	keep();
	ok(vt_phases_is_test(dir) && vt_phases_began(dir), "a test that ran");
	forget();
	history();
	free(dir);
	return done_testing();
}
