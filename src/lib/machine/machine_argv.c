/* A machine as a QEMU command line. */
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "mem.h"

/* A value inside an option of QEMU: commas are doubled. */
static void value(struct vt_str *b, const char *s)
{
	for (; *s; s++) {
		if (*s == ',')
			vt_str_addc(b, ',');
		vt_str_addc(b, *s);
	}
}

static void add(struct vt_strv *argv, const char *option, struct vt_str *b)
{
	vt_strv_add(argv, option);
	vt_strv_take(argv, vt_str_take(b));
}

static void add_block(struct vt_strv *argv, const char *format,
	const char *path, const char *node, bool read_only, const char *options)
{
	struct vt_str b = VT_STR_INIT;
	vt_str_addf(&b, "driver=%s,node-name=%s,", format, node);
	/* a machine is thrown away when its host goes down: no flushes */
	vt_str_add(&b,
		read_only ? "read-only=on" : "discard=unmap,cache.no-flush=on");
	vt_str_add(&b, ",file.driver=file,file.filename=");
	value(&b, path);
	if (options)
		vt_str_addf(&b, ",%s", options);
	add(argv, "-blockdev", &b);
}

/* A name of QEMU's, with the architecture's virtio bus in it. */
static void add_name(struct vt_str *b, const struct vt_arch *a, const char *s)
{
	for (; *s; s++)
		if (*s == '*')
			vt_str_add(b, a->virtio);
		else
			vt_str_addc(b, *s);
}

/* How many disks of a driver there are so far. */
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

static int check_disk(const struct vt_arch *a, const struct vt_disk *d,
	size_t n, struct vt_err **err)
{
	const struct vt_disk_driver *drv = d->driver;
	VT_AUTO_FREE char *why = NULL;
	if (drv->max_disks && n >= drv->max_disks)
		why = vt_printf("a machine has at most %zu '%s' disks",
			drv->max_disks, drv->name);
	else if (drv->needs_pci && !a->pci)
		why = vt_printf(
			"an %s machine has no '%s' disks", a->name, drv->name);
	else if (drv->max_serial && d->serial &&
		 strlen(d->serial) > drv->max_serial)
		why = vt_printf("serial '%s' is too long: a guest sees %zu "
				"bytes of it on a '%s' disk",
			d->serial, drv->max_serial, drv->name);
	else if (d->wwn && !drv->takes_wwn)
		why = vt_printf("a '%s' disk has no wwn", drv->name);
	else if (drv->sectors_512 && d->logical_block_size > 512)
		why = vt_printf("a '%s' disk has logical blocks of 512 bytes, "
				"not %ld",
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

static void add_value(struct vt_str *b, const char *name, const char *s)
{
	if (!s)
		return;
	vt_str_addf(b, ",%s=", name);
	value(b, s);
}

/* One way to a disk. */
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
		add(argv, "-device", &b);
	}
	add_name(&b, a, drv->device);
	vt_str_addf(&b, ",drive=%s", node);
	if (drv->bus)
		vt_str_addf(&b, ",bus=%s", drv->bus);
	if (drv->bus_each)
		vt_str_addf(&b, "%zu", *n);
	add_value(&b, "serial", d->serial);
	add_value(&b, "wwn", d->wwn);
	add_size(&b, "logical_block_size", d->logical_block_size);
	add_size(&b, "physical_block_size", d->physical_block_size);
	add_size(&b, "min_io_size", d->min_io_size);
	if (d->paths > 1)
		vt_str_add(&b, ",share-rw=on");
	if (boot >= 0)
		vt_str_addf(&b, ",bootindex=%d", boot);
	if (d->device_options)
		vt_str_addf(&b, ",%s", d->device_options);
	add(argv, "-device", &b);
	++*n;
	return 0;
}

/* A disk that QEMU has, by the name of its block node. */
struct attached {
	const struct vt_disk *disk;
	char *node;
	int boot; /* place in the boot order, from 0; -1: not booted from */
};

/* What is not there, or reached over the network, is passed over. */
static void attach(struct attached *list, size_t *n, const struct vt_disk *d,
	char *node, int boot)
{
	if (d->path && d->driver->device)
		list[(*n)++] = (struct attached){d, node, boot};
	else
		free(node);
}

static size_t attach_all(struct attached *list, const struct vt_machine *m)
{
	/* UEFI has its own boot order, in the NVRAM that an install wrote */
	bool in_order = !m->kernel && m->firmware == VT_FW_BIOS;
	size_t n = 0;
	attach(list, &n, &m->image, vt_strdup("image"), -1);
	for (size_t i = 0; i < m->n_disks; i++)
		attach(list, &n, &m->disks[i], vt_printf("disk%zu", i),
			in_order ? (int)i : -1);
	attach(list, &n, &m->output, vt_strdup("output"), -1);
	attach(list, &n, &m->seed, vt_strdup("seed"), -1);
	return n;
}

/* Images first, then the ways to them: the second path to a disk comes behind
 * the first paths to all disks. */
