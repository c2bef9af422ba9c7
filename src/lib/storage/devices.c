#include "storage/devices.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/finders.h"

/* A name of a device (UUID=x, LABEL=x, by-id/x, ...), and its /dev/KNAME. */
struct alias {
	char *spec, *node;
};

struct vt_devices {
	struct alias *v;
	size_t n;
	json_t *lsblk;
	bool has_dnames;
};

static const char by_dname[] = "by-dname";

enum { MAX_ALIASES = 20000 };

static void add(struct vt_devices *d, char *spec, const char *kname)
{
	if (d->n == MAX_ALIASES) {
		free(spec);
		return;
	}
	d->v = vt_realloc(d->v, d->n + 1, sizeof(*d->v));
	d->v[d->n++] = (struct alias){spec, vt_printf("/dev/%s", kname)};
}

static void add_lsblk(struct vt_devices *d, const json_t *list)
{
	static const struct {
		const char *column, *tag;
	} tags[] = {{"uuid", "UUID"}, {"label", "LABEL"},
		{"partuuid", "PARTUUID"}, {"partlabel", "PARTLABEL"}};
	const json_t *o;
	size_t i;
	json_array_foreach (list, i, o) {
		const char *path = vt_lsblk_text(o, "path");
		const char *kname = vt_lsblk_kname(o);
		add_lsblk(d, json_object_get(o, "children"));
		if (!kname)
			continue;
		for (size_t t = 0; t < VT_COUNT(tags); t++) {
			const char *value = vt_lsblk_text(o, tags[t].column);
			if (value)
				add(d, vt_printf("%s=%s", tags[t].tag, value),
					kname);
		}
		if (path)
			add(d, vt_strdup(path), kname);
	}
}

/* "lrwxrwxrwx 1 root root 10 Dec  4 20:02 NAME -> ../../vda1", or with the
 * whole path as its name */
static void add_link(struct vt_devices *d, char *line, const char *by)
{
	char *arrow = strstr(line, " -> ");
	if (!arrow || *line != 'l')
		return;
	*arrow = '\0';
	const char *name = strrchr(line, ' ');
	const char *slash = strrchr(arrow + 4, '/');
	if (!name || !slash || !slash[1])
		return;
	if (!strcmp(by, "by-uuid"))
		add(d, vt_printf("UUID=%s", name + 1), slash + 1);
	add(d,
		name[1] == '/' ? vt_strdup(name + 1)
			       : vt_printf("/dev/disk/%s/%s", by, name + 1),
		slash + 1);
}

static bool add_listing(struct vt_devices *d, const struct vt_facts *facts,
	const char *file, const char *by)
{
	VT_AUTO_FREE char *text = NULL;
	char *rest = NULL;
	size_t len;
	if (facts->text(facts->arg, file, &text, &len, NULL) != 1)
		return false;
	for (char *line = strtok_r(text, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest))
		add_link(d, line, by);
	return true;
}

struct vt_devices *vt_devices_read(const struct vt_facts *facts)
{
	static const char *const listings[][2] = {{"ls_al_byuuid", "by-uuid"},
		{"ls_al_byid", "by-id"}, {"ls_al_bypath", "by-path"},
		{"ls_al_bypartuuid", "by-partuuid"}, {"dev_links", ""}};
	struct vt_devices *d = vt_alloc(sizeof(*d));
	if (!facts)
		return d;
	facts->json(facts->arg, "lsblk.json", &d->lsblk, NULL);
	add_lsblk(d, vt_devices_lsblk(d));
	for (size_t i = 0; i < VT_COUNT(listings); i++)
		add_listing(d, facts, listings[i][0], listings[i][1]);
	d->has_dnames = add_listing(d, facts, "ls_al_bydname", by_dname);
	return d;
}

const json_t *vt_devices_lsblk(const struct vt_devices *d)
{
	return json_object_get(d->lsblk, "blockdevices");
}

bool vt_devices_dnames(const struct vt_devices *d, struct vt_str *out)
{
	VT_AUTO_FREE char *dir = vt_printf("/dev/disk/%s/", by_dname);
	for (size_t i = 0; i < d->n; i++)
		if (vt_str_starts(d->v[i].spec, dir))
			vt_str_item(out, ", ", d->v[i].spec + strlen(dir));
	return d->has_dnames;
}

void vt_devices_free(struct vt_devices *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->n; i++) {
		free(d->v[i].spec);
		free(d->v[i].node);
	}
	free(d->v);
	json_decref(d->lsblk);
	free(d);
}

/* /dev/disk/by-uuid/x and UUID="x" as UUID=x, and so for the other tags. */
static char *normal_spec(const char *spec)
{
	static const char *const tags[][2] = {
		{"/dev/disk/by-uuid/", "UUID="},
		{"/dev/disk/by-label/", "LABEL="},
		{"/dev/disk/by-partuuid/", "PARTUUID="},
		{"/dev/disk/by-partlabel/", "PARTLABEL="},
		{NULL, NULL},
	};
	for (size_t i = 0; tags[i][0]; i++)
		if (vt_str_starts(spec, tags[i][0]))
			return vt_printf(
				"%s%s", tags[i][1], spec + strlen(tags[i][0]));
	return strchr(spec, '=') ? vt_str_replace(spec, "\"", "")
				 : vt_strdup(spec);
}

char *vt_devices_node(const struct vt_devices *d, const char *spec)
{
	VT_AUTO_FREE char *normal = normal_spec(spec);
	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->v[i].spec, normal) ||
			!strcmp(d->v[i].spec, spec))
			return vt_strdup(d->v[i].node);
	if (strchr(normal, '=') || vt_str_starts(normal, "/dev/disk/"))
		return NULL;
	return vt_strdup(normal);
}

char *vt_devices_uuid(const struct vt_devices *d, const char *spec)
{
	VT_AUTO_FREE char *normal = normal_spec(spec);
	if (vt_str_starts(normal, "UUID="))
		return vt_strdup(normal + 5);
	VT_AUTO_FREE char *node = vt_devices_node(d, spec);
	for (size_t i = 0; node && i < d->n; i++)
		if (vt_str_starts(d->v[i].spec, "UUID=") &&
			!strcmp(d->v[i].node, node))
			return vt_strdup(d->v[i].spec + 5);
	return NULL;
}
