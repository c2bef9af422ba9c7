/* Checks of mounts: that what the config asks to mount is mounted on its
 * point, from the right device, with its options, and stands in fstab. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "devices.h"
#include "fstab.h"
#include "mounts.h"

static bool is_swap(const struct check_storage *w)
{
	return !*w->point || !strcmp(w->point, "none") ||
	       vt_str_eq(w->fstype, "swap");
}

int parse_mount(struct verify *v, struct check *c, struct vt_err **err)
{
	static const char *const known[] = {
		"disk", "partition", "point", "options", "fstype", "at", NULL};
	static const char *const texts[] = {"point", "options", "fstype"};
	struct check_storage *w = &c->want;
	const char **out[] = {&w->point, &w->options, &w->fstype};
	const struct vt_node *disk = vt_node_get(c->node, "disk");
	const struct vt_node *part = vt_node_get(c->node, "partition");
	const char *id;
	long number;
	if (vt_node_keys_known(c->node, known, err) < 0)
		return -1;
	if (!disk || !part || !vt_node_get(c->node, "point"))
		return vt_node_err(c->node, err,
			"the keys 'disk', 'partition' and 'point' are needed");
	if (vt_node_str(disk, &id, err) < 0 ||
		vt_node_int(part, 0, 256, &number, err) < 0)
		return -1;
	for (size_t i = 0; i < VT_COUNT(texts); i++) {
		const struct vt_node *n = vt_node_get(c->node, texts[i]);
		if (!vt_node_is_null(n) && vt_node_str(n, out[i], err) < 0)
			return -1;
	}
	w->point = w->point ? w->point : "";
	w->partition = (unsigned)number;
	w->disk = disks_find(&v->disks, id);
	return w->disk ? 0
		       : vt_node_err(disk, err,
				 "there is no disk '%s' in 'disks'", id);
}

/* "mount /home", or "swap sda 3", and what of it. */
static struct result *new_result(
	struct verify *v, const struct check *c, const char *what)
{
	const struct check_storage *w = &c->want;
	if (!is_swap(w))
		return check_result(v, c, "mount %s%s", w->point, what);
	if (w->partition)
		return check_result(
			v, c, "swap %s %u%s", w->disk->id, w->partition, what);
	return check_result(v, c, "swap %s%s", w->disk->id, what);
}

/* The UUID on the disk; NULL, and r says why. */
static char *uuid_of(const struct check *c, struct result *r)
{
	VT_AUTO_BLK_SUPER struct vt_blk_super s = {0};
	if (!disk_super(c->want.disk, c->want.partition, r, &s))
		return NULL;
	if (!s.uuid)
		result_found(r, "no UUID on the disk");
	return vt_strdup(s.uuid);
}

static void check_device(struct verify *v, struct result *r,
	const struct mounted *m, const char *uuid)
{
	VT_AUTO_FREE char *found =
		m->uuid ? vt_strdup(m->uuid)
			: devices_uuid(devices_get(v), m->source);
	if (!found && !vt_str_starts(m->source, "/dev/")) {
		result_found(r, "%s is mounted there", m->source);
		return;
	}
	if (!found) {
		result_skip(r,
			"mounted from %s, but no collected fact tells its UUID",
			m->source);
		return;
	}
	result_found(r, "%s, UUID %s", m->source, found);
	result_judge(r, devices_uuid_equal(found, uuid));
}

static void add_all(struct vt_str *b, const struct vt_strv *words)
{
	for (size_t i = 0; i < words->n; i++)
		vt_str_addf(b, "%s%s", i ? "," : "", words->v[i]);
}

static void check_options(struct verify *v, const struct check *c,
	const struct mounted *m, const char *see)
{
	VT_AUTO_STRV struct vt_strv missing = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str words = VT_STR_INIT;
	struct result *r = new_result(v, c, " options");
	options_without_effect(c->want.options, m->options, &missing);
	add_all(&words, &missing);
	result_see(r, "%s", see);
	result_expect(r, "'%s' in effect", c->want.options);
	if (missing.n)
		result_found(r, "without '%s': %s", words.s, m->options);
	else
		result_found(r, "%s", m->options);
	result_judge(r, missing.n == 0);
}

