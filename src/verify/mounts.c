#include "mounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "fstab.h"

enum { MAX_MOUNTS = 10000 };

static void add(struct mounts *m, const char *source, const char *point,
	const char *options, const char *uuid)
{
	if (m->n == MAX_MOUNTS)
		return;
	m->v = vt_realloc(m->v, m->n + 1, sizeof(*m->v));
	struct mounted *one = &m->v[m->n++];
	*one = (struct mounted){vt_strdup(source), vt_strdup(point),
		vt_strdup(options), vt_strdup(uuid)};
	/* findmnt: /dev/vda1[/subvolume] */
	one->source[strcspn(one->source, "[")] = '\0';
}

static void add_findmnt(struct mounts *m, const json_t *list)
{
	const json_t *o;
	size_t i;
	json_array_foreach (list, i, o) {
		const char *source =
			json_string_value(json_object_get(o, "source"));
		const char *point =
			json_string_value(json_object_get(o, "target"));
		const char *options =
			json_string_value(json_object_get(o, "options"));
		if (source && point)
			add(m, source, point, options ? options : "",
				json_string_value(json_object_get(o, "uuid")));
		add_findmnt(m, json_object_get(o, "children"));
	}
}

static void add_proc(struct mounts *m, const struct fact *fact)
{
	const char *s;
	size_t at = 0, len;
	while (fact_line(fact, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		VT_AUTO_STRV struct vt_strv field = VT_STRV_INIT;
		vt_str_split(line, ' ', &field);
		if (field.n < 4)
			continue;
		fstab_unescape(field.v[0]);
		fstab_unescape(field.v[1]);
		add(m, field.v[0], field.v[1], field.v[3], NULL);
	}
}

bool mounts_read(struct verify *v, struct result *r, struct mounts *out)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_JSON json_t *findmnt = NULL;
	int rc = facts_json(&v->facts, "findmnt.json", &findmnt, &err);
	if (rc < 0) {
		result_error(r, &err);
		return false;
	}
	if (rc == 1) {
		result_see(r, "collect/findmnt.json");
		add_findmnt(out, json_object_get(findmnt, "filesystems"));
		return true;
	}
	if (!check_fact(v, r, "proc_mounts", &fact))
		return false;
	add_proc(out, &fact);
	return true;
}

void mounts_free(struct mounts *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->v[i].source);
		free(m->v[i].point);
		free(m->v[i].options);
		free(m->v[i].uuid);
	}
	free(m->v);
	*m = (struct mounts){0};
}

const struct mounted *mounts_find(const struct mounts *m, const char *point)
{
	for (size_t i = m->n; i-- > 0;)
		if (!strcmp(m->v[i].point, point))
			return &m->v[i];
	return NULL;
}

void options_missing(
	const char *wanted, const char *given, struct vt_strv *missing)
{
	VT_AUTO_STRV struct vt_strv want = VT_STRV_INIT, have = VT_STRV_INIT;
	vt_str_split(wanted, ',', &want);
	vt_str_split(given, ',', &have);
	for (size_t i = 0; i < want.n; i++)
		if (*want.v[i] && strcmp(want.v[i], "defaults") &&
			!vt_strv_has(&have, want.v[i]))
			vt_strv_add(missing, want.v[i]);
}

static bool in(const char *const *list, const char *s)
{
	while (*list && strcmp(*list, s))
		list++;
	return *list != NULL;
}

/* In effect unless the kernel shows the opposite: these are the defaults that
 * /proc/mounts leaves out (source: mount(8), fs/proc_namespace.c). */
static const char *const opposites[][2] = {{"async", "sync"},
	{"atime", "noatime"}, {"dev", "nodev"}, {"diratime", "nodiratime"},
	{"exec", "noexec"}, {"nostrictatime", "strictatime"},
	{"strictatime", "relatime"}, {"suid", "nosuid"}, {"rw", "ro"},
	{"norelatime", "relatime"}, {"nolazytime", "lazytime"}};

/* Of mount(8), systemd and swapon, or defaults of a file system that it does
 * not show. */
static bool never_shown(const char *option)
{
	static const char *const words[] = {"defaults", "auto", "noauto",
		"user", "users", "nouser", "nousers", "owner", "group",
		"nofail", "_netdev", "sw", "loud", "silent", "acl",
		"user_xattr", "barrier", "barrier=1", "data=ordered",
		"errors=continue", "uid=0", "gid=0", "nodiscard", NULL};
	return in(words, option) || vt_str_starts(option, "x-") ||
	       vt_str_starts(option, "X-") ||
	       vt_str_starts(option, "comment=") ||
	       vt_str_starts(option, "user=") || vt_str_starts(option, "pri=");
}

/* FAT shows umask=077 as fmask=0077,dmask=0077. */
static bool masks_shown(const char *umask, const struct vt_strv *shown)
{
	unsigned found = 0;
	unsigned long want = strtoul(umask, NULL, 8);
	for (size_t i = 0; i < shown->n; i++) {
		const char *s = shown->v[i];
		if ((vt_str_starts(s, "fmask=") ||
			    vt_str_starts(s, "dmask=")) &&
			strtoul(s + 6, NULL, 8) == want)
			found |= *s == 'f' ? 1 : 2;
	}
	return found == 3;
}

/* compress=zstd is shown as compress=zstd:3, subvol=@ as subvol=/@ */
static bool longer_shown(const char *option, const struct vt_strv *shown)
{
	size_t len = strlen(option);
	const char *equals = strchr(option, '=');
	for (size_t i = 0; i < shown->n; i++) {
		const char *s = shown->v[i];
		if (!strncmp(s, option, len) &&
			(s[len] == ':' || (!equals && s[len] == '=')))
			return true;
		if (equals &&
			!strncmp(s, option, (size_t)(equals + 1 - option)) &&
			s[equals + 1 - option] == '/' &&
			!strcmp(s + (equals + 2 - option), equals + 1))
			return true;
	}
	return false;
}

static bool in_effect(const char *option, const struct vt_strv *shown)
{
	if (!*option || never_shown(option) || vt_strv_has(shown, option))
		return true;
	for (size_t i = 0; i < VT_COUNT(opposites); i++)
		if (!strcmp(option, opposites[i][0]))
			return !vt_strv_has(shown, opposites[i][1]);
	if (vt_str_starts(option, "umask="))
		return masks_shown(option + 6, shown);
	return longer_shown(option, shown);
}

void options_without_effect(
	const char *wanted, const char *shown, struct vt_strv *missing)
{
	VT_AUTO_STRV struct vt_strv want = VT_STRV_INIT, have = VT_STRV_INIT;
	vt_str_split(wanted, ',', &want);
	vt_str_split(shown, ',', &have);
	for (size_t i = 0; i < want.n; i++)
		if (!in_effect(want.v[i], &have))
			vt_strv_add(missing, want.v[i]);
}
