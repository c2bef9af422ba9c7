#include "devices.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"

/* One name of a device: UUID=x, LABEL=x, by-id/x... is /dev/KNAME. */
struct alias {
	char *spec, *node;
};

struct devices {
	struct alias *v;
	size_t n;
};

enum { MAX_ALIASES = 20000 };

static void add(struct devices *d, char *spec, const char *kname)
{
	if (d->n == MAX_ALIASES) {
		free(spec);
		return;
	}
	d->v = vt_realloc(d->v, d->n + 1, sizeof(*d->v));
	d->v[d->n++] = (struct alias){spec, vt_printf("/dev/%s", kname)};
}

static const char *member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s && *s ? s : NULL;
}

static void add_lsblk(struct devices *d, const json_t *list)
{
	static const struct {
		const char *column, *tag;
	} tags[] = {{"uuid", "UUID"}, {"label", "LABEL"},
		{"partuuid", "PARTUUID"}, {"partlabel", "PARTLABEL"}};
	const json_t *o;
	size_t i;
	json_array_foreach (list, i, o) {
		const char *path = member(o, "path");
		const char *kname = member(o, "kname");
		kname = kname ? kname : member(o, "name");
		add_lsblk(d, json_object_get(o, "children"));
		if (!kname)
			continue;
		for (size_t t = 0; t < VT_COUNT(tags); t++) {
			const char *value = member(o, tags[t].column);
			if (value)
				add(d, vt_printf("%s=%s", tags[t].tag, value),
					kname);
		}
		if (path)
			add(d, vt_strdup(path), kname);
	}
}

/* "lrwxrwxrwx 1 root root 10 Dec  4 20:02 NAME -> ../../vda1" */
static void add_listing(
	struct verify *v, struct devices *d, const char *file, const char *by)
{
	AUTO_FACT struct fact fact = {0};
	const char *s;
	size_t at = 0, len;
	if (facts_read(&v->facts, file, &fact, NULL) != 1)
		return;
	while (fact_line(&fact, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		char *arrow = strstr(line, " -> ");
		if (!arrow || *line != 'l')
			continue;
		*arrow = '\0';
		char *name = strrchr(line, ' ');
		const char *slash = strrchr(arrow + 4, '/');
		if (!name || !slash || !slash[1])
			continue;
		if (!strcmp(by, "by-uuid"))
			add(d, vt_printf("UUID=%s", name + 1), slash + 1);
		add(d, vt_printf("/dev/disk/%s/%s", by, name + 1), slash + 1);
	}
}

const struct devices *devices_get(struct verify *v)
{
	static const char *const listings[][2] = {{"ls_al_byuuid", "by-uuid"},
		{"ls_al_byid", "by-id"}, {"ls_al_bypath", "by-path"},
		{"ls_al_bypartuuid", "by-partuuid"}};
	VT_AUTO_JSON json_t *lsblk = NULL;
	if (v->devices)
		return v->devices;
	struct devices *d = v->devices = vt_alloc(sizeof(*d));
	if (facts_json(&v->facts, "lsblk.json", &lsblk, NULL) == 1)
		add_lsblk(d, json_object_get(lsblk, "blockdevices"));
	for (size_t i = 0; i < VT_COUNT(listings); i++)
		add_listing(v, d, listings[i][0], listings[i][1]);
	return d;
}

void devices_free(struct devices *d)
{
	for (size_t i = 0; d && i < d->n; i++) {
		free(d->v[i].spec);
		free(d->v[i].node);
	}
	if (d)
		free(d->v);
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

char *devices_node(const struct devices *d, const char *spec)
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

char *devices_uuid(const struct devices *d, const char *spec)
{
	VT_AUTO_FREE char *normal = normal_spec(spec);
	if (vt_str_starts(normal, "UUID="))
		return vt_strdup(normal + 5);
	VT_AUTO_FREE char *node = devices_node(d, spec);
	for (size_t i = 0; node && i < d->n; i++)
		if (vt_str_starts(d->v[i].spec, "UUID=") &&
			!strcmp(d->v[i].node, node))
			return vt_strdup(d->v[i].spec + 5);
	return NULL;
}

bool devices_uuid_equal(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += *a == '-';
		b += *b == '-';
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}
