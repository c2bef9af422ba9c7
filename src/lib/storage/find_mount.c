/* Mounts of the booted system: findmnt.json or proc_mounts, proc-swaps, fstab.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/finders.h"
#include "storage/fstab.h"
#include "storage/fstypes.h"
#include "storage/swaps.h"

/* The names of a format, or of a swap file, in the booted system. */
struct identity {
	enum vt_found_state state;
	const char *uuid; /* on the disk */
	const char *kname;
	const char *file; /* of a swap file: its path */
	const char *why;
};

static struct identity of_facts(struct vt_look *look, const struct vt_dev *f)
{
	const struct vt_found *facts = vt_look_at(look, f, VT_SIDE_FACTS);
	const struct vt_found_field *uuid = vt_found_field(facts, "uuid");
	struct identity id = {.state = VT_FOUND,
		.uuid = uuid ? uuid->value : NULL,
		.kname = vt_lsblk_kname(facts->node)};
	if (!id.uuid && !id.kname)
		id.state = VT_UNTOLD;
	return id;
}

/* What the disk has comes first: the booted system must have the same. */
static struct identity identify(struct vt_look *look, const struct vt_dev *f)
{
	const struct vt_found *disk = vt_look_at(look, f, VT_SIDE_DISK);
	const struct vt_found_field *uuid = vt_found_field(disk, "uuid");
	struct identity id = {.state = disk->state, .why = disk->why};
	if (disk->state == VT_UNTOLD) {
		id = of_facts(look, f);
		id.why = disk->why;
	} else if (disk->state == VT_FOUND) {
		id.uuid = uuid ? uuid->value : NULL;
		id.why = "no UUID on the disk";
		id.state = id.uuid ? VT_FOUND : VT_MISSING;
	}
	return id;
}

enum vt_spec_names vt_spec_names(struct vt_look *look, const char *has,
	const char *kname, const char *spec, const char *told, char **shown)
{
	const struct vt_devices *d = vt_look_devices(look);
	VT_AUTO_FREE char *uuid =
		told ? vt_strdup(told) : vt_devices_uuid(d, spec);
	VT_AUTO_FREE char *node = vt_devices_node(d, spec);
	*shown = uuid ? vt_printf("%s, UUID %s", spec, uuid) : vt_strdup(spec);
	if (has && uuid)
		return vt_uuid_same(has, uuid) ? VT_SPEC_NAMES : VT_SPEC_OTHER;
	/* a link that no fact resolves does not help */
	if (kname && node && vt_str_starts(node, "/dev/") &&
		!strchr(node + strlen("/dev/"), '/'))
		return !strcmp(node + strlen("/dev/"), kname) ? VT_SPEC_NAMES
							      : VT_SPEC_OTHER;
	/* a tmpfs, a share */
	return vt_str_starts(spec, "/dev/") || strchr(spec, '=')
		       ? VT_SPEC_UNKNOWN
		       : VT_SPEC_OTHER;
}

static enum vt_spec_names names(struct vt_look *look, const struct identity *id,
	const char *spec, const char *told, char **shown)
{
	return vt_spec_names(look, id->uuid, id->kname, spec, told, shown);
}

static struct vt_found_field *add(
	struct vt_found *f, const char *word, const char *see)
{
	struct vt_found_field *field = vt_found_add(f, word);
	field->see = see;
	return field;
}

static void answer(struct vt_found_field *field, enum vt_spec_names a)
{
	field->same = a == VT_SPEC_NAMES;
	if (a == VT_SPEC_UNKNOWN)
		field->why = vt_printf(
			"the UUID of %s is not in the collected facts",
			field->text);
}

/* Return: a fact's text; NULL: the reason is in the field */
static char *read_fact(
	struct vt_look *look, const char *name, struct vt_found_field *field)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	char *text = NULL;
	size_t len;
	int rc = look->facts->text(look->facts->arg, name, &text, &len, &err);
	if (rc == 0)
		field->why = vt_printf("no '%s' was collected", name);
	if (rc < 0)
		field->text = vt_strdup(err->msg);
	return rc == 1 ? text : NULL;
}

/* Whether a line of proc-swaps names the swap device or file. */
static bool is_it(struct vt_look *look, const struct identity *id,
	const char *name, char **shown)
{
	if (!id->file)
		return names(look, id, name, NULL, shown) == VT_SPEC_NAMES;
	*shown = vt_strdup(name);
	return !strcmp(id->file, name);
}

