#include "guest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/settings.h"
#include "files.h"
#include "host/iscsi.h"
#include "qemu/machine.h"
#include "storage/disks.h"
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

static enum list list_of(const struct vt_dev *e)
{
	const char *serial = vt_dev_text(e, "serial");
	const char *path = vt_dev_text(e, "path");
	if (vt_dev_is_iscsi(e))
		return ISCSI;
	return vt_str_starts(serial ? serial : "", "nvme") ||
			       (!serial && path &&
				       vt_str_starts(path, "/dev/nvme"))
		       ? NVME
		       : EXTRA;
}

/* virtio-blk does not support a WWN; a path /dev/sd* requires a SCSI disk. */
static const char *driver_for(const struct vt_def *def, const struct vt_dev *e)
{
	const char *path = e ? vt_dev_text(e, "path") : NULL;
	if (def->disk_driver)
		return def->disk_driver;
	if (def->multipath)
		return "scsi-hd";
	if (e && (vt_dev_text(e, "wwn") ||
			 (path && vt_str_starts(path, "/dev/sd"))))
		return "scsi-hd";
	return "virtio-blk";
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

static void add_disk(struct vt_guest *m, char *path, const char *driver,
	uint64_t size_bytes, struct vt_dev *entry)
{
	m->disks = vt_realloc(m->disks, m->n_disks + 1, sizeof(*m->disks));
	m->disks[m->n_disks++] = (struct vt_guest_disk){
		path, driver, size_bytes, entry, NULL, NULL, NULL};
}

/* The next entry of one kind at or after *at, or NULL. */
static struct vt_dev *next_entry(
	const struct vt_graph *s, enum list list, size_t *at)
{
	while (*at < s->n) {
		struct vt_dev *e = &s->v[(*at)++];
		if (vt_dev_is_machine_disk(e) && list_of(e) == list)
			return e;
	}
	return NULL;
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

/* The disks of one kind after the first: one for each size in the definition's
 * list, else for each disk of the config. */
static int add_others(struct vt_guest *m, const struct vt_def *def,
	const struct vt_graph *s, enum list list, size_t at,
	struct vt_err **err)
{
	const struct vt_node *sizes =
		list == NVME ? def->nvme_disks : def->extra_disks;
	for (size_t i = 0;; i++) {
		struct vt_dev *e = next_entry(s, list, &at);
		uint64_t bytes = size_for(e, other_disk_bytes);
		if (sizes ? i == sizes->n : !e)
			return 0;
		const struct vt_node *n = sizes ? sizes->items[i] : NULL;
		bool own = n && n->text[0] == '/';
		if (own && vt_path_need(n, n->text, err) < 0)
			return -1;
		if (n && !own && asked_size(n, e, &bytes, err) < 0)
			return -1;
		add_disk(m,
			vt_printf("disks/%s_disk_%zu.img", prefixes[list], i),
			list == NVME ? "nvme" : driver_for(def, e), bytes, e);
		if (own)
			m->disks[m->n_disks - 1].from = n->text;
	}
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
	struct vt_dev *e, size_t number, struct vt_err **err)
{
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
		"iscsi", bytes, e);
	m->disks[m->n_disks - 1].auth = auth;
	m->disks[m->n_disks - 1].iauth = iauth;
	return 0;
}

/* One for each entry of the definition's list, which must not have fewer than
 * the config; else one for each iSCSI disk of the config. */
static int add_all_iscsi(struct vt_guest *m, const struct vt_def *def,
	const struct vt_graph *s, struct vt_err **err)
{
	const struct vt_node *list = def->iscsi_disks;
	size_t at = 0;
	if (list && vt_node_expect(list, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0;; i++) {
		struct vt_dev *e = next_entry(s, ISCSI, &at);
		if (list && i >= list->n && e)
			return vt_node_err(list, err,
				"the config has more iSCSI disks than the %zu "
				"listed here: '%s' has no entry",
				list->n, e->id);
		if (list ? i >= list->n : !e)
			return 0;
		if (add_iscsi(m, list ? list->items[i] : NULL, e, i, err) < 0)
			return -1;
	}
}

static bool has_disks(const struct vt_graph *s)
{
	bool has = false;
	for (size_t i = 0; i < s->n; i++)
		has |= vt_dev_is_machine_disk(&s->v[i]);
	return has;
}

static int plan_disks(struct vt_guest *m, const struct vt_def *def,
	const struct vt_graph *s, struct vt_err **err)
{
	size_t at = 0;
	if (def->disk_driver && !vt_disk_driver(def->disk_driver))
		return vt_node_err(vt_def_node(def, "disk_driver"), err,
			"disk driver '%s' is not one of %s", def->disk_driver,
			vt_disk_drivers());
	struct vt_dev *first = next_entry(s, EXTRA, &at);
	bool none = !has_disks(s);
	/* if all disks of the config are NVMe, no other is added */
	if (first || def->extra_disks || none)
		add_disk(m, vt_strdup("disks/install_disk.img"),
			driver_for(def, first),
			size_for(first, install_disk_bytes) +
				(none ? s->swap.size_bytes : 0),
			first);
	if (add_others(m, def, s, EXTRA, at, err) < 0 ||
		add_others(m, def, s, NVME, 0, err) < 0)
		return -1;
	return add_all_iscsi(m, def, s, err);
}

/* A setting overrides the definition. */
static int setting_or(const char *name, long *value, struct vt_err **err)
{
	const char *set = vt_setting(name);
	return set && *set ? vt_setting_int(name, value, err) : 0;
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

/* Whether the config mounts an EFI system partition. */
static bool has_esp(const struct vt_graph *s)
{
	bool has = false;
	for (size_t i = 0; i < s->n; i++)
		has |= vt_dev_is(&s->v[i], VT_MOUNT) &&
		       vt_str_eq(vt_dev_text(&s->v[i], "path"), "/boot/efi");
	return has;
}

/* An EFI system partition selects UEFI; some machines do not support BIOS. */
static int plan_firmware(struct vt_guest *m, const struct vt_def *def,
	const struct vt_graph *s, struct vt_err **err)
{
	const struct vt_arch *arch = vt_arch(def->arch);
	bool uefi = def->uefi == VT_UNSET ? has_esp(s) : def->uefi;
	const struct vt_node *said = vt_def_node(def, "bios");
	m->firmware = uefi ? VT_FW_UEFI : VT_FW_BIOS;
	if (def->secure_boot)
		m->firmware = VT_FW_SECURE_BOOT;
	if (m->firmware < arch->firmware)
		m->firmware = arch->firmware;
	if (!def->bios)
		return 0;
	m->bios = vt_path_of(said, def->bios);
	m->firmware = VT_FW_BIOS;
	if (def->secure_boot || def->uefi == 1)
		return vt_node_err(said, err,
			"'bios' cannot be combined with 'uefi' or "
			"'secure_boot'");
	return vt_path_need(said, m->bios, err);
}

int vt_guest_plan(struct vt_guest *m, const struct vt_def *def,
	const struct vt_graph *s, const struct vt_node *config,
	struct vt_err **err)
{
	m->mem_mib = def->mem;
	m->cpus = def->nr_cpus;
	m->block_size_bytes = def->disk_block_size;
	if (setting_or("VMRAM", &m->mem_mib, err) < 0 ||
		setting_or("NR_CPUS", &m->cpus, err) < 0)
		return -1;
	if (def->crashdump)
		m->mem_mib += 2048;
	if (plan_firmware(m, def, s, err) < 0 ||
		plan_disks(m, def, s, err) < 0 || check_disks(m, def, err) < 0)
		return -1;
	return vt_network_macs(&m->macs, config, err);
}

void vt_guest_free(struct vt_guest *m)
{
	for (size_t i = 0; i < m->n_disks; i++)
		free(m->disks[i].path);
	free(m->disks);
	free(m->bios);
	vt_strv_free(&m->macs);
}
