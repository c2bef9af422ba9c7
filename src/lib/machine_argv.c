/* A machine as a QEMU command line. */
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
	const char *path, const char *node, bool read_only)
{
	struct vt_str b = VT_STR_INIT;
	vt_str_addf(&b, "driver=%s,node-name=%s,", format, node);
	/* a machine is thrown away when its host goes down: no flushes */
	vt_str_add(&b,
		read_only ? "read-only=on" : "discard=unmap,cache.no-flush=on");
	vt_str_add(&b, ",file.driver=file,file.filename=");
	value(&b, path);
	add(argv, "-blockdev", &b);
}

/* Counters that name what a machine has several of. */
struct names {
	const struct vt_arch *arch;
	size_t disks;
	struct {
		const struct vt_disk_driver *driver;
		size_t n;
	} kinds[8];
};

static size_t *count_of(struct names *n, const struct vt_disk_driver *driver)
{
	size_t i = 0;
	while (n->kinds[i].driver && n->kinds[i].driver != driver)
		i++;
	n->kinds[i].driver = driver;
	return &n->kinds[i].n;
}

static int check_disk(const struct vt_disk *d, size_t n, struct vt_err **err)
{
	const struct vt_disk_driver *drv = d->driver;
	VT_AUTO_FREE char *why = NULL;
	if (drv->max_disks && n >= drv->max_disks)
		why = vt_printf("a machine has at most %zu '%s' disks",
			drv->max_disks, drv->name);
	else if (d->serial && strlen(d->serial) > drv->max_serial)
		why = vt_printf("serial '%s' is too long: a guest sees %zu "
				"bytes of it on a '%s' disk",
			d->serial, drv->max_serial, drv->name);
	else if (d->wwn && !drv->takes_wwn)
		why = vt_printf("a '%s' disk has no wwn", drv->name);
	if (!why)
		return 0;
	return d->node ? vt_node_err(d->node, err, "%s", why)
		       : vt_err_set(err, VT_USAGE, "'%s': %s", d->path, why);
}

/* @boot: its place in the boot order, from 0; -1: not booted from */
static int add_disk(struct vt_strv *argv, struct names *names,
	const struct vt_disk *d, int boot, struct vt_err **err)
{
	const struct vt_disk_driver *drv = d->driver;
	struct vt_str b = VT_STR_INIT;
	size_t *n = count_of(names, drv);
	if (check_disk(d, *n, err) < 0)
		return -1;
	if (*n == 0 && drv->controller)
		vt_strv_addv(argv, "-device", drv->controller, NULL);
	VT_AUTO_FREE char *node = vt_printf("disk%zu", names->disks++);
	add_block(argv, d->format, d->path, node, d->read_only);

	vt_str_add(&b, drv->device);
	if (drv->on_virtio)
		vt_str_addf(&b, "-%s", names->arch->virtio);
	vt_str_addf(&b, ",drive=%s", node);
	if (drv->bus)
		vt_str_addf(&b, ",bus=%s", drv->bus);
	if (drv->bus_each)
		vt_str_addf(&b, "%zu", *n);
	if (d->serial) {
		vt_str_add(&b, ",serial=");
		value(&b, d->serial);
	}
	if (d->wwn) {
		vt_str_add(&b, ",wwn=");
		value(&b, d->wwn);
	}
	if (d->logical_block_size)
		vt_str_addf(
			&b, ",logical_block_size=%ld", d->logical_block_size);
	if (d->physical_block_size)
		vt_str_addf(
			&b, ",physical_block_size=%ld", d->physical_block_size);
	if (boot >= 0)
		vt_str_addf(&b, ",bootindex=%d", boot);
	if (d->options)
		vt_str_addf(&b, ",%s", d->options);
	add(argv, "-device", &b);
	++*n;
	return 0;
}

