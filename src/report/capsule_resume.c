/* Which phase ended the test, and where it is resumed. */
#include "capsule_parts.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/phases.h"
#include "test/result.h"

/* Without a result: the first phase with a machine that has not succeeded. */
static const char *unfinished(const struct capsule *c)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *stamp = vt_phases_stamp(row, c->real);
		if (row->kind == VT_PHASE_RUNS && !vt_fs_exists(stamp))
			return row->name;
	}
	return "verify";
}

static int read_verdict(struct capsule *c, struct vt_err **err)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	int rc = vt_result_read(c->real, &r, err);
	if (rc < 0)
		return -1;
	c->file.phase =
		capsule_keep(c, "%s", rc ? vt_result_phase(&r) : unfinished(c));
	c->file.status = rc ? capsule_keep(c, "%s", r.status) : NULL;
	return 0;
}

/* What the first phase that runs finds: the files that those before it made. */
static void need_files(struct capsule *c)
{
	static const struct {
		const char *phase, *file, *what;
	} needs[] = {
		{"install", "install/user-data", "'install/user-data'"},
		{"boot", NULL, "the disks (VT_CAPSULE_DISKS=1 includes them)"},
		{"collect", "boot/output_disk.img",
			"the output disk (VT_CAPSULE_DISKS=1 includes it)"},
	};
	for (size_t i = 0; i < VT_COUNT(needs); i++) {
		VT_AUTO_FREE char *member =
			vt_printf("%s/%s", c->in, needs[i].file);
		if (needs[i].file ? vt_archive_has(c->archive, member)
				  : c->file.n_disks > 0)
			continue;
		capsule_refuse(c, needs[i].phase, needs[i].what);
		c->file.refused[c->file.n_refused - 1].first = true;
	}
}

/* Targets that the boot phase serves again, with their passwords. */
static void need_targets(struct capsule *c)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->real, "install/iscsi.yaml");
	if (!vt_fs_exists(path))
		return;
	capsule_refuse(c, "boot",
		"'install/iscsi.yaml', which has the passwords of its iSCSI "
		"disks");
	c->file.refused[c->file.n_refused - 1].first = true;
}

/* The phase that ended the test, or the last one before it that has what it
 * needs. A seed is made for the boot. */
static const char *resume(const struct vt_capsule_file *f)
{
	const char *phase = !strcmp(f->phase, "-")      ? "verify"
			    : !strcmp(f->phase, "seed") ? "boot"
							: f->phase;
	const char *start = phase;
	for (const char *const *s = vt_capsule_starts; *s; s++) {
		if (!vt_capsule_missing(f, *s))
			start = *s;
		if (!strcmp(*s, phase))
			break;
	}
	return start;
}

int capsule_decide(struct capsule *c, struct vt_err **err)
{
	if (read_verdict(c, err) < 0)
		return -1;
	need_targets(c);
	need_files(c);
	c->file.resume = resume(&c->file);
	return 0;
}
