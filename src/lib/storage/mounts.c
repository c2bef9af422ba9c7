#include "storage/mounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "storage/fstab.h"

enum { MAX_MOUNTS = 10000 };

static void add(struct vt_mounts *m, const char *source, const char *point,
	const char *options, const char *uuid)
{
	if (m->n == MAX_MOUNTS)
		return;
	m->v = vt_realloc(m->v, m->n + 1, sizeof(*m->v));
	struct vt_mounted *one = &m->v[m->n++];
	*one = (struct vt_mounted){vt_strdup(source), vt_strdup(point),
		vt_strdup(options), vt_strdup(uuid)};
	/* findmnt: /dev/vda1[/subvolume] */
	one->source[strcspn(one->source, "[")] = '\0';
}

static void add_findmnt(struct vt_mounts *m, const json_t *list)
{
	const json_t *o;
	size_t i;
	json_array_foreach (list, i, o) {
		const char *source = vt_json_str(o, "source");
		const char *point = vt_json_str(o, "target");
		if (source && point)
			add(m, source, point, vt_json_word(o, "options", ""),
				vt_json_str(o, "uuid"));
		add_findmnt(m, json_object_get(o, "children"));
	}
}

static void add_proc(struct vt_mounts *m, char *text)
{
	char *rest = NULL;
	for (char *line = strtok_r(text, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest)) {
		VT_AUTO_STRV struct vt_strv field = VT_STRV_INIT;
		vt_str_split(line, ' ', &field);
		if (field.n < 4)
			continue;
		vt_fstab_unescape(field.v[0]);
		vt_fstab_unescape(field.v[1]);
		add(m, field.v[0], field.v[1], field.v[3], NULL);
	}
}

int vt_mounts_read(struct vt_mounts *out, const struct vt_facts *facts,
	struct vt_err **err)
{
	VT_AUTO_JSON json_t *findmnt = NULL;
	VT_AUTO_FREE char *text = NULL;
	size_t len;
	int rc = facts->json(facts->arg, "findmnt.json", &findmnt, err);
	out->see = "collect/findmnt.json";
	if (rc == 1)
		add_findmnt(out, json_object_get(findmnt, "filesystems"));
	if (rc != 0)
		return rc;
	out->see = "collect/proc_mounts";
	rc = facts->text(facts->arg, "proc_mounts", &text, &len, err);
	if (rc == 1)
		add_proc(out, text);
	return rc;
}

void vt_mounts_free(struct vt_mounts *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->v[i].source);
		free(m->v[i].point);
		free(m->v[i].options);
		free(m->v[i].uuid);
	}
	free(m->v);
	*m = (struct vt_mounts){0};
}

const struct vt_mounted *vt_mounts_find(
	const struct vt_mounts *m, const char *point)
{
	for (size_t i = m->n; i-- > 0;)
		if (!strcmp(m->v[i].point, point))
			return &m->v[i];
	return NULL;
}
