/* Adds a machine's disks to the QEMU command. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "qemu/argv.h"

/* Append a QEMU device name; '*' becomes the architecture's virtio suffix. */
static void add_name(struct vt_str *b, const struct vt_arch *a, const char *s)
{
	for (; *s; s++)
		if (*s == '*')
			vt_str_add(b, a->virtio);
		else
			vt_str_addc(b, *s);
}

/* The number of devices added so far with a driver. */
struct count {
	const struct vt_disk_driver *driver;
	size_t n;
};

static size_t *count_of(
	struct count *counts, const struct vt_disk_driver *driver)
{
	while (counts->driver && counts->driver != driver)
		counts++;
	counts->driver = driver;
	return &counts->n;
}

/* An NVMe namespace has an EUI-64, other disks have an NAA. */
static bool takes_wwn(const struct vt_disk_driver *drv, const char *wwn)
{
	if (vt_str_starts(wwn, "eui."))
		return drv->with_eui != NULL;
	return drv->takes_wwn;
}

static int check_disk(const struct vt_arch *a, const struct vt_disk *d,
	size_t n, struct vt_err **err)
{
	const struct vt_disk_driver *drv = d->driver;
	VT_AUTO_FREE char *why = NULL;
	if (drv->max_disks && n >= drv->max_disks)
		why = vt_printf("more than %zu disks with driver '%s'",
			drv->max_disks, drv->name);
	else if (drv->needs_pci && !a->pci)
		why = vt_printf("driver '%s' needs PCI, which architecture %s "
				"does not have",
			drv->name, a->name);
	else if (drv->max_serial && d->serial &&
		 strlen(d->serial) > drv->max_serial)
		why = vt_printf("serial '%s' is too long: a guest sees at most "
				"%zu bytes of it on a '%s' disk",
			d->serial, drv->max_serial, drv->name);
	else if (d->wwn && !takes_wwn(drv, d->wwn))
		why = vt_printf(
			"driver '%s' does not support a wwn such as '%s'",
			drv->name, d->wwn);
	else if (drv->sectors_512 && d->logical_block_size > 512)
		why = vt_printf("driver '%s' supports only a logical block "
				"size of 512 bytes, not %ld",
			drv->name, d->logical_block_size);
	if (!why)
		return 0;
	return d->node ? vt_node_err(d->node, err, "%s", why)
		       : vt_err_set(err, VT_USAGE, "'%s': %s", d->path, why);
}

static void add_size(struct vt_str *b, const char *name, long bytes)
{
	if (bytes)
		vt_str_addf(b, ",%s=%ld", name, bytes);
}

/* Add one device for a disk; a multipath disk has several. */
static int add_device(struct vt_strv *argv, const struct vt_arch *a,
	struct count *counts, const struct vt_disk *d, const char *node,
	int boot, struct vt_err **err)
{
	const struct vt_disk_driver *drv = d->driver;
	struct vt_str b = VT_STR_INIT;
	size_t *n = count_of(counts, drv);
	if (check_disk(a, d, *n, err) < 0)
		return -1;
	if (*n == 0 && drv->controller) {
		add_name(&b, a, drv->controller);
		vt_argv_add(argv, "-device", &b);
	}
	add_name(&b, a, drv->device);
	/* the EUI is that of a namespace, which is a device of its own */
	bool eui = d->wwn && vt_str_starts(d->wwn, "eui.");
	if (eui) {
		vt_str_addf(&b, ",id=ctrl-%s", node);
		vt_argv_prop(&b, "serial", d->serial);
		vt_argv_add(argv, "-device", &b);
		vt_str_addf(&b, "%s,bus=ctrl-%s,eui64=0x%s", drv->with_eui,
			node, d->wwn + strlen("eui."));
	}
	vt_str_addf(&b, ",drive=%s", node);
	if (drv->bus)
		vt_str_addf(&b, ",bus=%s", drv->bus);
	if (drv->bus_each)
		vt_str_addf(&b, "%zu", *n);
	if (!eui) {
		vt_argv_prop(&b, "serial", d->serial);
		vt_argv_prop(&b, "wwn", d->wwn);
	}
	add_size(&b, "logical_block_size", d->logical_block_size);
	add_size(&b, "physical_block_size", d->physical_block_size);
	add_size(&b, "min_io_size", d->min_io_size);
	if (d->paths > 1)
		vt_str_add(&b, ",share-rw=on");
	if (boot >= 0)
		vt_str_addf(&b, ",bootindex=%d", boot);
	if (d->device_options)
		vt_str_addf(&b, ",%s", d->device_options);
	vt_argv_add(argv, "-device", &b);
	++*n;
	return 0;
}

/* A disk that QEMU attaches. */
struct attached {
	const struct vt_disk *disk;
	char *node; /* the name of its block node; owned */
	int boot;   /* place in the boot order, from 0; -1: none */
};

/* Skips disks that do not exist in this phase and iSCSI disks. */
static void attach(struct attached *list, size_t *n, const struct vt_disk *d,
	char *node, int boot)
{
	if (d->path && d->driver->device)
		list[(*n)++] = (struct attached){d, node, boot};
	else
		free(node);
}

/* The disk's place in a BIOS's boot order: disks that boot come first. */
static int boot_place(const struct vt_machine *m, const struct vt_disk *d)
{
	int before = 0;
	for (size_t i = 0; i < m->n_disks; i++) {
		const struct vt_disk *other = &m->disks[i];
		before += other->boots > d->boots ||
			  (other->boots == d->boots && other < d);
	}
	return before;
}

static size_t attach_all(struct attached *list, const struct vt_machine *m)
{
	/* UEFI uses the boot order that the installer wrote to NVRAM */
	bool in_order = !m->kernel && m->firmware == VT_FW_BIOS;
	size_t n = 0;
	attach(list, &n, &m->image, vt_strdup("image"), -1);
	for (size_t i = 0; i < m->n_disks; i++)
		attach(list, &n, &m->disks[i], vt_printf("disk%zu", i),
			in_order ? boot_place(m, &m->disks[i]) : -1);
	attach(list, &n, &m->output, vt_strdup("output"), -1);
	attach(list, &n, &m->seed, vt_strdup("seed"), -1);
	return n;
}

/* Add images first, then devices. The second path to a disk comes after the
 * first paths to all disks, so that guests number those alike. */
int vt_argv_disks(
	struct vt_strv *argv, const struct vt_machine *m, struct vt_err **err)
{
	size_t max = m->n_disks + 4;
	struct attached *list = vt_calloc(max, sizeof(*list));
	struct count *counts = vt_calloc(max, sizeof(*counts));
	size_t n = attach_all(list, m);
	long paths = 1;
	int rc = 0;
	for (size_t i = 0; i < n; i++) {
		const struct vt_disk *d = list[i].disk;
		vt_argv_block(argv, d->format, d->path, list[i].node,
			d->read_only, d->drive_options);
		paths = d->paths > paths ? d->paths : paths;
	}
	for (long path = 0; path < paths; path++)
		for (size_t i = 0; rc == 0 && i < n; i++)
			if (path == 0 || path < list[i].disk->paths)
				rc = add_device(argv, m->arch, counts,
					list[i].disk, list[i].node,
					path ? -1 : list[i].boot, err);
	for (size_t i = 0; i < n; i++)
		free(list[i].node);
	free(list);
	free(counts);
	return rc;
}