static int add_disks(
	struct vt_strv *argv, const struct vt_machine *m, struct vt_err **err)
{
	size_t room = m->n_disks + 4;
	struct attached *list = vt_calloc(room, sizeof(*list));
	struct count *counts = vt_calloc(room, sizeof(*counts));
	size_t n = attach_all(list, m);
	long paths = 1;
	int rc = 0;
	for (size_t i = 0; i < n; i++) {
		const struct vt_disk *d = list[i].disk;
		add_block(argv, d->format, d->path, list[i].node, d->read_only,
			d->drive_options);
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

static void add_nics(struct vt_strv *argv, const struct vt_machine *m,
	const struct vt_machine_fds *fds)
{
	for (size_t i = 0; i < m->n_nics; i++) {
		const struct vt_nic *nic = &m->nics[i];
		struct vt_str net = VT_STR_INIT, dev = VT_STR_INIT;
		if (nic->bridge)
			vt_str_addf(&net, "tap,id=net%zu,fd=%d", i,
				fds->taps ? fds->taps[i] : -1);
		else
			vt_str_addf(&net, "user,id=net%zu", i);
		if (nic->net_options)
			vt_str_addf(&net, ",%s", nic->net_options);
		add(argv, "-netdev", &net);
		/* without a ROM: there is nothing to boot from a network */
		if (nic->model)
			value(&dev, nic->model);
		else
			vt_str_addf(&dev, "virtio-net-%s%s", m->arch->virtio,
				m->arch->pci ? ",romfile=" : "");
		vt_str_addf(&dev, ",netdev=net%zu", i);
		add_value(&dev, "mac", nic->mac);
		if (nic->device_options)
			vt_str_addf(&dev, ",%s", nic->device_options);
		add(argv, "-device", &dev);
	}
}

/* Firmware is in flash where the machine has flash. */
static bool in_flash(const struct vt_machine *m)
{
	return m->bios && m->arch->uefi[0].code;
}

static int add_firmware(
	struct vt_strv *argv, const struct vt_machine *m, struct vt_err **err)
{
	const char *code, *vars;
	struct vt_str b = VT_STR_INIT;
	if (m->bios && !in_flash(m))
		vt_strv_addv(argv, "-bios", m->bios, NULL);
	else if (m->bios)
		add_block(argv, "raw", m->bios, "pflash0", true, NULL);
	if (m->bios)
		return 0;
	if (m->firmware == VT_FW_BIOS)
		return 0;
	if (vt_machine_firmware(
		    m->arch, m->firmware, m->nvram, &code, &vars, err) < 0)
		return -1;
	add_block(argv, "raw", code, "pflash0", true, NULL);
	if (m->nvram) {
		add_block(argv, "raw", m->nvram, "pflash1", false, NULL);
		return 0;
	}
	/* written to a nameless file of QEMU's that goes with it: AAVMF dies
	 * of flash that it cannot write */
	vt_str_add(&b, "if=pflash,unit=1,snapshot=on,format=raw,file=");
	value(&b, vars);
	add(argv, "-drive", &b);
	return 0;
}

static void add_tpm(struct vt_strv *argv, const struct vt_arch *a, int fd)
{
	if (fd < 0)
		return;
	vt_strv_add(argv, "-chardev");
	vt_strv_addf(argv, "socket,id=tpm,fd=%d", fd);
	vt_strv_addv(argv, "-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device",
		NULL);
	vt_strv_addf(argv, "%s,tpmdev=tpm0", a->tpm);
}

/* Where the installer tells its end, beside the console. */
static void add_channel(struct vt_strv *argv, const struct vt_arch *a, int fd)
{
	if (fd < 0)
		return;
	vt_strv_add(argv, "-device");
	vt_strv_addf(argv, "virtio-serial-%s", a->virtio);
	vt_strv_add(argv, "-chardev");
	vt_strv_addf(argv, "socket,id=channel,fd=%d", fd);
	vt_strv_addv(argv, "-device",
		"virtserialport,chardev=channel,name=org.vt.installer", NULL);
}

static void add_kernel(
	struct vt_strv *argv, const struct vt_machine *m, enum vt_accel accel)
{
	if (!m->kernel)
		return;
	vt_strv_addv(argv, "-kernel", m->kernel, NULL);
	if (m->initrd)
		vt_strv_addv(argv, "-initrd", m->initrd, NULL);
	const char *first = accel == VT_ACCEL_TCG ? m->arch->tcg_append : NULL;
	vt_strv_add(argv, "-append");
	vt_strv_addf(argv, "%s%s%s", first ? first : "",
		first && m->append ? " " : "", m->append ? m->append : "");
}

static void add_machine(
	struct vt_strv *argv, const struct vt_machine *m, enum vt_accel accel)
{
	const struct vt_arch *a = m->arch;
	struct vt_str b = VT_STR_INIT;
	bool smm = a->smm && m->firmware >= a->smm;
	vt_str_add(&b, a->qemu_machine);
	bool vars = !m->bios && m->firmware != VT_FW_BIOS;
	if (vars || in_flash(m))
		vt_str_add(&b, ",pflash0=pflash0");
	if (vars && m->nvram)
		vt_str_add(&b, ",pflash1=pflash1");
	if (smm)
		vt_str_add(&b, ",smm=on");
	add(argv, "-machine", &b);
	if (smm)
		vt_strv_addv(argv, "-global",
			"driver=cfi.pflash01,property=secure,value=on", NULL);
	if (accel == VT_ACCEL_KVM)
		vt_strv_addv(argv, "-accel", "kvm", "-cpu", "host", NULL);
	else
		vt_strv_addv(argv, "-cpu", a->tcg_cpu, "-accel", NULL);
	if (accel != VT_ACCEL_KVM)
		vt_strv_addf(
			argv, "tcg,thread=multi,tb-size=%d", VT_TCG_CACHE_MIB);
	vt_strv_add(argv, "-smp");
	vt_strv_addf(argv, "%ld", m->cpus);
	vt_strv_add(argv, "-m");
	vt_strv_addf(argv, "%ld", m->mem_mib);
}

static void add_base(struct vt_strv *argv, const struct vt_machine *m,
	const struct vt_machine_fds *fds)
{
	const struct vt_arch *a = m->arch;
	vt_strv_add(argv, "-chardev");
	vt_strv_addf(argv, "socket,id=qmp,fd=%d", fds->qmp);
	vt_strv_addv(
		argv, "-mon", "chardev=qmp,mode=control", "-chardev", NULL);
	vt_strv_addf(argv, "socket,id=serial0,fd=%d", fds->serial);
	vt_strv_addv(argv, "-serial", "chardev:serial0", "-object",
		"rng-random,id=rng0,filename=/dev/urandom", "-device", NULL);
	vt_strv_addf(argv, "virtio-rng-%s,rng=rng0", a->virtio);
	if (a->panic)
		vt_strv_addv(argv, "-device", a->panic, NULL);
	add_channel(argv, a, fds->channel);
	add_tpm(argv, a, fds->tpm);
	if (m->vnc)
		vt_strv_addv(argv, "-vnc", m->vnc, "-device", a->video, NULL);
	else
		vt_strv_addv(argv, "-display", "none", NULL);
}

static int check_machine(const struct vt_machine *m, struct vt_err **err)
{
	const struct vt_arch *a = m->arch;
	const char *what = m->tpm && !a->tpm                ? "a TPM"
			   : m->smbios_serial && !a->smbios ? "an SMBIOS table"
							    : NULL;
	return what ? vt_err_set(err, VT_USAGE,
			      "machines of architecture %s have no %s", a->name,
			      strchr(what, ' ') + 1)
		    : 0;
}

int vt_machine_argv(const struct vt_machine *m, enum vt_accel accel,
	const struct vt_machine_fds *fds, struct vt_strv *argv,
	struct vt_err **err)
{
	struct vt_str b = VT_STR_INIT;
	if (check_machine(m, err) < 0)
		return -1;
	vt_strv_add(argv, vt_machine_qemu(m));
	vt_str_add(&b, "guest=");
	value(&b, m->test ? m->test : "vt");
	add(argv, "-name", &b);
	vt_strv_addv(argv, "-nodefaults", "-no-user-config", NULL);
	if (!m->reboots)
		vt_strv_add(argv, "-no-reboot");
	vt_strv_addv(argv, "-sandbox",
		"on,obsolete=deny,elevateprivileges=deny,spawn=deny,"
		"resourcecontrol=deny",
		NULL);
	add_machine(argv, m, accel);
	add_base(argv, m, fds);
	if (add_firmware(argv, m, err) < 0)
		return -1;
	if (m->smbios_serial) {
		vt_str_add(&b, "type=1,serial=");
		value(&b, m->smbios_serial);
		add(argv, "-smbios", &b);
	}
	/* NICs first: their PCI slots, from which guests name them, must not
	 * depend on how many disks a phase has */
	add_nics(argv, m, fds);
	if (add_disks(argv, m, err) < 0)
		return -1;
	add_kernel(argv, m, accel);
	for (size_t i = 0; i < m->qemu_args.n; i++)
		vt_strv_add(argv, m->qemu_args.v[i]);
	return 0;
}

char *vt_machine_command(const struct vt_machine *m, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_FREE int *taps = vt_calloc(m->n_nics + 1, sizeof(*taps));
	struct vt_str line = VT_STR_INIT;
	struct vt_machine_fds fds = {3, 4, 5, -1, taps};
	int next = 6;
	if (m->tpm)
		fds.tpm = next++;
	for (size_t i = 0; i < m->n_nics; i++)
		taps[i] = m->nics[i].bridge ? next++ : -1;
	enum vt_accel accel =
		m->accel == VT_ACCEL_AUTO ? VT_ACCEL_TCG : m->accel;
	if (vt_machine_argv(m, accel, &fds, &argv, err) < 0)
		return NULL;
	vt_str_shjoin(&line, argv.v);
	return vt_str_take(&line);
}
