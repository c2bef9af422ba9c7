/* Arrays of mdadm. */
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "step.h"

static const struct raid_level {
	const char *name;
	size_t least; /* members */
	bool spares;
} levels[] = {
	{"0", 2, false},
	{"1", 2, true},
	{"4", 3, true},
	{"5", 3, true},
	{"6", 4, true},
	{"10", 4, true},
};

static const struct raid_level *read_level(struct reader *r)
{
	const char *s = reader_text(r, "raidlevel", true);
	const char *number = s && vt_str_starts(s, "raid") ? s + 4 : s;
	for (size_t i = 0; s && i < VT_COUNT(levels); i++)
		if (!strcmp(levels[i].name, number))
			return &levels[i];
	if (s)
		reader_fail(r, "raidlevel",
			"raidlevel '%s' is not 0, 1, 4, 5, 6 or 10", s);
	return NULL;
}

void raid_read(struct reader *r)
{
	static const char *const formats[] = {"0.90", "1.0", "1.1", "1.2"};
	struct raid *a = &r->e->raid;
	bool known = false;
	*a = (struct raid){.name = reader_name(r, "name"),
		.metadata = reader_text(r, "metadata", false),
		.level = read_level(r)};
	if (r->failed)
		return;
	if (!a->metadata || !strcmp(a->metadata, "default"))
		a->metadata = "1.2";
	for (size_t i = 0; i < VT_COUNT(formats); i++)
		known |= !strcmp(formats[i], a->metadata);
	if (!known)
		reader_fail(r, "metadata",
			"metadata '%s' is not 0.90, 1.0, 1.1 or 1.2",
			a->metadata);
	reader_members(r, "devices", &a->active, a->level->least);
	reader_members(r, "spare_devices", &a->spares, 0);
	if (a->spares.n && !a->level->spares)
		reader_fail(r, "spare_devices", "raid%s has no spares",
			a->level->name);
	r->e->on = a->active.v[0];
}

/* Zeroed members are in sync, and no kernel thread computes parity during the
 * copy and the boot. */
static int add_members(
	struct vt_strv *argv, const struct members *m, struct vt_err **err)
{
	for (size_t i = 0; i < m->n; i++) {
		if (device_zero(m->v[i]->dev, err) < 0)
			return -1;
		vt_strv_add(argv, m->v[i]->dev);
	}
	return 0;
}

int raid_make(struct plan *plan, struct entry *e, struct vt_err **err)
{
	const struct raid *a = &e->raid;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_FREE char *active =
		vt_printf("--raid-devices=%zu", a->active.n);
	VT_AUTO_FREE char *spares =
		vt_printf("--spare-devices=%zu", a->spares.n);
	(void)plan;
	e->dev = vt_printf("/dev/md/%s", a->name);
	/* any host: its name is the same in the system installed */
	vt_strv_addv(&argv, "mdadm", "--create", e->dev, "--run", "--quiet",
		"--homehost=any", "--assume-clean", "--metadata", a->metadata,
		"--level", a->level->name, active, a->spares.n ? spares : NULL,
		NULL);
	if (add_members(&argv, &a->active, err) < 0 ||
		add_members(&argv, &a->spares, err) < 0 ||
		step_argv(argv.v, NULL, NULL, err) < 0 ||
		step(err, "udevadm", "settle", "--timeout=60", NULL) < 0)
		return -1;
	return entry_wipe(e, err);
}

int raid_release(struct entry *e, struct vt_err **err)
{
	return step(err, "mdadm", "--stop", "--quiet", e->dev, NULL);
}

int raid_configure(
	const struct plan *plan, const char *root, struct vt_err **err)
{
	bool any = false;
	for (size_t i = 0; i < plan->n; i++)
		any |= entry_kind(&plan->v[i]) == RAID;
	if (!any)
		return 0;
	VT_AUTO_FREE char *arrays =
		step_output(err, "mdadm", "--detail", "--scan", NULL);
	VT_AUTO_FREE char *path = vt_printf("%s/etc/mdadm/mdadm.conf", root);
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	if (!arrays)
		return -1;
	vt_str_addf(&text,
		"# Written by vt-install.\n"
		"HOMEHOST <system>\n"
		"MAILADDR root\n"
		"%s\n",
		arrays);
	return vt_fs_write(path, text.s, text.len, 0644, err);
}
