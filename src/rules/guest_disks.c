/* The disks of a test's machine. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "disk_identity.h"
#include "files.h"
#include "guest.h"
#include "host/iscsi.h"
#include "qemu/machine.h"
#include "storage/disks.h"
#include "storage/sections.h"
#include "storage/types.h"

#define GIB ((uint64_t)1 << 30)

/* Default sizes, as in curtin's vmtest. */
static const uint64_t install_disk_bytes = 10 * GIB;
static const uint64_t other_disk_bytes = 5 * GIB;
static const uint64_t max_disk_bytes = (uint64_t)1 << 50;
/* Space besides partitions: partition tables, alignment, reserve. */
static const uint64_t room_bytes = 16 << 20;

/* The lists of disks in a definition. */
enum list { EXTRA, NVME, ISCSI };
static const char *const prefixes[] = {
	[EXTRA] = "extra", [NVME] = "nvme", [ISCSI] = "iscsi"};

/* A disk that the config requires. */
struct wanted {
	struct vt_dev *entry; /* NULL: only so that the next has its name */
	const char *driver;
	long slot; /* place among the disks of the driver; -1: any */
	bool multipath;
	bool placed; /* it has its place in the order */
};

/* The disks of one list, in the order of the machine. */
struct order {
	struct wanted *v;
	size_t n;
};

static void free_order(struct order *o)
{
	free(o->v);
}
#define AUTO_ORDER __attribute__((cleanup(free_order)))

static void append(struct order *o, const struct wanted *w)
{
	o->v = vt_realloc(o->v, o->n + 1, sizeof(*o->v));
	o->v[o->n++] = *w;
}

/* virtio-blk does not support a WWN; a path /dev/sd* requires a SCSI disk. */
static const char *driver_for(const struct vt_def *def, enum list list,
	const struct vt_disk_identity *id)
{
	if (list == NVME)
		return "nvme";
	if (def->disk_driver)
		return def->disk_driver;
	if (def->multipath)
		return "scsi-hd";
	return id && id->driver ? id->driver : "virtio-blk";
}

/* The config's disks of one list, in its order. */
static int collect(struct order *out, const struct vt_def *def,
	struct vt_graph *s, enum list list, struct vt_err **err)
{
	for (size_t i = 0; i < s->n; i++) {
		struct vt_dev *d = &s->v[i];
		struct vt_disk_identity id;
		if (!vt_dev_is_machine_disk(d))
			continue;
		if (vt_disk_identity(s, d, &id, err) < 0)
			return -1;
		enum list its = vt_dev_is_iscsi(d)             ? ISCSI
				: vt_str_eq(id.driver, "nvme") ? NVME
							       : EXTRA;
		struct wanted w = {d, driver_for(def, list, &id), id.slot,
			id.multipath, false};
		if (its == list)
			append(out, &w);
	}
	return 0;
}

static int check_slots(const struct order *o, struct vt_err **err)
{
	for (size_t i = 0; i < o->n; i++)
		for (size_t k = 0; k < i; k++)
			if (o->v[i].slot >= 0 && o->v[i].slot == o->v[k].slot &&
				!strcmp(o->v[i].driver, o->v[k].driver))
				return vt_dev_err(o->v[i].entry,
					vt_dev_node(o->v[i].entry, "path"), err,
					"its path is that of disk '%s'",
					o->v[k].entry->id);
	return 0;
}

/* What is next among the disks of a driver: the one that has this place, else
 * the first without a place; NULL: none */
static struct wanted *next_for(
	const struct order *o, const char *driver, long slot)
{
	struct wanted *free_one = NULL;
	for (size_t i = 0; i < o->n; i++) {
		struct wanted *w = &o->v[i];
		if (w->placed || strcmp(w->driver, driver) != 0)
			continue;
		if (w->slot == slot)
			return w;
		if (w->slot < 0 && !free_one)
			free_one = w;
	}
	return free_one;
}

static long count_driver(const struct order *o, const char *driver)
{
	long n = 0;
	for (size_t i = 0; i < o->n; i++)
		n += !strcmp(o->v[i].driver, driver);
	return n;
}

/* The config's order, except that a disk whose path is /dev/vdc is the second
 * one (/dev/vda is the image), whatever is the first. */
