/* install/vm.yaml and boot/vm.yaml. */
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "qemu/machine.h"
#include "test/fatal.h"

enum { MAX_DISKS = 256, MAX_NICS = 32, MAX_PUBLISHED = 256 };

struct reader {
	struct vt_machine *m;
	const char *dir;
};

static const char *const keys[] = {"format", "test", "phase", "arch", "accel",
	"mem", "cpus", "reboots", "firmware", "nvram", "bios", "tpm", "timeout",
	"kernel", "initrd", "append", "image", "images", "missing", "disks",
	"nics", "publish", "verdict", "expected_failure", "seed", "smbios",
	"output", NULL};

/* Optional scalars: absent and null leave the default. */
static int text(const struct vt_node *map, const char *key, const char **out,
	struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	return vt_node_is_null(n) ? 0 : vt_node_str(n, out, err);
}

static int number(const struct vt_node *map, const char *key, long min,
	long max, long *out, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	return vt_node_is_null(n) ? 0 : vt_node_int(n, min, max, out, err);
}

static int boolean(const struct vt_node *map, const char *key, bool *out,
	struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	return vt_node_is_null(n) ? 0 : vt_node_bool(n, out, err);
}

static int path(const struct reader *r, const struct vt_node *map,
	const char *key, const char **out, struct vt_err **err)
{
	const char *s = NULL;
	if (text(map, key, &s, err) < 0)
		return -1;
	if (s)
		*out = vt_machine_own(r->m, vt_fs_join(r->dir, s));
	return 0;
}

static int required(
	const struct vt_node *map, const char *key, struct vt_err **err)
{
	if (!vt_node_is_null(vt_node_get(map, key)))
		return 0;
	return vt_node_err(map, err, "'%s' is missing", key);
}

/* One of several words, as an index; absent: 0. */
static int word(const struct vt_node *map, const char *key,
	const char *const *words, size_t *out, struct vt_err **err)
{
	const char *s = words[0];
	if (text(map, key, &s, err) < 0)
		return -1;
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	for (size_t i = 0; words[i]; i++) {
		if (!strcmp(s, words[i])) {
			*out = i;
			return 0;
		}
		vt_str_addf(&all, "%s%s", i ? ", " : "", words[i]);
	}
	return vt_node_err(vt_node_get(map, key), err,
		"%s '%s' is not one of %s", key, s, all.s);
}

static int block_size(const struct vt_node *map, const char *key, long *out,
	struct vt_err **err)
{
	if (number(map, key, 512, 32768, out, err) < 0)
		return -1;
	if (*out & (*out - 1))
		return vt_node_err(vt_node_get(map, key), err,
			"%s %ld is not a power of two", key, *out);
	return 0;
}

static int disk(const struct reader *r, const struct vt_node *n,
	struct vt_disk *d, struct vt_err **err)
{
	static const char *const known[] = {"path", "size", "format", "driver",
		"serial", "wwn", "logical_block_size", "physical_block_size",
		"min_io_size", "paths", "target", "auth", "iauth", "from",
		NULL};
	static const char *const formats[] = {"raw", "qcow2", NULL};
	const char *driver = "virtio-blk";
	size_t format = 0;
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		vt_node_keys_known(n, known, err) < 0 ||
		required(n, "path", err) < 0 ||
		path(r, n, "path", &d->path, err) < 0 ||
		path(r, n, "from", &d->from, err) < 0 ||
		word(n, "format", formats, &format, err) < 0 ||
		text(n, "driver", &driver, err) < 0 ||
		text(n, "serial", &d->serial, err) < 0 ||
		text(n, "wwn", &d->wwn, err) < 0 ||
		block_size(n, "logical_block_size", &d->logical_block_size,
			err) < 0 ||
		block_size(n, "physical_block_size", &d->physical_block_size,
			err) < 0 ||
		block_size(n, "min_io_size", &d->min_io_size, err) < 0 ||
		number(n, "paths", 1, 16, &d->paths, err) < 0 ||
		text(n, "target", &d->target, err) < 0 ||
		text(n, "auth", &d->auth, err) < 0 ||
		text(n, "iauth", &d->iauth, err) < 0)
		return -1;
	const struct vt_node *size = vt_node_get(n, "size");
	if (!vt_node_is_null(size) && vt_node_size(size, &d->size, err) < 0)
		return -1;
	d->node = n;
	d->format = formats[format];
	d->driver = vt_disk_driver(driver);
	if (!d->driver)
		return vt_node_err(vt_node_get(n, "driver"), err,
			"driver '%s' is not one of %s", driver,
			vt_disk_drivers());
	return 0;
}