static int add_disks(
	struct vt_strv *argv, const struct vt_machine *m, struct vt_err **err)
{
	struct names names = {.arch = m->arch};
	/* UEFI has its own boot order, in the NVRAM that an install wrote */
	bool in_order = !m->kernel && !m->uefi;
	if (m->image.path && add_disk(argv, &names, &m->image, -1, err) < 0)
		return -1;
	for (size_t i = 0; i < m->n_disks; i++)
		if (add_disk(argv, &names, &m->disks[i], in_order ? (int)i : -1,
			    err) < 0)
			return -1;
	if (m->output.path && add_disk(argv, &names, &m->output, -1, err) < 0)
		return -1;
	if (m->seed.path && add_disk(argv, &names, &m->seed, -1, err) < 0)
		return -1;
	return 0;
}

static void add_nics(struct vt_strv *argv, const struct vt_machine *m)
{
	for (size_t i = 0; i < m->n_nics; i++) {
		const struct vt_nic *nic = &m->nics[i];
		struct vt_str b = VT_STR_INIT;
		vt_strv_add(argv, "-netdev");
		vt_strv_addf(argv, "user,id=net%zu", i);
		/* without a ROM: there is nothing to boot from a network */
		if (nic->model)
			value(&b, nic->model);
		else
			vt_str_addf(
				&b, "virtio-net-%s,romfile=", m->arch->virtio);
		vt_str_addf(&b, ",netdev=net%zu", i);
		if (nic->mac) {
			vt_str_add(&b, ",mac=");
			value(&b, nic->mac);
		}
		add(argv, "-device", &b);
	}
}

static int add_firmware(
	struct vt_strv *argv, const struct vt_machine *m, struct vt_err **err)
{
	const char *code, *vars;
	if (!m->uefi)
		return 0;
	if (vt_machine_firmware(m->arch, &code, &vars, err) < 0)
		return -1;
	add_block(argv, "raw", code, "pflash0", true);
	add_block(
		argv, "raw", m->nvram ? m->nvram : vars, "pflash1", !m->nvram);
	return 0;
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

static void add_base(struct vt_strv *argv, const struct vt_machine *m,
	enum vt_accel accel, const struct vt_machine_fds *fds)
{
	const struct vt_arch *a = m->arch;
	struct vt_str b = VT_STR_INIT;
	vt_strv_add(argv, a->qemu);
	vt_str_add(&b, "guest=");
	value(&b, m->test ? m->test : "vt");
	add(argv, "-name", &b);
	vt_strv_addv(argv, "-nodefaults", "-no-user-config", "-display", "none",
		"-no-reboot", "-sandbox",
		"on,obsolete=deny,elevateprivileges=deny,spawn=deny,"
		"resourcecontrol=deny",
		"-machine", NULL);
	vt_strv_addf(argv, "%s%s", a->qemu_machine,
		m->uefi ? ",pflash0=pflash0,pflash1=pflash1" : "");
	if (accel == VT_ACCEL_KVM)
		vt_strv_addv(argv, "-accel", "kvm", "-cpu", "host", NULL);
	else
		vt_strv_addv(argv, "-accel", "tcg,thread=multi", "-cpu",
			a->tcg_cpu, NULL);
	vt_strv_add(argv, "-smp");
	vt_strv_addf(argv, "%ld", m->cpus);
	vt_strv_add(argv, "-m");
	vt_strv_addf(argv, "%ld", m->mem_mib);
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
}

int vt_machine_argv(const struct vt_machine *m, enum vt_accel accel,
	const struct vt_machine_fds *fds, struct vt_strv *argv,
	struct vt_err **err)
{
	add_base(argv, m, accel, fds);
	if (add_firmware(argv, m, err) < 0)
		return -1;
	if (m->smbios_serial) {
		struct vt_str b = VT_STR_INIT;
		vt_str_add(&b, "type=1,serial=");
		value(&b, m->smbios_serial);
		add(argv, "-smbios", &b);
	}
	/* NICs first: their PCI slots, from which guests name them, must not
	 * depend on how many disks a phase has */
	add_nics(argv, m);
	if (add_disks(argv, m, err) < 0)
		return -1;
	add_kernel(argv, m, accel);
	for (size_t i = 0; i < m->qemu_args.n; i++)
		vt_strv_add(argv, m->qemu_args.v[i]);
	return 0;
}
