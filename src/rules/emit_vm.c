/* install/vm.yaml and boot/vm.yaml: the machine of each phase. */
#include <string.h>

#include "prompts.h"
#include "base/mem.h"
#include "base/settings.h"
#include "plan.h"
#include "test/distro.h"
#include "test/vm_file.h"

#define OUTPUT_BYTES ((uint64_t)1 << 30)

/* The NIC that the initramfs configures: BOOTIF selects it, as after a network
 * boot. */
static void add_bootif(struct vt_str *s, const char *mac)
{
	vt_str_add(s, " BOOTIF=01-");
	for (; *mac; mac++)
		vt_str_addc(s, *mac == ':' ? '-' : *mac);
}

const char *vt_emit_rootfs(const char *ftype)
{
	static const struct {
		const char *ftype, *fstype;
	} known[] = {{"squashfs", "squashfs"}, {"root-image", "ext4"}};
	for (size_t i = 0; i < VT_COUNT(known); i++)
		if (!strcmp(known[i].ftype, ftype))
			return known[i].fstype;
	return NULL;
}

/* The install environment's kernel arguments. No `ro`: without an fstab in the
 * image its overlay would stay read-only. Arguments after the three dashes are
 * also set in the target: there, too, a hung or panicked kernel ends the
 * machine (which does not reboot) instead of waiting for the timeout, and the
 * kernel of a system that hangs says what its tasks do (qemu/autopsy.h), which
 * Debian's default does not allow. */
static char *kernel_args(const struct vt_plan *plan)
{
	const struct vt_def *def = &plan->def;
	const struct vt_distro *distro = vt_distro(def->distro);
	struct vt_str s = VT_STR_INIT;
	vt_str_addf(&s,
		"root=/dev/disk/by-id/virtio-boot-disk rootfstype=%s "
		"overlayroot=tmpfs console=%s",
		vt_emit_rootfs(def->ephemeral_ftype),
		vt_arch(def->arch)->console);
	if (distro->network_args)
		vt_str_addf(&s, " %s", distro->network_args);
	add_bootif(&s, plan->guest.macs.v[0]);
	vt_str_addf(&s, " --- %s", distro->kernel_args);
	vt_str_add(&s, " panic=-1 softlockup_panic=1 hung_task_panic=1 "
		       "nmi_watchdog=panic,1 sysrq_always_enabled");
	/* for the installed system, too: with TCG on a busy host timer ticks
	 * are late, and the kernel's timer check panics */
	vt_str_add(&s, " no_timer_check");
	if (def->crashdump)
		vt_str_add(&s, " crashkernel=384M-5000M:192M");
	if (vt_release(def->release)->iscsi_auto)
		vt_str_add(&s, " iscsi_auto");
	if (def->extra_kern_args)
		vt_str_addf(&s, " %s", def->extra_kern_args);
	return vt_str_take(&s);
}

static void add_disk(const struct vt_plan *plan, struct vt_machine *m,
	const struct vt_guest_disk *from)
{
	const struct vt_dev *e = from->entry;
	const struct vt_disk_driver *driver = vt_disk_driver(from->driver);
	struct vt_disk *d = vt_machine_add_disk(m);
	long block = plan->guest.block_size_bytes;
	*d = (struct vt_disk){
		.path = from->path,
		.from = from->from,
		.base = from->base,
		.base_format = from->base_format,
		.size = from->from ? 0 : from->size_bytes,
		.format = vt_guest_disk_is_overlay(from) ? "qcow2" : "raw",
		.driver = driver,
		.serial = e ? vt_dev_text(e, "serial") : NULL,
		.wwn = e ? vt_dev_text(e, "wwn") : NULL,
		.auth = from->auth,
		.iauth = from->iauth,
		.logical_block_size = block,
		.physical_block_size = block,
		.min_io_size = block,
	};
	bool multipath = plan->def.multipath || from->multipath;
	if (!d->serial && (multipath || driver->needs_serial))
		d->serial = strrchr(d->path, '/') + 1;
	if (multipath && driver->device)
		d->paths = plan->def.multipath_num_paths;
	d->boots = from->boots && plan->guest.firmware == VT_FW_BIOS;
}