/* Of the file it may be known how large it is, or only how large at most. */
static void add_used(struct vt_found *f, const struct vt_swap_used *s)
{
	static const char *const sizes[] = {"size", "maxsize"};
	struct vt_found_field *field;
	for (size_t i = 0; i < VT_COUNT(sizes); i++) {
		field = add(f, sizes[i], "collect/proc-swaps");
		field->n = s->bytes;
	}
	field = add(f, "priority", "collect/proc-swaps");
	field->value = vt_strdup(s->priority);
	field->text = vt_printf("'%s'", s->priority);
}

static void add_swap(
	struct vt_look *look, struct vt_found *f, const struct identity *id)
{
	struct vt_found_field *field = add(f, "mounted", "collect/proc-swaps");
	VT_AUTO_SWAPS struct vt_swaps swaps = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	const struct vt_swap_used *it = NULL;
	int rc = vt_swaps_read(&swaps, look->facts, &err);
	if (rc == 0)
		field->why = vt_strdup("no 'proc-swaps' was collected");
	if (rc < 0)
		field->text = vt_strdup(err->msg);
	if (rc != 1)
		return;
	for (size_t i = 0; i < swaps.n; i++) {
		VT_AUTO_FREE char *shown = NULL;
		if (is_it(look, id, swaps.v[i].name, &shown))
			it = &swaps.v[i];
		vt_str_item(&all, "; ", shown);
	}
	field->same = it != NULL;
	field->value = vt_strdup(it ? it->name : NULL);
	field->text = vt_strdup(all.len ? all.s : "no swap in use");
	if (it)
		add_used(f, it);
}

static int read_mounts(struct vt_look *look, struct vt_err **err)
{
	struct vt_storage_look *s = vt_storage_look(look);
	if (s->mounts_read == 2)
		s->mounts_read = vt_mounts_read(&s->mounts, look->facts, err);
	return s->mounts_read;
}

static void add_mounted(struct vt_look *look, const struct vt_dev *d,
	struct vt_found *f, const struct identity *id)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	const char *path = vt_dev_text(d, "path");
	int rc = read_mounts(look, &err);
	const struct vt_mounted *m =
		vt_mounts_find(&vt_storage_look(look)->mounts, path);
	struct vt_found_field *options =
		add(f, "options", vt_storage_look(look)->mounts.see);
	VT_AUTO_FREE char *text =
		rc == 1  ? vt_printf("nothing is mounted on %s", path)
		: rc < 0 ? vt_strdup(err ? err->msg : "unreadable facts")
			 : vt_strdup("no 'findmnt.json' or 'proc_mounts' was "
				     "collected");
	options->value = m ? vt_strdup(m->options) : NULL;
	options->text = vt_strdup(m ? m->options : text);
	options->why = rc == 0 ? vt_strdup(text) : NULL;
	struct vt_found_field *field =
		add(f, "mounted", vt_storage_look(look)->mounts.see);
	field->n = m != NULL;
	field->why = rc == 0 ? vt_strdup(text) : NULL;
	if (m)
		answer(field,
			names(look, id, m->source, m->uuid, &field->text));
	else
		field->text = vt_strdup(text);
}

void vt_found_add_dataset(
	struct vt_look *look, struct vt_found *f, const char *point)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	int rc = read_mounts(look, &err);
	const struct vt_mounted *m =
		vt_mounts_find(&vt_storage_look(look)->mounts, point);
	struct vt_found_field *field =
		add(f, "dataset", vt_storage_look(look)->mounts.see);
	if (rc == 0)
		field->why = vt_strdup("no 'findmnt.json' or 'proc_mounts' was "
				       "collected");
	field->value = vt_strdup(m ? m->source : NULL);
	field->text = rc < 0 ? vt_strdup(err ? err->msg : "unreadable facts")
			     : vt_printf("%s is mounted on %s",
				       m ? m->source : "nothing", point);
}

static bool is_swap(const struct vt_dev *d)
{
	return vt_str_eq(vt_dev_text(d, "path"), "none");
}

/* The fields of the expected line. */
static void line_words(const struct vt_dev *d, struct vt_strv *words)
{
	const char *line = vt_dev_text(d, "fstab");
	vt_str_words(line, " ", words);
	for (size_t i = 0; i < words->n; i++)
		vt_fstab_unescape(words->v[i]);
	while (words->n < 4)
		vt_strv_add(words, "");
}

/* By its mount point; swap has none. */
static const struct vt_fstab_line *find_line(struct vt_look *look,
	const struct vt_dev *d, const struct vt_fstab *fstab, const char *spec,
	const struct identity *id)
{
	for (size_t i = 0; i < fstab->n; i++) {
		const struct vt_fstab_line *l = &fstab->v[i];
		VT_AUTO_FREE char *shown = NULL;
		if (!is_swap(d)) {
			if (!strcmp(l->point, vt_dev_text(d, "path")))
				return l;
		} else if (!strcmp(l->type, "swap") &&
			   (id ? names(look, id, l->spec, NULL, &shown) ==
						   VT_SPEC_NAMES
			       : !strcmp(l->spec, spec))) {
			return l;
		}
	}
	return NULL;
}

