#include "storage/dname.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "storage/types.h"

char *vt_dname_sanitized(const char *name)
{
	struct vt_str s = VT_STR_INIT;
	for (const char *p = name; *p; p++) {
		unsigned char c = (unsigned char)*p;
		if (vt_utf8_continues(*p))
			continue;
		bool good = c < 0x80 && (isalnum(c) || c == '-' || c == '_');
		vt_str_addc(&s, good ? *p : '-');
	}
	return vt_str_take(&s);
}

char *vt_mapper_name(const char *group, const char *volume)
{
	VT_AUTO_FREE char *g = vt_str_replace(group, "-", "--");
	VT_AUTO_FREE char *v = vt_str_replace(volume, "-", "--");
	return vt_printf("%s-%s", g, v);
}

/* As the config has it, if the type's names are those of links. */
static const char *name_of(const struct vt_dev *d)
{
	static const enum vt_type_id named[] = {
		VT_DISK, VT_PARTITION, VT_BCACHE, VT_RAID};
	for (size_t i = 0; i < VT_COUNT(named); i++)
		if (vt_dev_is(d, named[i]))
			return vt_dev_text(d, "name");
	return NULL;
}

char *vt_dname_of(const struct vt_dev *d)
{
	const struct vt_dev *on = vt_dev_ref(d, "device");
	const struct vt_dev *group = vt_dev_ref(d, "volgroup");
	const char *name = name_of(d);
	VT_AUTO_FREE char *mapper = NULL;
	if (vt_dev_is(d, VT_LVM_PARTITION) && vt_dev_text(d, "name") && group &&
		vt_dev_text(group, "name"))
		name = mapper = vt_mapper_name(
			vt_dev_text(group, "name"), vt_dev_text(d, "name"));
	if (vt_dev_is(d, VT_PARTITION) &&
		(!on || !name_of(on) ||
			vt_str_eq(vt_dev_text(d, "flag"), "extended")))
		return NULL;
	return name ? vt_dname_sanitized(name) : NULL;
}

const struct vt_field *vt_dname_statement(const struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_fields; i++)
		if (d->fields[i].key->like == VT_LIKE_DNAME)
			return &d->fields[i];
	return NULL;
}

/* A link that a rule makes to a device. */
struct claim {
	char *link;
	struct vt_dev *dev;
	bool own; /* for its name, not for its disk's */
};

static int by_link(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	return strcmp(x->link, y->link);
}

/* The rule of a disk makes NAME-partN for each of its partitions, too. */
static char *disk_link(const struct vt_dev *d)
{
	const struct vt_dev *on = vt_dev_ref(d, "device");
	if (!vt_dev_is(d, VT_PARTITION) || !vt_dev_is(on, VT_DISK))
		return NULL;
	VT_AUTO_FREE char *disk = vt_dname_of(on);
	return disk ? vt_printf(
			      "%s-part%" PRIu64, disk, vt_dev_num(d, "number"))
		    : NULL;
}

static size_t collect(struct vt_graph *g, struct claim *claims)
{
	size_t n = 0;
	for (size_t i = 0; i < g->n; i++) {
		struct claim own = {vt_dname_of(&g->v[i]), &g->v[i], true};
		struct claim other = {disk_link(&g->v[i]), &g->v[i], false};
		if (own.link)
			claims[n++] = own;
		if (other.link)
			claims[n++] = other;
	}
	qsort(claims, n, sizeof(*claims), by_link);
	return n;
}

/* Arrays and logical volumes have names besides, which are compared, too. */
static void expect(struct vt_graph *g, const struct claim *c)
{
	struct vt_dev *d = c->dev;
	const struct vt_field *name = vt_dev_field(d, "name");
	const struct vt_node *node = name->node;
	const struct vt_type_key *key = vt_type_key(d->type, "dname");
	struct vt_field *f = vt_dev_set(d, key ? key : name->key,
		vt_graph_own(g, vt_strdup(c->link)), 0);
	f->node = node;
	f->expected = true;
}

/* The number of claims from `at` on that are for the same link, and whether
 * they are for the same device. */
static size_t same_link(
	const struct claim *claims, size_t n, size_t at, bool *one)
{
	size_t end = at;
	*one = true;
	for (; end < n && !strcmp(claims[end].link, claims[at].link); end++)
		*one &= claims[end].dev == claims[at].dev;
	return end - at;
}

void vt_realise_dnames(struct vt_graph *g)
{
	struct claim *claims = vt_calloc(2 * g->n + 1, sizeof(*claims));
	size_t n = collect(g, claims), count;
	bool one;
	for (size_t i = 0; i < g->n; i++) {
		struct vt_field *f =
			(struct vt_field *)vt_dname_statement(&g->v[i]);
		if (f)
			f->expected = false;
	}
	for (size_t at = 0; at < n; at += count) {
		count = same_link(claims, n, at, &one);
		for (size_t i = at; i < at + count; i++)
			if (one && claims[i].own)
				expect(g, &claims[i]);
	}
	for (size_t i = 0; i < n; i++)
		free(claims[i].link);
	free(claims);
}