/* A list, bounded; absent is empty. Return: its length, or -1. */
static int list(const struct vt_node *map, const char *key, size_t max,
	const struct vt_node **out, struct vt_err **err)
{
	*out = vt_node_get(map, key);
	if (vt_node_is_null(*out))
		return 0;
	if (vt_node_expect(*out, VT_SEQ, err) < 0)
		return -1;
	if ((*out)->n > max)
		return vt_node_err(
			*out, err, "'%s' has more than %zu items", key, max);
	return (int)(*out)->n;
}

static int disks(
	const struct reader *r, const struct vt_node *root, struct vt_err **err)
{
	const struct vt_node *seq;
	int n = list(root, "disks", MAX_DISKS, &seq, err);
	for (int i = 0; i < n; i++)
		if (disk(r, seq->items[i], vt_machine_add_disk(r->m), err) < 0)
			return -1;
	return n < 0 ? -1 : 0;
}

static int nics(
	const struct reader *r, const struct vt_node *root, struct vt_err **err)
{
	static const char *const known[] = {"net", "mac", "model", NULL};
	const struct vt_node *seq;
	int n = list(root, "nics", MAX_NICS, &seq, err);
	for (int i = 0; i < n; i++) {
		const struct vt_node *item = seq->items[i];
		struct vt_nic *nic = vt_machine_add_nic(r->m);
		const char *net = "user";
		if (vt_node_expect(item, VT_MAP, err) < 0 ||
			vt_node_keys_known(item, known, err) < 0 ||
			text(item, "net", &net, err) < 0 ||
			text(item, "model", &nic->model, err) < 0 ||
			text(item, "mac", &nic->mac, err) < 0)
			return -1;
		nic->bridge = strcmp(net, "user") ? net : NULL;
	}
	return n < 0 ? -1 : 0;
}

static int published(
	const struct reader *r, const struct vt_node *root, struct vt_err **err)
{
	static const char *const known[] = {"path", "as", NULL};
	const struct vt_node *seq;
	int n = list(root, "publish", MAX_PUBLISHED, &seq, err);
	for (int i = 0; i < n; i++) {
		const struct vt_node *item = seq->items[i];
		struct vt_published *p = vt_machine_add_published(r->m);
		if (vt_node_expect(item, VT_MAP, err) < 0 ||
			vt_node_keys_known(item, known, err) < 0 ||
			required(item, "path", err) < 0 ||
			path(r, item, "path", &p->path, err) < 0)
			return -1;
		p->as = vt_fs_basename(p->path);
		if (text(item, "as", &p->as, err) < 0)
			return -1;
	}
	return n < 0 ? -1 : 0;
}

static int verdict(
	const struct reader *r, const struct vt_node *root, struct vt_err **err)
{
	static const char *const known[] = {"success", "fatal", NULL};
	const struct vt_node *map = vt_node_get(root, "verdict");
	if (vt_node_is_null(map))
		return 0;
	r->m->fatal = vt_node_get(map, "fatal");
	if (vt_node_expect(map, VT_MAP, err) < 0 ||
		vt_node_keys_known(map, known, err) < 0 ||
		text(map, "success", &r->m->success, err) < 0)
		return -1;
	return vt_fatals_check(r->m->fatal, err);
}

