#include "test/phases.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

static const struct vt_phase_row rows[] = {
	{
		.name = "pack",
		.tool = "vt-pack",
		.kind = VT_PHASE_PREPARES,
		.inputs = {"install/pack.yaml"},
		.outside = VT_OUTSIDE_INSTALLER,
		.makes = {"install/user-data", "install/meta-data"},
		.data = "install",
	},
	{
		.name = "install",
		.tool = "vt-launch",
		.kind = VT_PHASE_RUNS,
		.console = true,
		.needs = {"pack"},
		.inputs = {"install/vm.yaml"},
		.logs = {"logs/webhooks-events.json", "logs/posted"},
		.data = "disks",
	},
	{
		.name = "seed",
		.tool = "vt-seed",
		.kind = VT_PHASE_PREPARES,
		.inputs = {"boot/seed.yaml"},
		.makes = {"boot/seed.img"},
		.data = "boot",
	},
	{
		.name = "boot",
		.tool = "vt-xkvm",
		.kind = VT_PHASE_RUNS,
		.console = true,
		.needs = {"install", "seed"},
		.inputs = {"boot/vm.yaml"},
		.logs = {VT_PHASES_WIRE, "logs/peer-serial.log"},
		.data = "boot",
	},
	{
		.name = "collect",
		.tool = "vt-extract",
		.kind = VT_PHASE_RUNS,
		.needs = {"boot"},
		.data = "collect",
		.evidence = true,
	},
	{
		.name = "verify",
		.tool = "vt-verify",
		.kind = VT_PHASE_VERIFIES,
		.needs = {"install", "collect"},
		.inputs = {"verify.yaml"},
		.outside = VT_OUTSIDE_PROGRAMS,
		.makes = {"result.json", "result.tap", "result.xml"},
	},
};

/* What vt-rules writes for people: no phase reads it. */
#define TEST_FILE "test.yaml"

const struct vt_phase_row *vt_phases_at(size_t i)
{
	return i < VT_COUNT(rows) ? &rows[i] : NULL;
}

const struct vt_phase_row *vt_phases_named(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(rows); i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	abort(); /* a programmer's error */
}

const char *vt_phases_input(size_t i)
{
	if (i-- == 0)
		return TEST_FILE;
	for (size_t k = 0; k < VT_COUNT(rows); k++)
		for (const char *const *f = rows[k].inputs; *f; f++)
			if (i-- == 0)
				return *f;
	return NULL;
}

const char *const *vt_phases_results(void)
{
	for (size_t i = 0; i < VT_COUNT(rows); i++)
		if (rows[i].kind == VT_PHASE_VERIFIES)
			return rows[i].makes;
	abort();
}

/* Whether a row before this one has its data in the same directory. */
static bool is_shared(size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (vt_str_eq(rows[i].data, rows[row].data))
			return true;
	return false;
}

const char *vt_phases_data(size_t i)
{
	for (size_t k = 0; k < VT_COUNT(rows); k++)
		if (rows[k].data && !is_shared(k) && i-- == 0)
			return rows[k].data;
	return i == 0 ? VT_PHASES_LOGS : NULL;
}

/* Whether a phase before this one makes the file. */
static bool is_made_before(const struct vt_phase_row *row, const char *file)
{
	for (const struct vt_phase_row *r = rows; r < row; r++)
		if (vt_str_in(r->makes, file))
			return true;
	return false;
}

bool vt_phases_leaves(const struct vt_phase_row *row, const char *file)
{
	size_t n = strlen(row->data);
	return !strncmp(file, row->data, n) && file[n] == '/' &&
	       !is_made_before(row, file);
}

bool vt_phases_fills(const struct vt_phase_row *row, const char *data)
{
	return !strcmp(data, VT_PHASES_LOGS) ? row->kind == VT_PHASE_RUNS
					     : vt_str_eq(row->data, data);
}

char *vt_phases_stamp(const struct vt_phase_row *row, const char *dir)
{
	switch (row->kind) {
	case VT_PHASE_PREPARES:
		return vt_fs_join(dir, row->makes[0]);
	case VT_PHASE_RUNS:
		return vt_printf("%s/%s.done", dir, row->name);
	case VT_PHASE_VERIFIES:
		return vt_printf("%s.done", dir);
	}
	abort();
}

static char *in_logs(const char *dir, const char *phase, const char *what)
{
	VT_AUTO_FREE char *name =
		vt_printf(VT_PHASES_LOGS "/%s%s", phase, what);
	return vt_fs_join(dir ? dir : "", name);
}

char *vt_phases_report(const char *dir, const char *phase)
{
	return in_logs(dir, phase, ".json");
}

char *vt_phases_log(const char *dir, const char *phase, enum vt_phases_log log)
{
	static const char *const names[VT_PHASES_MACHINE_LOGS] = {
		[VT_PHASES_CONSOLE] = "-serial.log",
		[VT_PHASES_TIMES] = "-serial.times",
		[VT_PHASES_JOURNAL] = "-journal.log",
		[VT_PHASES_SCREEN] = "-screen.png",
		[VT_PHASES_REGISTERS] = "-registers.txt",
		[VT_PHASES_MEMORY] = "-memory.dump",
	};
	return in_logs(dir, phase, names[log]);
}

char *vt_phases_console(const char *dir, const char *phase)
{
	return vt_phases_log(dir, phase, VT_PHASES_CONSOLE);
}

char *vt_phases_times(const char *dir, const char *phase)
{
	return vt_phases_log(dir, phase, VT_PHASES_TIMES);
}

static bool has(const char *dir, const char *name)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	return vt_fs_exists(path);
}

/* A directory of logs is not enough: other trees have one as well. */
bool vt_phases_is_test(const char *dir)
{
	const char *input;
	for (const char *const *f = vt_phases_results(); *f; f++)
		if (has(dir, *f))
			return true;
	for (size_t i = 0; (input = vt_phases_input(i)); i++)
		if (has(dir, input))
			return true;
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		VT_AUTO_FREE char *report =
			vt_phases_report(NULL, rows[i].name);
		if (has(dir, report))
			return true;
	}
	return false;
}

bool vt_phases_began(const char *dir)
{
	VT_AUTO_FREE char *logs = vt_fs_join(dir, VT_PHASES_LOGS);
	return vt_fs_is_dir(logs);
}
