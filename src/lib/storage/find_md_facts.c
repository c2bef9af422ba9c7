/* RAID arrays of the booted system: lsblk.json, and mdadm.export, which has
 * what `mdadm --detail --export` prints of each array after a line with its
 * node. Systems that were collected from by older versions have only the first.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/json.h"
#include "storage/finders.h"

static const char see[] = "collect/lsblk.json";

/* Of lines KEY=VALUE. */
static const char *value_of(const struct vt_strv *lines, const char *key)
{
	size_t len = strlen(key);
	for (size_t i = 0; i < lines->n; i++)
		if (!strncmp(lines->v[i], key, len) && lines->v[i][len] == '=')
			return lines->v[i] + len + 1;
	return NULL;
}

/* Return: false: no such fact, or it says nothing of the array */
static bool read_export(
	struct vt_look *look, const char *kname, struct vt_strv *out)
{
	VT_AUTO_FREE char *text = NULL;
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	VT_AUTO_FREE char *node = vt_printf("MD_NODE=/dev/%s", kname);
	size_t len;
	bool inside = false;
	if (look->facts->text(
		    look->facts->arg, "mdadm.export", &text, &len, NULL) != 1)
		return false;
	vt_str_split(text, '\n', &lines);
	for (size_t i = 0; i < lines.n; i++) {
		if (vt_str_starts(lines.v[i], "MD_NODE="))
			inside = !strcmp(lines.v[i], node);
		else if (inside)
			vt_strv_add(out, lines.v[i]);
	}
	return out->n > 0;
}

/* "0", "spare", ... of a member; NULL: unknown */
static const char *role_of(const struct vt_strv *detail, const char *kname)
{
	VT_AUTO_FREE char *dev = vt_printf("_DEV=/dev/%s", kname);
	for (size_t i = 0; i < detail->n; i++) {
		const char *line = detail->v[i];
		const char *at = strstr(line, dev);
		if (!vt_str_starts(line, "MD_DEVICE_") || !at ||
			at[strlen(dev)])
			continue;
		VT_AUTO_FREE char *key =
			vt_printf("%.*s_ROLE", (int)(at - line), line);
		return value_of(detail, key);
	}
	return NULL;
}

static bool is_array(const json_t *node)
{
	const char *type = vt_lsblk_text(node, "type");
	const char *kname = vt_lsblk_kname(node);
	return kname && vt_str_starts(kname, "md") && !vt_str_eq(type, "part");
}

static const json_t *array_on(const json_t *member)
{
	const json_t *child;
	size_t i;
	json_array_foreach (json_object_get(member, "children"), i, child)
		if (is_array(child))
			return child;
	return NULL;
}

/* The names of all devices that an array is made of. */
static void members_of(
	const json_t *list, const char *array, struct vt_strv *out)
{
	const json_t *node;
	size_t i;
	json_array_foreach (list, i, node) {
		const json_t *on = array_on(node);
		const char *kname = vt_lsblk_kname(node);
		if (on && kname && vt_str_eq(vt_lsblk_kname(on), array) &&
			!vt_strv_has(out, kname))
			vt_strv_add(out, kname);
		members_of(json_object_get(node, "children"), array, out);
	}
}

/* One role: the config's devices that have it, in its order, and what is wrong
 * with the others. Without a word of mdadm spares cannot be told apart. */
static void add_role(struct vt_look *look, const struct vt_dev *d,
	const char *role, const struct vt_strv *detail, struct vt_strv *members,
	struct vt_array_members *out)
{
	bool spares = !strcmp(role, "spare_devices");
	for (size_t i = 0; i < d->n_refs; i++) {
		const struct vt_dev *used = d->refs[i].used;
		const char *kname = vt_lsblk_kname(
			vt_look_at(look, used, VT_SIDE_FACTS)->node);
		if (strcmp(d->refs[i].key->word, role) != 0 || !kname)
			continue;
		const char *has = role_of(detail, kname);
		bool spare = vt_str_eq(has, "spare");
		bool in = vt_strv_has(members, kname);
		if (in && (!has || spare == spares)) {
			vt_str_item(&out->ids, ", ", used->id);
			out->n++;
			continue;
		}
		VT_AUTO_FREE char *text = vt_printf("/dev/%s is %s", kname,
			!in     ? "not in the array"
			: spare ? "a spare"
				: "not a spare");
		vt_str_item(&out->problems, ", ", text);
	}
}