/* The read-only disks and the output disk, which are not in `disks`. */
static int special_disks(
	const struct reader *r, const struct vt_node *root, struct vt_err **err)
{
	struct vt_machine *m = r->m;
	const struct vt_node *image = vt_node_get(root, "image"),
			     *output = vt_node_get(root, "output");
	if (!vt_node_is_null(image) && disk(r, image, &m->image, err) < 0)
		return -1;
	m->image.read_only = true;
	if (!vt_node_is_null(output) && disk(r, output, &m->output, err) < 0)
		return -1;
	m->output.format = "qcow2";
	if (path(r, root, "seed", &m->seed.path, err) < 0)
		return -1;
	m->seed.format = "raw";
	m->seed.driver = vt_disk_driver("virtio-blk");
	m->seed.read_only = true;
	return 0;
}

static int scalars(
	const struct reader *r, const struct vt_node *root, struct vt_err **err)
{
	static const char *const accels[] = {"auto", "tcg", "kvm", NULL};
	static const char *const firmwares[] = {
		"bios", "uefi", "secure-boot", NULL};
	struct vt_machine *m = r->m;
	const char *arch = "amd64";
	size_t accel, firmware;
	if (text(root, "test", &m->test, err) < 0 ||
		text(root, "phase", &m->phase, err) < 0 ||
		text(root, "arch", &arch, err) < 0 ||
		word(root, "accel", accels, &accel, err) < 0 ||
		word(root, "firmware", firmwares, &firmware, err) < 0 ||
		path(r, root, "nvram", &m->nvram, err) < 0 ||
		path(r, root, "bios", &m->bios, err) < 0 ||
		path(r, root, "tpm", &m->tpm, err) < 0 ||
		number(root, "mem", 16, 1 << 24, &m->mem_mib, err) < 0 ||
		number(root, "cpus", 1, 1024, &m->cpus, err) < 0 ||
		number(root, "timeout", 1, 10000000, &m->timeout_s, err) < 0 ||
		path(r, root, "kernel", &m->kernel, err) < 0 ||
		path(r, root, "initrd", &m->initrd, err) < 0 ||
		text(root, "append", &m->append, err) < 0 ||
		text(root, "missing", &m->missing, err) < 0 ||
		text(root, "smbios", &m->smbios_serial, err) < 0 ||
		boolean(root, "reboots", &m->reboots, err) < 0 ||
		boolean(root, "expected_failure", &m->expected_failure, err) <
			0)
		return -1;
	static const enum vt_accel by_word[] = {
		VT_ACCEL_AUTO, VT_ACCEL_TCG, VT_ACCEL_KVM};
	m->accel = by_word[accel];
	m->firmware = (enum vt_firmware)firmware;
	m->arch = vt_arch(arch);
	if (!m->arch)
		return vt_node_err(vt_node_get(root, "arch"), err,
			"architecture '%s' is not one of %s", arch,
			vt_arches());
	if (m->firmware < m->arch->firmware)
		m->firmware = m->arch->firmware;
	return 0;
}

int vt_machine_read(struct vt_machine *m, const char *dir, const char *file,
	struct vt_err **err)
{
	VT_AUTO_FREE char *name = vt_fs_join(dir, file);
	m->doc = vt_doc_load(name, err);
	if (!m->doc)
		return -1;
	struct reader r = {m, dir};
	const struct vt_node *root = m->doc->root;
	long format = 0;
	if (vt_node_expect(root, VT_MAP, err) < 0 ||
		vt_node_keys_known(root, keys, err) < 0 ||
		required(root, "format", err) < 0 ||
		number(root, "format", 1, 1, &format, err) < 0 ||
		required(root, "timeout", err) < 0)
		return -1;
	if (scalars(&r, root, err) < 0 || special_disks(&r, root, err) < 0 ||
		disks(&r, root, err) < 0 || nics(&r, root, err) < 0 ||
		published(&r, root, err) < 0 || verdict(&r, root, err) < 0)
		return -1;
	if (!m->kernel && !m->missing && !m->n_disks)
		return vt_node_err(root, err,
			"nothing to boot: neither 'kernel' nor 'disks'");
	return 0;
}
