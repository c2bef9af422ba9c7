#include "test/vm_file.h"

#include "base/fs.h"
#include "data/pattern.h"
#include "host/peer.h"
#include "qemu/answers.h"
#include "test/fatal.h"

enum { MAX_DISKS = 256, MAX_NICS = 32, MAX_PUBLISHED = 256 };

static const void *find_driver(const char *name)
{
	return vt_disk_driver(name);
}

static const void *find_arch(const char *name)
{
	return vt_arch(name);
}

/* Disks */

static int power_of_two(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	long v = *(const long *)value;
	if ((v & (v - 1)) == 0)
		return 0;
	return vt_node_err(at, err, "%ld is not a power of two", v);
}

static int disk_place(void *out, const struct vt_node *map, struct vt_err **err)
{
	(void)err;
	((struct vt_disk *)out)->node = map;
	return 0;
}

static const char *const formats[] = {"raw", "qcow2", NULL};

#define D struct vt_disk
#define BLOCK                                                                  \
	.init = "0", .min = 512, .max = 32768, .unit = "bytes",                \
	.check = power_of_two
static const struct vt_member disk_members[] = {
	{"path", VT_AS_PATH(D, path), .required = true, .doc = "The image"},
	{"from", VT_AS_PATH(D, from), .doc = "Image to copy initially"},
	{"base", VT_AS_PATH(D, base),
		.doc = "Image of another test, on which an overlay is "
		       "created; it is not changed"},
	{"base_format", VT_AS_TEXT(D, base_format), .words = formats,
		.doc = "Format of base"},
	{"size", VT_AS_BYTES(D, size), .init = "0",
		.doc = "Size of the image to create"},
	{"format", VT_AS_TEXT(D, format), .init = "raw", .words = formats,
		.doc = "Format of the image"},
	{"driver", VT_AS_ROW(D, driver, find_driver, vt_disk_drivers),
		.init = "virtio-blk", .always = true,
		.doc = "Device type by which the disk is attached"},
	{"serial", VT_AS_TEXT(D, serial), .doc = "Serial number"},
	{"wwn", VT_AS_TEXT(D, wwn), .doc = "World Wide Name"},
	{"target", VT_AS_TEXT(D, target),
		.doc = "Name of the iSCSI target; by default random"},
	{"auth", VT_AS_TEXT(D, auth),
		.doc = "USER:PASSWORD required of the iSCSI initiator"},
	{"iauth", VT_AS_TEXT(D, iauth),
		.doc = "USER:PASSWORD of the iSCSI target (mutual CHAP)"},
	{"logical_block_size", VT_AS_INT(D, logical_block_size), BLOCK,
		.doc = "Logical sector size, a power of two; by default "
		       "chosen by QEMU"},
	{"physical_block_size", VT_AS_INT(D, physical_block_size), BLOCK,
		.doc = "Physical sector size, likewise"},
	{"min_io_size", VT_AS_INT(D, min_io_size), BLOCK,
		.doc = "Minimum I/O size, likewise"},
	{"paths", VT_AS_INT(D, paths), .init = "0", .min = 1, .max = 16,
		.doc = "Number of multipath devices for this image; by "
		       "default 1"},
	{"boots", VT_AS_BOOL(D, boots), .init = "false",
		.doc = "A BIOS tries this disk before those without the key"},
	{0}};
static const struct vt_record disk_record = {
	.name = "disks", .members = disk_members, .check = disk_place};

/* NICs: the name "user" selects user mode instead of a bridge. */

static int nic_mode(void *out, const struct vt_node *map, struct vt_err **err)
{
	struct vt_nic *nic = out;
	(void)map;
	(void)err;
	if (nic->segment || vt_str_eq(nic->bridge, "user"))
		nic->bridge = NULL;
	return 0;
}

static int valid_name(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	const char *name = *(const char *const *)value;
	return vt_str_valid_name(name)
		       ? 0
		       : vt_node_err(at, err, "'%s' is not a valid name", name);
}

#define N struct vt_nic
#define MAC                                                                    \
	{                                                                      \
		"mac", VT_AS_TEXT(N, mac),                                     \
			.doc = "MAC address; by default chosen by QEMU"        \
	}