/* Fields 5 and 6, which count as 0 where a line ends before them.
 * @l: NULL: `fstab` says that there is no line */
static void add_fsck(struct vt_found *f, const struct vt_fstab_line *l)
{
	static const char *const names[] = {"freq", "passno"};
	VT_AUTO_FREE char *none = vt_strdup(vt_found_field(f, "fstab")->text);
	for (size_t i = 0; i < VT_COUNT(names); i++) {
		const char *word = !l ? NULL : i ? l->passno : l->freq;
		struct vt_found_field *field =
			add(f, names[i], "collect/fstab");
		field->value = word ? vt_strdup(*word ? word : "0") : NULL;
		field->text = l ? vt_printf("'%s' in line %zu: '%s'",
					  field->value, l->number, l->text)
				: vt_strdup(none);
	}
}

/* `same`: the line names the device; value: the line */
static void add_line(struct vt_look *look, const struct vt_dev *d,
	struct vt_found *f, const struct identity *id)
{
	struct vt_found_field *field = add(f, "fstab", "collect/fstab");
	VT_AUTO_FREE char *text = read_fact(look, "fstab", field);
	VT_AUTO_FSTAB struct vt_fstab fstab = {0};
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	if (!text)
		return;
	line_words(d, &words);
	const char *spec = words.v[0];
	bool given = strcmp(spec, "*") != 0;
	vt_fstab_parse(&fstab, text, strlen(text));
	const struct vt_fstab_line *l =
		find_line(look, d, &fstab, spec, given ? NULL : id);
	if (!l) {
		field->text = vt_printf("no line for %s",
			is_swap(d) ? "this swap" : vt_dev_text(d, "path"));
		add_fsck(f, NULL);
		return;
	}
	VT_AUTO_FREE char *shown = NULL;
	if (given)
		field->same = !strcmp(spec, l->spec);
	else
		answer(field, names(look, id, l->spec, NULL, &shown));
	if (field->why) {
		free(field->why);
		field->why = vt_printf(
			"the UUID of %s is not in the collected facts",
			l->spec);
	}
	field->value = vt_strdup(l->text);
	field->n = l->number;
	field->text = vt_printf("line %zu: '%s'", l->number, l->text);
	add_fsck(f, l);
}

/* A swap whose device the config names by a spec, or a swap file. */
static void add_swap_of_spec(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	line_words(d, &words);
	const char *spec = words.v[0];
	const struct vt_devices *devices = vt_look_devices(look);
	VT_AUTO_FREE char *node = vt_devices_node(devices, spec);
	VT_AUTO_FREE char *uuid = vt_devices_uuid(devices, spec);
	struct identity id = {.uuid = uuid};
	if (node && vt_str_starts(node, "/dev/"))
		id.kname = node + strlen("/dev/");
	else if (*spec == '/')
		id.file = spec;
	if (id.uuid || id.kname || id.file) {
		add_swap(look, f, &id);
		return;
	}
	add(f, "mounted", "collect/proc-swaps")->why = vt_printf(
		"the device of %s is not in the collected facts", spec);
}

void vt_find_mount(
	struct vt_look *look, const struct vt_dev *d, struct vt_found *f)
{
	const struct vt_dev *format = vt_dev_ref(d, "device");
	if (vt_find_swap_file(look, d, f))
		return;
	if (vt_dev_text(d, "dataset")) {
		vt_found_add_dataset(look, f, vt_dev_text(d, "path"));
		return;
	}
	if (!format) {
		if (is_swap(d))
			add_swap_of_spec(look, d, f);
		add_line(look, d, f, NULL);
		return;
	}
	struct identity id = identify(look, format);
	f->see = vt_look_at(look, format, VT_SIDE_DISK)->see;
	if (id.state == VT_MISSING) {
		vt_found_missing(f, "%s", id.why);
		return;
	}
	if (id.state != VT_FOUND) {
		const struct vt_found *disk =
			vt_look_at(look, format, VT_SIDE_DISK);
		vt_found_untold(f, "%s",
			disk->err ? disk->err->msg
			: id.why  ? id.why
				  : "unknown");
		return;
	}
	if (is_swap(d))
		add_swap(look, f, &id);
	else
		add_mounted(look, d, f, &id);
	add_line(look, d, f, &id);
}
