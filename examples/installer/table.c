#include "table.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "step.h"

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].type);
		free(t->v[i].uuid);
		free(t->v[i].name);
		free(t->v[i].attrs);
	}
	free(t->v);
	free(t->id);
	*t = (struct table){0};
}

struct table_part *table_add(struct table *t)
{
	t->v = vt_realloc(t->v, t->n + 1, sizeof(*t->v));
	t->v[t->n] = (struct table_part){0};
	return &t->v[t->n++];
}

const struct table_part *table_number(const struct table *t, uint64_t number)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].number == number)
			return &t->v[i];
	return NULL;
}

const struct table_part *table_start(const struct table *t, uint64_t start)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].start == start)
			return &t->v[i];
	return NULL;
}

bool table_is_extended(const struct table *t, const struct table_part *p)
{
	static const char *const codes[] = {"5", "05", "f", "85", NULL};
	return vt_str_eq(t->label, "dos") && vt_str_in(codes, p->type);
}

static char *text_of(const json_t *map, const char *key)
{
	return vt_strdup(json_string_value(json_object_get(map, key)));
}

static uint64_t number_of(const json_t *map, const char *key)
{
	const json_t *n = json_object_get(map, key);
	/* table-length is a string */
	const char *s = json_string_value(n);
	return s ? strtoull(s, NULL, 10) : (uint64_t)json_integer_value(n);
}

/* The number is what follows the device's name: "/dev/vda1",
 * "/dev/nvme0n1p1", "/dev/mapper/mpatha-part1". */
static unsigned number_in(const char *node, const char *dev)
{
	node += vt_str_starts(node, dev) ? strlen(dev) : 0;
	node += strcspn(node, "0123456789");
	return (unsigned)strtoul(node, NULL, 10);
}

static void read_part(struct table *t, const json_t *map, const char *dev)
{
	const char *node = json_string_value(json_object_get(map, "node"));
	struct table_part *p = table_add(t);
	p->number = number_in(node ? node : "", dev);
	p->start = number_of(map, "start");
	p->size = number_of(map, "size");
	p->type = text_of(map, "type");
	p->uuid = text_of(map, "uuid");
	p->name = text_of(map, "name");
	p->attrs = text_of(map, "attrs");
	p->active = json_is_true(json_object_get(map, "bootable"));
	p->kept = true;
}

int table_read(const char *dev, struct table *t, struct vt_err **err)
{
	/* it fails if there is none */
	VT_AUTO_FREE char *text =
		step_output(NULL, "sfdisk", "--json", dev, NULL);
	VT_AUTO_JSON json_t *all = text ? json_loads(text, 0, NULL) : NULL;
	const json_t *table = json_object_get(all, "partitiontable");
	const json_t *parts = json_object_get(table, "partitions"), *one;
	const char *label = json_string_value(json_object_get(table, "label"));
	size_t i;
	if (text && !table)
		return vt_err_set(err, VT_FAILED,
			"cannot read the partition table of %s", dev);
	if (!vt_str_eq(label, "gpt") && !vt_str_eq(label, "dos"))
		return 0;
	t->label = *label == 'g' ? "gpt" : "dos";
	t->id = text_of(table, "id");
	t->first = number_of(table, "firstlba");
	t->last = number_of(table, "lastlba");
	t->length = number_of(table, "table-length");
	json_array_foreach (parts, i, one)
		read_part(t, one, dev);
	return 0;
}

/* In sfdisk's notation, which has no other way to write a quote. */
static void add_name(struct vt_str *out, const char *name)
{
	vt_str_add(out, ", name=\"");
	for (; *name; name++)
		if (isalnum((unsigned char)*name))
			vt_str_addc(out, *name);
		else
			vt_str_addf(out, "\\x%02x", (unsigned char)*name);
	vt_str_addc(out, '"');
}

static void add_line(struct vt_str *out, const struct table_part *p)
{
	vt_str_addf(out, "%u : start=%" PRIu64 ", size=%" PRIu64 ", type=%s",
		p->number, p->start, p->size, p->type);
	if (p->uuid)
		vt_str_addf(out, ", uuid=%s", p->uuid);
	if (p->name)
		add_name(out, p->name);
	if (p->attrs && *p->attrs)
		vt_str_addf(out, ", attrs=\"%s\"", p->attrs);
	if (p->active)
		vt_str_add(out, ", bootable");
	vt_str_addc(out, '\n');
}

static void add_headers(struct vt_str *out, const struct table *t)
{
	vt_str_addf(out, "label: %s\n", t->label);
	if (t->id)
		vt_str_addf(out, "label-id: %s\n", t->id);
	if (t->first)
		vt_str_addf(out, "first-lba: %" PRIu64 "\n", t->first);
	if (t->last)
		vt_str_addf(out, "last-lba: %" PRIu64 "\n", t->last);
	if (t->length)
		vt_str_addf(out, "table-length: %" PRIu64 "\n", t->length);
}

static bool is_map(const char *dev)
{
	return vt_str_starts(dev, "/dev/mapper/");
}

/* The kernel does not read the table of a map: kpartx makes maps of its
 * partitions. */
static int tell_kernel(const char *dev, struct vt_err **err)
{
	if (is_map(dev) ? step(err, "kpartx", "-u", "-s", "-p", "-part", dev,
				  NULL) < 0
			: step(err, "partprobe", dev, NULL) < 0)
		return -1;
	return step(err, "udevadm", "settle", "--timeout=60", NULL);
}

int table_write(const char *dev, const struct table *t, bool append,
	struct vt_err **err)
{
	VT_AUTO_STR struct vt_str script = VT_STR_INIT;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (!append)
		add_headers(&script, t);
	for (size_t i = 0; i < t->n; i++)
		if (!append || !t->v[i].kept)
			add_line(&script, &t->v[i]);
	/* what partitions contain is wiped elsewhere, or kept */
	vt_strv_addv(&argv, "sfdisk", "--quiet", "--no-reread",
		"--no-tell-kernel", "--wipe-partitions=never",
		t->id ? "--wipe=never" : "--wipe=always",
		append ? "--append" : dev, append ? dev : NULL, NULL);
	if (step_argv(argv.v, vt_str_c(&script), NULL, err) < 0)
		return -1;
	return tell_kernel(dev, err);
}

char *table_part_dev(const char *dev, uint64_t number)
{
	if (is_map(dev))
		return vt_printf("%s-part%" PRIu64, dev, number);
	/* of an array the kernel's name, which has no links of partitions */
	VT_AUTO_FREE char *real = realpath(dev, NULL);
	const char *name = real ? real : dev;
	bool digit = isdigit((unsigned char)name[strlen(name) - 1]);
	return vt_printf("%s%s%" PRIu64, name, digit ? "p" : "", number);
}
