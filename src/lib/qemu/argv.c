/* Builds the QEMU command of a machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/vmdisk.h"
#include "qemu/argv.h"

void vt_argv_value(struct vt_str *b, const char *s)
{
	for (; *s; s++) {
		if (*s == ',')
			vt_str_addc(b, ',');
		vt_str_addc(b, *s);
	}
}

void vt_argv_add(struct vt_strv *argv, const char *option, struct vt_str *b)
{
	vt_strv_add(argv, option);
	vt_strv_take(argv, vt_str_take(b));
}

void vt_argv_block(struct vt_strv *argv, const char *format, const char *path,
	const char *node, bool read_only, const char *options)
{
	struct vt_str b = VT_STR_INIT;
	vt_str_addf(&b, "driver=%s,node-name=%s,", format, node);
	/* no flushes: the disks are not used again if the host crashes */
	vt_str_add(&b,
		read_only ? "read-only=on" : "discard=unmap,cache.no-flush=on");
	vt_str_add(&b, ",file.driver=file,file.filename=");
	VT_AUTO_FREE char *name = vt_vmdisk_name(path);
	vt_argv_value(&b, name);
	if (options)
		vt_str_addf(&b, ",%s", options);
	vt_argv_add(argv, "-blockdev", &b);
}

void vt_argv_prop(struct vt_str *b, const char *name, const char *s)
{
	if (!s)
		return;
	vt_str_addf(b, ",%s=", name);
	vt_argv_value(b, s);
}

static void add_nics(struct vt_strv *argv, const struct vt_machine *m,
	const struct vt_machine_fds *fds)
{
	for (size_t i = 0; i < m->n_nics; i++) {
		const struct vt_nic *nic = &m->nics[i];
		struct vt_str net = VT_STR_INIT, dev = VT_STR_INIT;
		int fd = fds->nics ? fds->nics[i] : -1;
		if (nic->bridge)
			vt_str_addf(&net, "tap,id=net%zu,fd=%d", i, fd);
		else if (nic->segment)
			vt_str_addf(&net,
				"dgram,id=net%zu,local.type=fd,local.str=%d", i,
				fd);
		else
			vt_str_addf(&net, "user,id=net%zu", i);
		if (nic->net_options)
			vt_str_addf(&net, ",%s", nic->net_options);
		vt_argv_add(argv, "-netdev", &net);
		/* no option ROM: guests do not boot from the network */
		if (nic->model)
			vt_argv_value(&dev, nic->model);
		else
			vt_str_addf(&dev, "virtio-net-%s%s", m->arch->virtio,
				m->arch->pci ? ",romfile=" : "");
		vt_str_addf(&dev, ",netdev=net%zu", i);
		vt_argv_prop(&dev, "mac", nic->mac);
		/* LACP aggregates only links whose speed is known */
		if (nic->segment && !nic->model)
			vt_str_add(&dev, ",speed=1000,duplex=full");
		if (nic->device_options)
			vt_str_addf(&dev, ",%s", nic->device_options);
		vt_argv_add(argv, "-device", &dev);
	}
}

/* Whether --bios goes into flash: machines with UEFI have flash. */
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
		vt_argv_block(argv, "raw", m->bios, "pflash0", true, NULL);
	if (m->bios)
		return 0;
	if (m->firmware == VT_FW_BIOS)
		return 0;
	if (vt_machine_firmware(
		    m->arch, m->firmware, m->nvram, &code, &vars, err) < 0)
		return -1;
	vt_argv_block(argv, "raw", code, "pflash0", true, NULL);
	if (m->nvram) {
		vt_argv_block(argv, "raw", m->nvram, "pflash1", false, NULL);
		return 0;
	}
	/* Writes go to a temporary file of QEMU's, which is discarded: AAVMF
	 * crashes when it cannot write to its flash. */
	vt_str_add(&b, "if=pflash,unit=1,snapshot=on,format=raw,file=");
	vt_argv_value(&b, vars);
	vt_argv_add(argv, "-drive", &b);
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

static void add_port(
	struct vt_strv *argv, const char *id, const char *name, int fd)
{
	if (fd < 0)
		return;
	vt_strv_add(argv, "-chardev");
	vt_strv_addf(argv, "socket,id=%s,fd=%d", id, fd);
	vt_strv_add(argv, "-device");
	vt_strv_addf(argv, "virtserialport,chardev=%s,name=%s", id, name);
}

/* The installer's channel: it reports its end here and on the console. And the
 * port for the guest's journal. */
