/* Templates of machines without a machine: what one depends on, when it is
 * whole, and what is added to an initramfs. (With QEMU: t/vm/warm.t.) */
#include "qemu/warm.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

#include "../tap.h"

static const char url[] = "http://10.0.2.2:40000/00112233445566778899";
static const char other_url[] = "http://10.0.2.2:50000/ffeeddccbbaa99887766";

static char *dir, *kernel, *initrd, *qemu;
static struct vt_disk disk;
static struct vt_nic nic;

static void put(const char *path, const char *text)
{
	if (vt_fs_write(path, text, strlen(text), 0700, NULL) < 0)
		abort();
}

/* A machine that can start warm. */
static struct vt_machine machine(void)
{
	static char append[200];
	struct vt_machine m = VT_MACHINE_INIT;
	snprintf(append, sizeof(append), "ds=nocloud-net;s=%s/ console=x", url);
	disk = (struct vt_disk){.path = "a.img",
		.format = "raw",
		.size = 1 << 20,
		.driver = vt_disk_driver("virtio-blk"),
		.serial = "disk-a"};
	nic = (struct vt_nic){.mac = "52:54:00:12:34:01"};
	m.name = "one";
	m.arch = vt_arch("amd64");
	m.kernel = kernel;
	m.initrd = initrd;
	m.qemu = qemu;
	m.append = append;
	m.append_secret = true;
	m.url = url;
	m.image.read_only = true;
	m.mem_mib = 1;
	m.disks = &disk;
	m.n_disks = 1;
	m.nics = &nic;
	m.n_nics = 1;
	return m;
}

static char *key(const struct vt_machine *m)
{
	return vt_warm_key(VT_WARM_EARLY, m, VT_ACCEL_TCG, NULL);
}

static void same(const struct vt_machine *m, bool expected, const char *what)
{
	struct vt_machine first = machine();
	VT_AUTO_FREE char *before = key(&first);
	VT_AUTO_FREE char *after = key(m);
	ok(before && after && !strcmp(before, after) == expected, "%s: %s",
		what, expected ? "the same template" : "another template");
}