/* Settings of both phases. */
static int machine(const struct vt_plan *plan, struct vt_vm *vm,
	const char *phase, long timeout_s, struct vt_err **err)
{
	const struct vt_guest *g = &plan->guest;
	struct vt_machine *m = &vm->machine;
	if (vt_accel_parse(vt_setting("ACCEL"), &m->accel, err) < 0)
		return -1;
	m->name = plan->test->name;
	m->arch = vt_arch(plan->def.arch);
	m->mem_mib = g->mem_mib;
	m->cpus = g->cpus;
	m->timeout_s = timeout_s;
	m->firmware = g->firmware;
	m->bios = g->bios;
	m->nvram = g->firmware != VT_FW_BIOS ? "disks/ovmf_vars.fd" : NULL;
	m->tpm = plan->def.tpm ? "disks/tpm" : NULL;
	m->nvram_from = g->nvram_from;
	m->tpm_from = g->tpm_from;
	for (size_t i = 0; i < g->n_disks; i++)
		add_disk(plan, m, &g->disks[i]);
	for (size_t i = 0; i < g->macs.n; i++) {
		struct vt_nic *nic = vt_machine_add_nic(m);
		nic->bridge = vt_setting("BRIDGE");
		nic->mac = g->macs.v[i];
	}
	vm->phase = phase;
	vm->verdict.fatal = plan->def.fatal_lines;
	vm->expected_failure = plan->def.expected_failure;
	vm->forgive = plan->forgive;
	return vt_prompts_fill_vm(plan, phase, vm, err);
}

/* Source of the images: a newly synced image changes the file. */
static void add_provenance(
	struct vt_vm *vm, const struct vt_image_set *set, const char *prefix)
{
	for (size_t i = 0; i < set->n; i++) {
		struct vt_vm_image *image = vt_record_add(
			&vm->images, &vm->n_images, sizeof(*image));
		image->item = vt_machine_own(&vm->machine,
			vt_printf("%s%s", prefix, set->v[i].ftype));
		image->path = set->v[i].path;
		image->sha256 = set->v[i].sha256;
	}
}

static void images(const struct vt_plan *plan, struct vt_vm *vm)
{
	const struct vt_image_set *set = plan->images;
	struct vt_machine *m = &vm->machine;
	m->kernel = vt_image_of(set, "boot-kernel")->path;
	m->initrd = vt_image_of(set, "boot-initrd")->path;
	m->append = vt_machine_own(m, kernel_args(plan));
	m->image.path = vt_image_of(set, plan->def.ephemeral_ftype)->path;
	m->image.serial = "boot-disk";
	add_provenance(vm, set, "");
	if (plan->target)
		add_provenance(vm, plan->target, "target/");
}

static void publish(const struct vt_plan *plan, struct vt_vm *vm)
{
	const char *ftype = plan->def.target_ftype;
	struct vt_published *p =
		vt_record_add(&vm->published, &vm->n_published, sizeof(*p));
	p->path = vt_image_of(plan->target, ftype)->path;
	p->as = vt_machine_own(&vm->machine, vt_printf("target/%s", ftype));
}

int vt_emit_install(
	struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err)
{
	VT_AUTO_VM struct vt_vm vm = VT_VM_INIT;
	if (machine(plan, &vm, "install", plan->install_timeout_s, err) < 0)
		return -1;
	VT_AUTO_ERR struct vt_err *why = NULL;
	if (vt_warm_parse(plan->def.warm, &vm.warm, &why) < 0)
		return vt_node_err(
			vt_def_node(&plan->def, "warm"), err, "%s", why->msg);
	vm.missing = plan->images->missing;
	if (!vm.missing && plan->target)
		vm.missing = plan->target->missing;
	if (!vm.missing)
		images(plan, &vm);
	if (!vm.missing && plan->target)
		publish(plan, &vm);
	vm.verdict.success = plan->success;
	doc->root = vt_vm_write(&vm, doc);
	return 0;
}

int vt_emit_boot(struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err)
{
	VT_AUTO_VM struct vt_vm vm = VT_VM_INIT;
	struct vt_machine *m = &vm.machine;
	long boots = plan->def.boots;
	if (machine(plan, &vm, "boot", plan->boot_timeout_s * boots, err) < 0)
		return -1;
	m->reboots = vt_distro(plan->def.target_distro)->reboots || boots > 1;
	m->seed.path = "boot/seed.img";
	m->smbios_serial = "ds=nocloud";
	m->output = (struct vt_disk){.path = "boot/output_disk.img",
		.size = OUTPUT_BYTES,
		.serial = "output_disk.img"};
	vt_emit_wire(plan, doc, &vm);
	doc->root = vt_vm_write(&vm, doc);
	return 0;
}