static int arrange(struct order *out, const struct vt_def *def,
	struct vt_graph *s, enum list list, struct vt_err **err)
{
	AUTO_ORDER struct order all = {0};
	if (collect(&all, def, s, list, err) < 0 || check_slots(&all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const char *driver = all.v[i].driver;
		struct wanted filler = {.driver = driver, .slot = -1}, *w;
		while (!(w = next_for(&all, driver, count_driver(out, driver))))
			append(out, &filler);
		w->placed = true;
		append(out, w);
	}
	return 0;
}

static uint64_t size_for(const struct vt_dev *e, uint64_t least)
{
	uint64_t want = e && e->need_bytes ? e->need_bytes + room_bytes : 0;
	return want > least ? (want + GIB - 1) / GIB * GIB : least;
}

/* A guest sees a truncated serial, by which the disk would not be found. */
static int check_serial(const struct vt_guest_disk *d, struct vt_err **err)
{
	const char *serial = d->entry ? vt_dev_text(d->entry, "serial") : NULL;
	size_t max = vt_disk_driver(d->driver)->max_serial;
	if (!serial || strlen(serial) <= max)
		return 0;
	return vt_dev_err(d->entry, vt_dev_node(d->entry, "serial"), err,
		"serial '%s' is too long: %s supports %zu bytes", serial,
		d->driver, max);
}

/* GRUB is installed to the disk, or to a partition of it. */
static bool boots(const struct vt_dev *d)
{
	bool yes = d && vt_dev_num(d, "grub_device");
	for (size_t i = 0; d && i < d->n_users; i++)
		yes |= vt_dev_is(d->users[i]->user, VT_PARTITION) &&
		       vt_dev_num(d->users[i]->user, "grub_device");
	return yes;
}

/* `w`: NULL: the config does not have it */
static void add_disk(struct vt_guest *m, char *path, const char *driver,
	uint64_t size_bytes, const struct wanted *w)
{
	m->disks = vt_realloc(m->disks, m->n_disks + 1, sizeof(*m->disks));
	m->disks[m->n_disks++] = (struct vt_guest_disk){.path = path,
		.driver = driver,
		.size_bytes = size_bytes,
		.entry = w ? w->entry : NULL,
		.multipath = w && w->multipath,
		.boots = w && boots(w->entry)};
}

/* Size of one disk in a definition's list. */
static int asked_size(const struct vt_node *n, const struct vt_dev *e,
	uint64_t *bytes, struct vt_err **err)
{
	if (vt_node_size(n, bytes, err) < 0)
		return -1;
	if (*bytes < 1 << 20 || *bytes > max_disk_bytes)
		return vt_node_err(n, err,
			"disk size '%s' is not from 1 MiB to 1 PiB", n->text);
	if (e && e->need_bytes > *bytes)
		return vt_node_err(n, err,
			"%s is too small: disk '%s' needs %" PRIu64
			" MiB for its partitions",
			n->text, e->id, e->need_bytes >> 20);
	return 0;
}

/* The disks of one list from `at`: one for each size in the definition's list,
 * else for each disk of the config. */
static int add_others(struct vt_guest *m, const struct vt_def *def,
	const struct order *o, enum list list, size_t at, struct vt_err **err)
{
	const struct vt_node *sizes =
		list == NVME ? def->nvme_disks : def->extra_disks;
	for (size_t i = 0; sizes ? i < sizes->n : at + i < o->n; i++) {
		const struct wanted *w = at + i < o->n ? &o->v[at + i] : NULL;
		struct vt_dev *e = w ? w->entry : NULL;
		uint64_t bytes = size_for(e, other_disk_bytes);
		const struct vt_node *n = sizes ? sizes->items[i] : NULL;
		bool own = n && n->text[0] == '/';
		if (own && vt_path_need(n, n->text, err) < 0)
			return -1;
		if (n && !own && asked_size(n, e, &bytes, err) < 0)
			return -1;
		add_disk(m,
			vt_printf("disks/%s_disk_%zu.img", prefixes[list], i),
			w ? w->driver : driver_for(def, list, NULL), bytes, w);
		if (own)
			m->disks[m->n_disks - 1].from = n->text;
	}
	return 0;
}

/* Optional USER:PASSWORD. */
static int account(const struct vt_node *map, const char *key, const char **out,
	struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	VT_AUTO_ERR struct vt_err *why = NULL;
	struct vt_iscsi_account a;
	if (vt_node_is_null(n))
		return 0;
	if (vt_node_str(n, out, err) < 0)
		return -1;
	if (vt_iscsi_account(*out, &a, &why) < 0)
		return vt_node_err(n, err, "'%s': %s", key, why->msg);
	free(a.user);
	free(a.password);
	return 0;
}

/* One iSCSI disk; `n` NULL: derived from the config. */
static int add_iscsi(struct vt_guest *m, const struct vt_node *n,
	const struct wanted *w, size_t number, struct vt_err **err)
{
	struct vt_dev *e = w ? w->entry : NULL;
	static const char *const known[] = {"size", "auth", "iauth", NULL};
	uint64_t bytes = size_for(e, other_disk_bytes);
	const char *auth = NULL, *iauth = NULL;
	const struct vt_node *size = vt_node_get(n, "size");
	if (n && (vt_node_expect(n, VT_MAP, err) < 0 ||
			 vt_node_keys_known(n, known, err) < 0))
		return -1;
	if (n && !size)
		return vt_node_err(n, err, "'size' is missing");
	if ((n && (vt_node_expect(size, VT_SCALAR, err) < 0 ||
			  asked_size(size, e, &bytes, err) < 0)) ||
		account(n, "auth", &auth, err) < 0 ||
		account(n, "iauth", &iauth, err) < 0)
		return -1;
	add_disk(m, vt_printf("disks/%s_disk_%zu.img", prefixes[ISCSI], number),
		"iscsi", bytes, w);
	m->disks[m->n_disks - 1].auth = auth;
	m->disks[m->n_disks - 1].iauth = iauth;
	return 0;
}

/* One for each entry of the definition's list, which must not have fewer than
 * the config; else one for each iSCSI disk of the config. */
static int add_all_iscsi(struct vt_guest *m, const struct vt_def *def,
	const struct order *o, struct vt_err **err)
{
	const struct vt_node *list = def->iscsi_disks;
	if (list && vt_node_expect(list, VT_SEQ, err) < 0)
		return -1;
	if (list && list->n < o->n)
		return vt_node_err(list, err,
			"the config has more iSCSI disks than the %zu listed "
			"here: '%s' has no entry",
			list->n, o->v[list->n].entry->id);
	for (size_t i = 0; i < (list ? list->n : o->n); i++)
		if (add_iscsi(m, list ? list->items[i] : NULL,
			    i < o->n ? &o->v[i] : NULL, i, err) < 0)
			return -1;
	return 0;
}

static int check_disks(
	const struct vt_guest *m, const struct vt_def *def, struct vt_err **err)
{
	for (size_t i = 0; i < m->n_disks; i++) {
		const struct vt_guest_disk *d = &m->disks[i];
		if (check_serial(d, err) < 0)
			return -1;
		if (d->entry && d->size_bytes > max_disk_bytes)
			return vt_dev_err(d->entry, NULL, err,
				"disk size %" PRIu64 " MiB exceeds 1 PiB",
				d->size_bytes >> 20);
	}
	if (def->disk_block_size & (def->disk_block_size - 1))
		return vt_node_err(vt_def_node(def, "disk_block_size"), err,
			"block size %ld is not a power of two",
			def->disk_block_size);
	return 0;
}

static int add_all(struct vt_guest *m, const struct vt_def *def,
	struct vt_graph *s, const struct order o[3], struct vt_err **err)
{
	const struct wanted *first = o[EXTRA].n ? &o[EXTRA].v[0] : NULL;
	bool none = !o[EXTRA].n && !o[NVME].n && !o[ISCSI].n;
	/* if all disks of the config are NVMe, no other is added */
	if (first || def->extra_disks || none)
		add_disk(m, vt_strdup("disks/install_disk.img"),
			first ? first->driver : driver_for(def, EXTRA, NULL),
			size_for(first ? first->entry : NULL,
				install_disk_bytes) +
				(none ? vt_graph_swap(s)->size_bytes : 0),
			first);
	if (add_others(m, def, &o[EXTRA], EXTRA, 1, err) < 0 ||
		add_others(m, def, &o[NVME], NVME, 0, err) < 0)
		return -1;
	return add_all_iscsi(m, def, &o[ISCSI], err);
}

int vt_guest_disks(struct vt_guest *m, const struct vt_def *def,
	struct vt_graph *s, struct vt_err **err)
{
	struct order o[3] = {0};
	int rc = 0;
	if (def->disk_driver && !vt_disk_driver(def->disk_driver))
		return vt_node_err(vt_def_node(def, "disk_driver"), err,
			"disk driver '%s' is not one of %s", def->disk_driver,
			vt_disk_drivers());
	for (int list = EXTRA; rc == 0 && list <= ISCSI; list++)
		rc = arrange(&o[list], def, s, (enum list)list, err);
	if (rc == 0)
		rc = add_all(m, def, s, o, err);
	for (int list = EXTRA; list <= ISCSI; list++)
		free_order(&o[list]);
	return rc < 0 ? rc : check_disks(m, def, err);
}