static const struct vt_member nic_members[] = {
	{"net", VT_AS_TEXT(N, bridge), .init = "user", .always = true,
		.doc = "Host bridge, or user for QEMU's user-mode network, or "
		       "wire"},
	{"segment", VT_AS_TEXT(N, segment), .check = valid_name,
		.doc = "Segment of the wire, see vt-wire(1); for net: wire"},
	{"name", VT_AS_TEXT(N, name), .check = valid_name,
		.doc = "Name of its port of the wire"},
	MAC,
	{"model", VT_AS_TEXT(N, model),
		.doc = "QEMU device model; by default virtio"},
	{0}};
static const struct vt_record nic_record = {
	.name = "nics", .members = nic_members, .check = nic_mode};

/* The peer on the wire */

static const struct vt_member peer_nic_members[] = {
	{"name", VT_AS_TEXT(N, name), .required = true, .check = valid_name,
		.doc = "Name of its port of the wire"},
	{"segment", VT_AS_TEXT(N, segment), .check = valid_name,
		.doc = "Segment of the wire; without it, the NIC is on "
		       "QEMU's user-mode network"},
	MAC, {0}};
static const struct vt_record peer_nic_record = {
	.name = "nics", .members = peer_nic_members};

static int peer_files(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	const struct vt_node *map = *(const struct vt_node *const *)value;
	(void)at;
	for (size_t i = 0; i < map->n; i++)
		if (vt_node_expect(map->items[i], VT_SCALAR, err) < 0)
			return -1;
	return 0;
}

/* images/peer/start says what its machine is. */
static int peer_machine(
	void *out, const struct vt_node *map, struct vt_err **err)
{
	struct vt_machine *m = &((struct vt_vm_peer *)out)->machine;
	(void)map;
	(void)err;
	m->name = "peer";
	m->arch = vt_arch("amd64");
	m->cpus = 1;
	m->append = "console=ttyS0 quiet panic=-1";
	for (size_t i = 0; i < m->n_nics; i++)
		if (!m->nics[i].segment)
			m->nics[i].net_options = "net=" VT_PEER_OUTSIDE "0/24";
	return 0;
}

#define P struct vt_vm_peer
static const struct vt_member peer_members[] = {
	{"kernel", VT_AS_PATH(P, machine.kernel), .required = true,
		.doc = "Kernel of the peer's image"},
	{"initrd", VT_AS_PATH(P, machine.initrd), .required = true,
		.doc = "Its initial RAM disk, which is all of it"},
	{"mem", VT_AS_INT(P, machine.mem_mib), .init = "128", .min = 64,
		.max = 65536, .unit = "MiB", .doc = "Memory"},
	{"nics",
		VT_AS_RECORDS(
			P, machine.nics, machine.n_nics, &peer_nic_record),
		.max = MAX_NICS, .doc = "Its network interfaces"},
	{"files", VT_AS_NODE(P, files), .node = VT_MAP, .required = true,
		.check = peer_files,
		.doc = "What configures it: a map of file names and texts"},
	{0}};
static const struct vt_record peer_record = {
	.name = "peer", .members = peer_members, .check = peer_machine};

/* Files of the web server, and sources of images */

static int published_as(
	void *out, const struct vt_node *map, struct vt_err **err)
{
	struct vt_published *p = out;
	(void)map;
	(void)err;
	if (!p->as)
		p->as = vt_fs_basename(p->path);
	return 0;
}

static const struct vt_member published_members[] = {
	{"path", VT_AS_PATH(struct vt_published, path), .required = true,
		.doc = "The file"},
	{"as", VT_AS_TEXT(struct vt_published, as),
		.doc = "Name in the URL; by default the last component of "
		       "path"},
	{0}};
static const struct vt_record published_record = {
	.name = "publish", .members = published_members, .check = published_as};

static const struct vt_member image_members[] = {
	{"item", VT_AS_TEXT(struct vt_vm_image, item), .required = true,
		.doc = "ftype in the mirror, with the prefix target/ for an "
		       "image to install"},
	{"path", VT_AS_TEXT(struct vt_vm_image, path), .required = true,
		.doc = "The file"},
	{"sha256", VT_AS_TEXT(struct vt_vm_image, sha256),
		.doc = "SHA-256 of the content, as listed in the mirror"},
	{0}};