static bool is_listed(
	struct vt_look *look, const struct vt_dev *d, const char *kname)
{
	for (size_t i = 0; i < d->n_refs; i++)
		if (vt_str_eq(kname, vt_lsblk_kname(vt_look_at(look,
					     d->refs[i].used, VT_SIDE_FACTS)
							    ->node)))
			return true;
	return false;
}

static void add_members(struct vt_look *look, const struct vt_dev *d,
	const char *level, const struct vt_strv *detail, struct vt_found *f)
{
	VT_AUTO_STRV struct vt_strv members = VT_STRV_INIT;
	struct vt_array_members devices = {0}, spares = {0};
	const char *count = value_of(detail, "MD_DEVICES");
	size_t n = count ? strtoul(count, NULL, 10) : 0;
	members_of(vt_devices_lsblk(vt_look_devices(look)),
		vt_lsblk_kname(f->node), &members);
	add_role(look, d, "devices", detail, &members, &devices);
	for (size_t i = 0; i < members.n; i++) {
		if (is_listed(look, d, members.v[i]))
			continue;
		VT_AUTO_FREE char *other = vt_printf("/dev/%s", members.v[i]);
		vt_str_item(&devices.ids, ", ", other);
		devices.n++;
	}
	if (n > devices.n && !devices.problems.len)
		vt_str_addf(
			&devices.problems, "it has %zu of %zu", devices.n, n);
	vt_array_found(f, "devices", level, &devices);
	add_role(look, d, "spare_devices", detail, &members, &spares);
	vt_array_found(f, "spare_devices", NULL, &spares);
}

static void add_export(struct vt_found *f, const struct vt_dev *d,
	const struct vt_strv *detail)
{
	const char *metadata = value_of(detail, "MD_METADATA");
	const char *name = value_of(detail, "MD_NAME");
	struct vt_found_field *field;
	if (metadata) {
		field = vt_found_add(f, "metadata");
		field->value = vt_strdup(metadata);
		field->text = vt_strdup(metadata);
	}
	if (!name)
		return;
	field = vt_found_add(f, vt_dev_field(d, "mdname") ? "mdname" : "name");
	field->value = vt_array_name(d, name);
	field->text = vt_printf("'%s'", name);
}

/* The array on the first device that has one. */
static const json_t *find_array(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	for (size_t i = 0; i < d->n_refs; i++) {
		const struct vt_found *on =
			vt_look_at(look, d->refs[i].used, VT_SIDE_FACTS);
		if (on->state != VT_FOUND) {
			vt_found_pass_on(f, on);
			return NULL;
		}
		if (!f->node)
			f->node = array_on(on->node);
	}
	if (!f->node)
		vt_found_missing(f,
			"no device of '%s' is in an array of the booted system",
			d->id);
	return f->node;
}

void vt_find_raid_facts(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	VT_AUTO_STRV struct vt_strv detail = VT_STRV_INIT;
	f->see = see;
	if (vt_dev_ref(d, "container")) {
		vt_found_untold(f, "arrays in a container are not looked for");
		return;
	}
	if (!find_array(look, d, f))
		return;
	const char *level = vt_lsblk_text(f->node, "type");
	if (read_export(look, vt_lsblk_kname(f->node), &detail))
		f->see = "collect/mdadm.export";
	struct vt_found_field *field = vt_found_add(f, "raidlevel");
	field->value = vt_strdup(level);
	field->text = vt_strdup(level ? level : "unknown");
	add_export(f, d, &detail);
	add_members(look, d, level, &detail, f);
	vt_found_add_table_facts(f);
}
