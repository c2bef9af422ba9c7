/* install/vm.yaml and boot/vm.yaml: the machine of each phase. */
#include <string.h>

#include "base/mem.h"
#include "base/settings.h"
#include "plan.h"
#include "qemu/machine.h"

#define OUTPUT_BYTES ((int64_t)1 << 30)

/* The NIC to use early, as if the machine had booted from it. Initramfses that
 * set up a network take the one that BOOTIF names; Ubuntu's want to be told to,
 * where Debian's would wait 180 s for a device named BOOTIF. */
static void add_bootif(struct vt_str *s, const char *mac, bool ubuntu)
{
	vt_str_addf(s, "%s BOOTIF=01-", ubuntu ? " ip=:::::BOOTIF:dhcp" : "");
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

/* In these, only the set-up of iSCSI in the initramfs writes resolv.conf. */
static bool needs_iscsi_auto(const char *release)
{
	static const char *const old[] = {
		"precise", "trusty", "xenial", "zesty", "artful"};
	for (size_t i = 0; i < VT_COUNT(old); i++)
		if (!strcmp(old[i], release))
			return true;
	return false;
}

/* The install environment's kernel arguments. No `ro`: without an fstab in the
 * image its overlay would stay read-only. What stands after the three dashes
 * also goes to the target: there, too, a kernel that is stuck or dead ends the
 * machine (which does not reboot) instead of burning the timeout. */
static char *kernel_args(const struct vt_plan *plan)
{
	const struct vt_def *def = &plan->def;
	bool ubuntu = !strcmp(def->distro, "ubuntu");
	struct vt_str s = VT_STR_INIT;
	vt_str_addf(&s,
		"root=/dev/disk/by-id/virtio-boot-disk rootfstype=%s "
		"overlayroot=tmpfs console=%s",
		vt_emit_rootfs(def->ephemeral_ftype),
		vt_arch(def->arch)->console);
	add_bootif(&s, plan->guest.macs.v[0], ubuntu);
	vt_str_add(&s, " ---");
	if (ubuntu)
		vt_str_add(&s, " systemd.mask=snapd.seeded.service "
			       "systemd.mask=snapd.service");
	else
		vt_str_add(&s, " net.ifnames=0");
	vt_str_add(&s, " panic=-1 softlockup_panic=1 hung_task_panic=1 "
		       "nmi_watchdog=panic,1");
	/* for the installed system too: TCG's timer ticks come late on a busy
	 * host, and the kernel's check for them panics */
	vt_str_add(&s, " no_timer_check");
	if (def->crashdump)
		vt_str_add(&s, " crashkernel=384M-5000M:192M");
	if (needs_iscsi_auto(def->release))
		vt_str_add(&s, " iscsi_auto");
	if (def->extra_kern_args)
		vt_str_addf(&s, " %s", def->extra_kern_args);
	return vt_str_take(&s);
}

static struct vt_node *disk(const struct vt_plan *plan, struct vt_doc *doc,
	const struct vt_guest_disk *d)
{
	const struct vt_disk_entry *e = d->entry;
	struct vt_node *map = vt_node_map(doc);
	long block = plan->guest.block_size_bytes;
	vt_node_set_str(doc, map, "path", d->path);
	vt_node_set_str(doc, map, "from", d->from);
	if (!d->from)
		vt_node_set(doc, map, "size",
			vt_node_number(doc, (int64_t)d->size_bytes));
	vt_node_set_str(doc, map, "format", "raw");
	vt_node_set_str(doc, map, "driver", d->driver);
	if (e && e->serial)
		vt_node_set_str(doc, map, "serial", e->serial);
	else if (plan->def.multipath || vt_disk_driver(d->driver)->needs_serial)
		vt_node_set_str(doc, map, "serial", strrchr(d->path, '/') + 1);
	if (e)
		vt_node_set_str(doc, map, "wwn", e->wwn);
	vt_node_set_str(doc, map, "auth", d->auth);
	vt_node_set_str(doc, map, "iauth", d->iauth);
	vt_node_set(doc, map, "logical_block_size", vt_node_number(doc, block));
	vt_node_set(
		doc, map, "physical_block_size", vt_node_number(doc, block));
	vt_node_set(doc, map, "min_io_size", vt_node_number(doc, block));
	if (plan->def.multipath && vt_disk_driver(d->driver)->device)
		vt_node_set(doc, map, "paths",
			vt_node_number(doc, plan->def.multipath_num_paths));
	return map;
}

static void machine(const struct vt_plan *plan, struct vt_doc *doc,
	const char *phase, long timeout_s)
{
	const struct vt_guest *m = &plan->guest;
	struct vt_node *root = doc->root;
	struct vt_node *disks = vt_node_seq(doc), *nics = vt_node_seq(doc);
	vt_node_set(doc, root, "format", vt_node_number(doc, 1));
	vt_node_set_str(doc, root, "test", plan->test->name);
	vt_node_set_str(doc, root, "phase", phase);
	vt_node_set_str(doc, root, "arch", plan->def.arch);
	vt_node_set_str(doc, root, "accel", vt_setting("ACCEL"));
	vt_node_set(doc, root, "mem", vt_node_number(doc, m->mem_mib));
	vt_node_set(doc, root, "cpus", vt_node_number(doc, m->cpus));
	vt_node_set_str(doc, root, "firmware", vt_firmware_name(m->firmware));
	vt_node_set_str(doc, root, "bios", m->bios);
	if (m->firmware != VT_FW_BIOS)
		vt_node_set_str(doc, root, "nvram", "disks/ovmf_vars.fd");
	if (plan->def.tpm)
		vt_node_set_str(doc, root, "tpm", "disks/tpm");
	vt_node_set(doc, root, "timeout", vt_node_number(doc, timeout_s));
	for (size_t i = 0; i < m->n_disks; i++)
		vt_node_push(doc, disks, disk(plan, doc, &m->disks[i]));
	for (size_t i = 0; i < m->macs.n; i++) {
		struct vt_node *nic = vt_node_map(doc);
		vt_node_set_str(doc, nic, "net", vt_setting("BRIDGE"));
		vt_node_set_str(doc, nic, "mac", m->macs.v[i]);
		vt_node_push(doc, nics, nic);
	}
	vt_node_set(doc, root, "disks", disks);
	vt_node_set(doc, root, "nics", nics);
}

static void verdict(
	const struct vt_plan *plan, struct vt_doc *doc, const char *success)
{
	struct vt_node *map = vt_node_map(doc);
	const struct vt_node *fatal = plan->def.fatal_lines;
	vt_node_set_str(doc, map, "success", success);
	if (fatal)
		vt_node_set(doc, map, "fatal", vt_node_copy(doc, fatal));
	vt_node_set(doc, doc->root, "verdict", map);
	vt_node_set(doc, doc->root, "expected_failure",
		vt_node_boolean(
			doc, plan->def.expected_failure || plan->forgive));
}

/* Where an image came from: a newly synced one changes the file. */
static void add_provenance(struct vt_doc *doc, struct vt_node *list,
	const struct vt_image_set *set, const char *prefix)
{
	for (size_t i = 0; i < set->n; i++) {
		struct vt_node *map = vt_node_map(doc);
		VT_AUTO_FREE char *item =
			vt_printf("%s%s", prefix, set->v[i].ftype);
		vt_node_set_str(doc, map, "item", item);
		vt_node_set_str(doc, map, "path", set->v[i].path);
		vt_node_set_str(doc, map, "sha256", set->v[i].sha256);
		vt_node_push(doc, list, map);
	}
}

static void images(const struct vt_plan *plan, struct vt_doc *doc)
{
	const struct vt_image_set *set = plan->images;
	struct vt_node *list = vt_node_seq(doc), *image = vt_node_map(doc);
	VT_AUTO_FREE char *append = kernel_args(plan);
	vt_node_set_str(doc, doc->root, "kernel",
		vt_image_of(set, "boot-kernel")->path);
	vt_node_set_str(doc, doc->root, "initrd",
		vt_image_of(set, "boot-initrd")->path);
	vt_node_set_str(doc, doc->root, "append", append);
	vt_node_set_str(doc, image, "path",
		vt_image_of(set, plan->def.ephemeral_ftype)->path);
	vt_node_set_str(doc, image, "serial", "boot-disk");
	vt_node_set(doc, doc->root, "image", image);
	add_provenance(doc, list, set, "");
	if (plan->target)
		add_provenance(doc, list, plan->target, "target/");
	vt_node_set(doc, doc->root, "images", list);
}

static void publish(const struct vt_plan *plan, struct vt_doc *doc)
{
	struct vt_node *list = vt_node_seq(doc), *map = vt_node_map(doc);
	const char *ftype = plan->def.target_ftype;
	VT_AUTO_FREE char *as = vt_printf("target/%s", ftype);
	vt_node_set_str(
		doc, map, "path", vt_image_of(plan->target, ftype)->path);
	vt_node_set_str(doc, map, "as", as);
	vt_node_push(doc, list, map);
	vt_node_set(doc, doc->root, "publish", list);
}

int vt_emit_install(
	struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err)
{
	const char *missing = plan->images->missing;
	(void)err;
	if (!missing && plan->target)
		missing = plan->target->missing;
	machine(plan, doc, "install", plan->install_timeout_s);
	if (missing)
		vt_node_set_str(doc, doc->root, "missing", missing);
	else
		images(plan, doc);
	if (!missing && plan->target)
		publish(plan, doc);
	verdict(plan, doc, plan->success);
	return 0;
}

int vt_emit_boot(struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err)
{
	struct vt_node *output = vt_node_map(doc);
	(void)err;
	machine(plan, doc, "boot", plan->boot_timeout_s);
	/* its first boot relabels for SELinux, and reboots */
	if (!strcmp(plan->def.target_distro, "centos"))
		vt_node_set(
			doc, doc->root, "reboots", vt_node_boolean(doc, true));
	vt_node_set_str(doc, doc->root, "seed", "boot/seed.img");
	vt_node_set_str(doc, doc->root, "smbios", "ds=nocloud");
	vt_node_set_str(doc, output, "path", "boot/output_disk.img");
	vt_node_set(doc, output, "size", vt_node_number(doc, OUTPUT_BYTES));
	vt_node_set_str(doc, output, "serial", "output_disk.img");
	vt_node_set(doc, doc->root, "output", output);
	verdict(plan, doc, NULL);
	return 0;
}