/* The line of fstab for a mount: by point, or for swap by device. */
static const struct fstab_line *line_of(struct verify *v, const struct check *c,
	const struct fstab *fstab, const char *uuid)
{
	for (size_t i = 0; i < fstab->n; i++) {
		const struct fstab_line *l = &fstab->v[i];
		if (!is_swap(&c->want)) {
			if (!strcmp(l->point, c->want.point))
				return l;
			continue;
		}
		VT_AUTO_FREE char *found =
			strcmp(l->type, "swap")
				? NULL
				: devices_uuid(devices_get(v), l->spec);
		if (found && devices_uuid_equal(found, uuid))
			return l;
	}
	return NULL;
}

static void check_line(
	struct verify *v, const struct check *c, const char *uuid)
{
	AUTO_FSTAB struct fstab fstab = {0};
	VT_AUTO_STRV struct vt_strv missing = VT_STRV_INIT;
	struct result *r = new_result(v, c, " fstab");
	const char *options = c->want.options;
	result_expect(r, "a line of fstab for UUID %s%s%s%s", uuid,
		options ? " with '" : "", options ? options : "",
		options ? "'" : "");
	if (!fstab_read(v, r, &fstab))
		return;
	const struct fstab_line *l = line_of(v, c, &fstab, uuid);
	if (!l) {
		result_found(r, "no line for %s",
			is_swap(&c->want) ? "this swap" : c->want.point);
		return;
	}
	VT_AUTO_FREE char *found = devices_uuid(devices_get(v), l->spec);
	result_found(r, "line %zu: '%s'", l->number, l->text);
	if (!found) {
		result_skip(
			r, "no collected fact tells the UUID of %s", l->spec);
		return;
	}
	if (options)
		options_missing(options, l->options, &missing);
	result_judge(r, devices_uuid_equal(found, uuid) && missing.n == 0);
}

static void check_swap(struct verify *v, struct result *r, const char *uuid)
{
	AUTO_FACT struct fact swaps = {0};
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	const struct devices *d = devices_get(v);
	const char *s;
	size_t at = 0, len;
	result_expect(r, "swap of UUID %s is in use", uuid);
	if (!check_fact(v, r, "proc-swaps", &swaps))
		return;
	while (fact_line(&swaps, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		if (*line != '/')
			continue; /* the heading */
		line[strcspn(line, " \t")] = '\0';
		fstab_unescape(line);
		VT_AUTO_FREE char *found = devices_uuid(d, line);
		vt_str_addf(&all, "%s%s (UUID %s)", all.len ? ", " : "", line,
			found ? found : "unknown");
		if (found && devices_uuid_equal(found, uuid))
			result_judge(r, true);
	}
	result_found(r, "%s", all.len ? all.s : "no swap in use");
}

static void check_point(struct verify *v, const struct check *c,
	struct result *r, const char *uuid)
{
	AUTO_MOUNTS struct mounts mounts = {0};
	result_expect(r, "UUID %s is mounted on %s", uuid, c->want.point);
	if (!mounts_read(v, r, &mounts))
		return;
	const struct mounted *m = mounts_find(&mounts, c->want.point);
	if (!m) {
		result_found(r, "nothing is mounted on %s", c->want.point);
		return;
	}
	check_device(v, r, m, uuid);
	if (c->want.options)
		check_options(v, c, m, r->see);
}

void check_mount(struct verify *v, const struct check *c)
{
	struct result *r = new_result(v, c, "");
	result_expect(r, "a file system on the disk");
	VT_AUTO_FREE char *uuid = uuid_of(c, r);
	if (!uuid)
		return;
	if (is_swap(&c->want))
		check_swap(v, r, uuid);
	else
		check_point(v, c, r, uuid);
	check_line(v, c, uuid);
}