static const struct vt_record image_record = {
	.name = "images", .members = image_members};

/* Answers */

static int prompt(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	(void)value;
	return vt_pattern_check(at, err);
}

static int typeable(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	const char *why = vt_answer_valid(*(const char *const *)value);
	return why ? vt_node_err(at, err, "cannot be typed: %s", why) : 0;
}

static const struct vt_member answer_members[] = {
	{"prompt", VT_AS_TEXT(struct vt_vm_answer, prompt), .required = true,
		.check = prompt,
		.doc = "Extended regular expression for the console's "
		       "unfinished line"},
	{"say", VT_AS_TEXT(struct vt_vm_answer, say), .required = true,
		.check = typeable, .doc = "What is typed, followed by Enter"},
	{0}};
static const struct vt_record answer_record = {
	.name = "answers", .members = answer_members};

/* The run */

static const struct vt_member verdict_members[] = {
	{"success", VT_AS_TEXT(struct vt_vm, verdict.success),
		.doc = "Extended regular expression that must match a whole "
		       "line of the installer, see vt-launch(1)"},
	{"fatal", VT_AS_NODE(struct vt_vm, verdict.fatal), .node = VT_MAP,
		.check = vt_fatals_check_member,
		.doc = "Changes to the console lines that fail a phase, as "
		       "fatal_lines in vt-test(5)"},
	{0}};
static const struct vt_record verdict_record = {
	.name = "verdict", .members = verdict_members};

/* Set members that other members imply; require something to boot. */
static int complete(void *out, const struct vt_node *map, struct vt_err **err)
{
	struct vt_vm *vm = out;
	struct vt_machine *m = &vm->machine;
	m->image.read_only = true;
	m->output.format = "qcow2";
	m->seed.format = "raw";
	m->seed.driver = vt_disk_driver("virtio-blk");
	m->seed.read_only = true;
	if (m->firmware < m->arch->firmware)
		m->firmware = m->arch->firmware;
	if (!m->kernel && !vm->missing && !m->n_disks)
		return vt_node_err(map, err,
			"nothing to boot: 'kernel' and 'disks' are missing");
	return 0;
}