/* Change one member of a machine, or of its disk or NIC, and compare. */
#define DIFFERS(member, value)                                                 \
	do {                                                                   \
		struct vt_machine m = machine();                               \
		struct vt_disk d = disk;                                       \
		struct vt_nic n = nic;                                         \
		m.disks = &d;                                                  \
		m.nics = &n;                                                   \
		member = value;                                                \
		same(&m, false, #member);                                      \
	} while (0)

static void depends_on_its_shape(void)
{
	struct vt_machine m = machine();
	m.name = "two";
	same(&m, true, "another name");
	char *append = vt_str_replace(m.append, url, other_url);
	m.append = append;
	m.url = other_url;
	same(&m, true, "another URL");
	free(append);
	struct vt_disk d = disk;
	d.path = "b.img";
	m = machine();
	m.disks = &d;
	same(&m, true, "another image of the disk");
}

static void depends_on_each_member(void)
{
	DIFFERS(m.mem_mib, 2);
	DIFFERS(m.cpus, 7);
	DIFFERS(m.append, "console=y");
	DIFFERS(m.n_disks, 0);
	DIFFERS(m.n_nics, 0);
	DIFFERS(d.size, 2 << 20);
	DIFFERS(d.serial, "disk-b");
	DIFFERS(d.driver, vt_disk_driver("scsi-hd"));
	DIFFERS(d.logical_block_size, 4096);
	DIFFERS(n.mac, "52:54:00:12:34:02");
	DIFFERS(m.kernel, initrd);
	struct vt_machine m = machine();
	VT_AUTO_FREE char *early = key(&m);
	VT_AUTO_FREE char *late =
		vt_warm_key(VT_WARM_LATE, &m, VT_ACCEL_TCG, NULL);
	ok(strcmp(early, late) != 0, "another point: another template");
}

static void depends_on_files(void)
{
	struct vt_machine m = machine();
	VT_AUTO_FREE char *before = key(&m);
	put(initrd, "initrd!");
	VT_AUTO_FREE char *after = key(&m);
	ok(strcmp(before, after) != 0, "an initramfs that has changed");
	put(qemu, "#!/bin/sh\n");
	VT_AUTO_FREE char *last = key(&m);
	ok(strcmp(last, after) != 0, "a QEMU that has changed");
	m.kernel = "/nonexistent";
	VT_AUTO_FREE char *none = key(&m);
	is_str(none, NULL, "no kernel: no key");
}

static void refused(const struct vt_machine *m, const char *why)
{
	const char *found = vt_warm_why_not(m, VT_ACCEL_TCG);
	is_str(found, why, why ? why : "can start warm");
}

static void not_every_machine(void)
{
	struct vt_machine m = machine();
	refused(&m, NULL);
	is_str(vt_warm_why_not(&m, VT_ACCEL_KVM), "its guest is not emulated",
		"KVM");
	m.tpm = "tpm";
	refused(&m, "it has a TPM");
	m = machine();
	m.firmware = VT_FW_SECURE_BOOT;
	refused(&m, "it has Secure Boot");
	m = machine();
	m.arch = vt_arch("arm64");
	refused(&m, "its architecture is not amd64");
	m = machine();
	nic.bridge = "br0";
	refused(&m, "its network is not QEMU's user-mode network");
	m = machine();
	disk.base = "base.img";
	refused(&m, "a disk has content");
	m = machine();
	m.url = NULL;
	refused(&m, "it does not boot the kernel of an image");
}

/* What a machine that becomes a template would do. */
static void save(struct vt_warm *w)
{
	free(w->url);
	w->url = vt_strdup(other_url);
	if (pwrite(w->ram.fd, other_url, strlen(other_url), 5000) < 0 ||
		pwrite(w->ram.fd, other_url, strlen(other_url), 70001) < 0 ||
		write(w->state.fd, "state", 5) < 0)
		abort();
}

static int open_it(struct vt_warm *w)
{
	struct vt_machine m = machine();
	return vt_warm_open(w, &m, VT_ACCEL_TCG, -1, NULL);
}

static void is_whole_or_not(void)
{
	VT_AUTO_WARM struct vt_warm a = VT_WARM_INIT, b = VT_WARM_INIT,
				    c = VT_WARM_INIT, d = VT_WARM_INIT;
	is_int(open_it(&a), 0, "there is no template");
	VT_AUTO_FREE char *store = vt_fs_join(dir, "vt/warm");
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	vt_fs_list(store, &names, NULL);
	is_int((long)names.n, 1, "one that is being made has no names");
	save(&a);
	is_int(vt_warm_keep(&a, "console\n", NULL), 0, "it is kept");
	is_int(open_it(&b), 1, "now there is one");
	is_str(b.url, other_url, "with its URL");
	is_str(b.console, "console\n", "and its console");
	is_int((long)b.n_places, 2, "the URL is in its memory twice");
	is_int((long)(b.n_places == 2 ? b.places[1] : 0), 70001, "at a place");
	is_int(b.lock, -1, "it is not locked while it is used");
	if (pwrite(b.ram.fd, "x", 1, 0) < 0)
		abort();
	is_int(open_it(&c), 0, "its memory has changed: it is gone");
	vt_warm_refuse(&c, "because");
	vt_warm_free(&c);
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_machine m = machine();
	is_int(vt_warm_open(&d, &m, VT_ACCEL_TCG, -1, &err), -1,
		"a guest that does not wait");
	is_str(err ? err->msg : NULL, "because", "is known");
}

/* Read one member of a cpio archive. Return: the next one, or NULL */
static const char *member(
	const char *at, const char *start, const char **name, size_t *size)
{
	char hex[9] = "";
	unsigned long len;
	if (strncmp(at, "070701", 6) != 0)
		return NULL;
	memcpy(hex, at + 54, 8);
	*size = strtoul(hex, NULL, 16);
	memcpy(hex, at + 94, 8);
	len = strtoul(hex, NULL, 16);
	*name = at + 110;
	at += 110 + len;
	at += -(size_t)(at - start) & 3;
	at += *size;
	return at + (-(size_t)(at - start) & 3);
}

static void adds_to_an_initramfs(void)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT, names = VT_STR_INIT;
	put(initrd, "an initramfs");
	is_int(vt_warm_initrd(VT_WARM_EARLY, initrd, &out, NULL), 0,
		"an initramfs is made");
	ok(out.len > 512 && !memcmp(out.s, "an initramfs\0", 13),
		"it begins with that of the image");
	const char *name;
	size_t size, script = 0;
	for (const char *at = out.s + 512; at && at < out.s + out.len;) {
		at = member(at, out.s, &name, &size);
		if (!at)
			break;
		vt_str_item(&names, " ", name);
		if (!strcmp(name, "scripts/vt-warm-wait"))
			script = size;
	}
	is_str(vt_str_c(&names),
		"conf conf/conf.d scripts conf/conf.d/vt-warm "
		"scripts/vt-warm-boot scripts/vt-warm-wait TRAILER!!!",
		"then there are our files");
	ok(script > 100, "with their content");
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-warm", NULL);
	kernel = vt_fs_join(dir, "kernel");
	initrd = vt_fs_join(dir, "initrd");
	qemu = vt_fs_join(dir, "qemu");
	setenv("XDG_CACHE_HOME", dir, 1);
	put(kernel, "kernel");
	put(initrd, "initrd");
	put(qemu, "");
	depends_on_its_shape();
	depends_on_each_member();
	depends_on_files();
	not_every_machine();
	is_whole_or_not();
	adds_to_an_initramfs();
	vt_fs_rmtree(dir, NULL);
	free(kernel);
	free(initrd);
	free(qemu);
	free(dir);
	return done_testing();
}
