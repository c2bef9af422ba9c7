/* Volume groups and logical volumes. */
#include <inttypes.h>

#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "step.h"

void volgroup_read(struct reader *r)
{
	struct volgroup *g = &r->e->volgroup;
	*g = (struct volgroup){.name = reader_name(r, "name")};
	reader_members(r, "devices", &g->disks, 1);
	r->e->on = g->disks.v[0];
}

int volgroup_make(struct plan *plan, struct entry *e, struct vt_err **err)
{
	const struct volgroup *g = &e->volgroup;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	(void)plan;
	vt_strv_addv(&argv, "vgcreate", "--quiet", "--yes", g->name, NULL);
	for (size_t i = 0; i < g->disks.n; i++)
		vt_strv_add(&argv, g->disks.v[i]->dev);
	if (step_argv(argv.v, NULL, NULL, err) < 0)
		return -1;
	e->dev = vt_printf("/dev/%s", g->name);
	return 0;
}

int volgroup_release(struct entry *e, struct vt_err **err)
{
	return step(err, "vgchange", "--quiet", "--activate", "n",
		e->volgroup.name, NULL);
}

void volume_read(struct reader *r)
{
	struct entry *e = r->e;
	e->volume = (struct volume){.name = reader_name(r, "name"),
		.group = reader_refer(r, "volgroup", VOLGROUP, "a group"),
		.size = reader_size(r, "size")};
	if (r->failed)
		return;
	e->on = e->volume.group;
	for (size_t i = 0; i < r->plan->n; i++) {
		const struct entry *other = &r->plan->v[i];
		if (entry_kind(other) != VOLUME || other->on != e->on)
			continue;
		if (vt_str_eq(other->volume.name, e->volume.name))
			reader_fail(r, "name", "its name is that of '%s'",
				other->id);
		if (!other->volume.size)
			reader_fail(r, NULL,
				"'%s' takes what is left of the group: say "
				"its size, or put it last",
				other->id);
	}
}

int volume_make(struct plan *plan, struct entry *e, struct vt_err **err)
{
	const char *group = e->volume.group->volgroup.name;
	VT_AUTO_FREE char *size =
		e->volume.size
			? vt_printf("--size=%" PRIu64 "b", e->volume.size)
			: vt_strdup("--extents=100%FREE");
	(void)plan;
	if (step(err, "lvcreate", "--quiet", "--yes", "--wipesignatures=y",
		    "--name", e->volume.name, size, group, NULL) < 0)
		return -1;
	e->dev = vt_printf("/dev/%s/%s", group, e->volume.name);
	return entry_wipe(e, err);
}