static void add_ports(struct vt_strv *argv, const struct vt_arch *a,
	const struct vt_machine_fds *fds)
{
	if (fds->channel < 0 && fds->journal < 0)
		return;
	vt_strv_add(argv, "-device");
	vt_strv_addf(argv, "virtio-serial-%s", a->virtio);
	add_port(argv, "channel", "org.vt.installer", fds->channel);
	add_port(argv, "journal", "org.vt.journal", fds->journal);
}

/* Memory of a machine that is saved, or starts from what was saved. The guest's
 * kernel is told by vmgenid, as soon as it runs, that it is another machine,
 * and renews its random number generator. */
static void add_memory(struct vt_strv *argv, const struct vt_machine *m,
	const struct vt_machine_fds *fds)
{
	struct vt_str b = VT_STR_INIT;
	if (!fds->ram)
		return;
	vt_str_addf(&b,
		"memory-backend-file,id=ram,size=%ldM,share=%s,mem-path=",
		m->mem_mib, fds->starts_warm ? "off" : "on");
	vt_argv_value(&b, fds->ram);
	vt_argv_add(argv, "-object", &b);
	vt_strv_addv(argv, "-device", "vmgenid,guid=auto", NULL);
	if (fds->starts_warm)
		vt_strv_addv(argv, "-incoming", "defer", NULL);
}

static void add_machine(struct vt_strv *argv, const struct vt_machine *m,
	enum vt_accel accel, const struct vt_machine_fds *fds)
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
	if (fds->ram)
		vt_str_add(&b, ",memory-backend=ram");
	vt_argv_add(argv, "-machine", &b);
	add_memory(argv, m, fds);
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
	add_ports(argv, a, fds);
	add_tpm(argv, a, fds->tpm);
	if (fds->peer_config >= 0) {
		vt_strv_add(argv, "-fw_cfg");
		vt_strv_addf(argv, "name=opt/org.vt/peer,file=/proc/self/fd/%d",
			fds->peer_config);
	}
	if (m->vnc)
		vt_strv_addv(argv, "-vnc", m->vnc, "-device", a->video, NULL);
	else
		vt_strv_addv(argv, "-display", "none", NULL);
}

static int check_machine(const struct vt_machine *m, struct vt_err **err)
{
	const struct vt_arch *a = m->arch;
	const char *what = m->tpm && !a->tpm                ? "TPM"
			   : m->smbios_serial && !a->smbios ? "SMBIOS table"
							    : NULL;
	return what ? vt_err_set(err, VT_USAGE,
			      "architecture %s does not support a %s in QEMU",
			      a->name, what)
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
	vt_argv_value(&b, m->name ? m->name : "vt");
	vt_argv_add(argv, "-name", &b);
	vt_strv_addv(argv, "-nodefaults", "-no-user-config", NULL);
	if (!m->reboots)
		vt_strv_add(argv, "-no-reboot");
	vt_strv_addv(argv, "-sandbox",
		"on,obsolete=deny,elevateprivileges=deny,spawn=deny,"
		"resourcecontrol=deny",
		NULL);
	add_machine(argv, m, accel, fds);
	add_base(argv, m, fds);
	if (add_firmware(argv, m, err) < 0)
		return -1;
	if (m->smbios_serial) {
		vt_str_add(&b, "type=1,serial=");
		vt_argv_value(&b, m->smbios_serial);
		vt_argv_add(argv, "-smbios", &b);
	}
	/* NICs before disks: guests name NICs by PCI slot, which must not
	 * depend on the phase's number of disks */
	add_nics(argv, m, fds);
	if (vt_argv_disks(argv, m, err) < 0)
		return -1;
	vt_argv_kernel(argv, m, accel, fds->config);
	for (size_t i = 0; i < m->qemu_args.n; i++)
		vt_strv_add(argv, m->qemu_args.v[i]);
	return 0;
}

int vt_machine_show(const struct vt_machine *m, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_FREE int *nics = vt_calloc(m->n_nics + 1, sizeof(*nics));
	VT_AUTO_STR struct vt_str line = VT_STR_INIT;
	struct vt_machine_fds fds = {.qmp = 3,
		.serial = 4,
		.channel = 5,
		.journal = 6,
		.tpm = -1,
		.config = -1,
		.peer_config = -1,
		.nics = nics};
	int next = 7;
	if (m->tpm)
		fds.tpm = next++;
	for (size_t i = 0; i < m->n_nics; i++)
		nics[i] = m->nics[i].bridge || m->nics[i].segment ? next++ : -1;
	enum vt_accel accel =
		m->accel == VT_ACCEL_AUTO ? VT_ACCEL_TCG : m->accel;
	if (vt_machine_argv(m, accel, &fds, &argv, err) < 0)
		return -1;
	vt_str_shjoin(&line, argv.v);
	puts(line.s);
	return 0;
}