#define T struct vt_vm
static const struct vt_member vm_members[] = {
	{"test", VT_AS_TEXT(T, machine.name), .doc = "Name of the test"},
	{"phase", VT_AS_TEXT(T, phase), .doc = "install or boot"},
	{"arch", VT_AS_ROW(T, machine.arch, find_arch, vt_arches),
		.init = "amd64", .always = true,
		.doc = "Architecture of the machine"},
	{"accel", VT_AS_WORD(T, machine.accel, vt_accel_words), .init = "auto",
		.always = true, .doc = "QEMU accelerator"},
	{"mem", VT_AS_INT(T, machine.mem_mib), .min = 16, .max = 1 << 24,
		.init = "1024", .always = true, .unit = "MiB", .doc = "Memory"},
	{"cpus", VT_AS_INT(T, machine.cpus), .min = 1, .max = 1024, .init = "2",
		.always = true, .doc = "Processors"},
	{"firmware", VT_AS_WORD(T, machine.firmware, vt_firmware_words),
		.init = "bios", .always = true,
		.doc = "Firmware of the machine; some architectures do not "
		       "support bios"},
	{"bios", VT_AS_PATH(T, machine.bios),
		.doc = "Firmware image instead of the default one"},
	{"nvram", VT_AS_PATH(T, machine.nvram), .doc = "UEFI variables"},
	{"tpm", VT_AS_PATH(T, machine.tpm),
		.doc = "State directory of a TPM 2.0; without this key the "
		       "machine has no TPM"},
	{"timeout", VT_AS_INT(T, machine.timeout_s), .required = true, .min = 1,
		.max = 10000000, .unit = "seconds",
		.doc = "Maximum run time of the guest; extended without KVM"},
	{"nvram_from", VT_AS_PATH(T, machine.nvram_from),
		.doc = "UEFI variables to copy initially"},
	{"tpm_from", VT_AS_PATH(T, machine.tpm_from),
		.doc = "State of a TPM to copy initially"},
	{"reboots", VT_AS_BOOL(T, machine.reboots), .init = "false",
		.doc = "Whether the phase continues after a reboot"},
	{"smbios", VT_AS_TEXT(T, machine.smbios_serial),
		.doc = "SMBIOS serial number, from which cloud-init selects "
		       "its datasource"},
	{"warm", VT_AS_WORD(T, warm, vt_warm_words), .init = "off",
		.doc = "From where the machine starts: off: it boots; early: "
		       "before cloud-init; late: with cloud-init loaded"},
	{"missing", VT_AS_TEXT(T, missing),
		.doc = "Reason why there is no image to boot: the phase "
		       "fails with this message"},
	{"kernel", VT_AS_PATH(T, machine.kernel), .doc = "Kernel to boot"},
	{"initrd", VT_AS_PATH(T, machine.initrd), .doc = "Initial RAM disk"},
	{"append", VT_AS_TEXT(T, machine.append),
		.doc = "Kernel command line; PUBURL is replaced by the URL "
		       "of the web server"},
	{"image", VT_AS_RECORD(T, machine.image, &disk_record),
		.doc = "Root file system of the install phase, read-only"},
	{"images", VT_AS_RECORDS(T, images, n_images, &image_record),
		.doc = "Source of the images: when it changes, the test runs "
		       "again"},
	{"publish", VT_AS_RECORDS(T, published, n_published, &published_record),
		.max = MAX_PUBLISHED, .doc = "Files served by the web server"},
	{"disks",
		VT_AS_RECORDS(T, machine.disks, machine.n_disks, &disk_record),
		.max = MAX_DISKS, .doc = "Disks to install to and boot from"},
	{"seed", VT_AS_PATH(T, machine.seed.path),
		.doc = "NoCloud seed disk for cloud-init, read-only"},
	{"output", VT_AS_RECORD(T, machine.output, &disk_record),
		.doc = "Disk for files collected in the guest, created as "
		       "qcow2"},
	{"nics", VT_AS_RECORDS(T, machine.nics, machine.n_nics, &nic_record),
		.max = MAX_NICS, .doc = "Network interfaces"},
	{"peer", VT_AS_RECORD(T, peer, &peer_record),
		.doc = "The machine on the other end of the wire"},
	{"verdict", VT_AS_GROUP(&verdict_record),
		.doc = "Criteria of success and failure"},
	{"answers", VT_AS_RECORDS(T, answers, n_answers, &answer_record),
		.max = VT_ANSWERS_MAX,
		.doc = "What is typed on the console when the guest asks, as "
		       "answers in vt-test(5)"},
	{"expected_failure", VT_AS_BOOL(T, expected_failure), .init = "false",
		.always = true,
		.doc = "Whether the installer must fail; nothing is booted "
		       "then"},
	{"forgive", VT_AS_BOOL(T, forgive), .init = "false",
		.doc = "Whether a failure of the phase is a known bug that "
		       "skip_by_date skips: the phase is done then"},
	{0}};
const struct vt_record vt_vm_record = {.name = "install/vm.yaml, boot/vm.yaml",
	.members = vm_members,
	.format = 1,
	.check = complete,
	.doc = "The machine of a phase, for\n.Xr vt-launch 1\nand\n.Xr vt-xkvm "
	       "1 ."};

void vt_vm_free(struct vt_vm *vm)
{
	vt_record_free(&vt_vm_record, vm);
	vt_strv_free(&vm->verdict.failure);
	vt_machine_free(&vm->machine);
	vt_machine_free(&vm->peer.machine);
	vt_doc_free(vm->doc);
}

int vt_vm_read(struct vt_vm *vm, const char *dir, const char *file,
	struct vt_err **err)
{
	vm->doc = vt_record_load(&vt_vm_record, dir, file, vm, err);
	return vm->doc ? 0 : -1;
}

struct vt_node *vt_vm_write(const struct vt_vm *vm, struct vt_doc *doc)
{
	return vt_record_write(&vt_vm_record, doc, vm);
}
