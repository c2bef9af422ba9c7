/* What vt adds to an initramfs, so that its guest waits. */
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "qemu/warm.h"

enum { MAX_INITRD = 1 << 30, DIR_MODE = 040755, EXEC_MODE = 0100755 };

extern const char warm_wait_sh[], warm_early_sh[], warm_late_sh[],
	warm_stages_py[];

/* initramfs-tools reads files of this directory when it starts. The order of
 * its scripts is fixed when an initramfs is made. */
static const char hook[] = "mkdir -p /scripts/init-bottom\n"
			   "echo '/scripts/vt-warm-boot \"$@\"' "
			   ">>/scripts/init-bottom/ORDER\n";

static void pad(struct vt_str *out, size_t to)
{
	while (out->len % to)
		vt_str_addc(out, '\0');
}

/* A member of a cpio archive in the format newc, which the kernel reads. */
static void add_member(
	struct vt_str *out, unsigned mode, const char *name, const char *text)
{
	vt_str_addf(out,
		"070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x",
		0, mode, 0, 0, 1, 0, strlen(text), 0, 0, 0, 0, strlen(name) + 1,
		0);
	vt_str_addn(out, name, strlen(name) + 1);
	pad(out, 4);
	vt_str_add(out, text);
	pad(out, 4);
}

/* The archive, which starts at a multiple of 4 bytes. */
static void add_archive(struct vt_str *out, enum vt_warm_point point)
{
	bool late = point == VT_WARM_LATE;
	static const char *const dirs[] = {"conf", "conf/conf.d", "scripts"};
	for (size_t i = 0; i < VT_COUNT(dirs); i++)
		add_member(out, DIR_MODE, dirs[i], "");
	add_member(out, EXEC_MODE, "conf/conf.d/vt-warm", hook);
	add_member(out, EXEC_MODE, "scripts/vt-warm-boot",
		late ? warm_late_sh : warm_early_sh);
	add_member(out, EXEC_MODE, "scripts/vt-warm-wait", warm_wait_sh);
	if (late)
		add_member(out, EXEC_MODE, "scripts/vt-warm-stages",
			warm_stages_py);
	add_member(out, 0, "TRAILER!!!", "");
}

int vt_warm_initrd(enum vt_warm_point point, const char *initrd,
	struct vt_str *out, struct vt_err **err)
{
	size_t len;
	VT_AUTO_FREE char *bytes = vt_fs_read(initrd, MAX_INITRD, &len, err);
	if (!bytes)
		return -1;
	vt_str_addn(out, bytes, len);
	pad(out, 512);
	add_archive(out, point);
	return 0;
}

void vt_warm_guest_sum(enum vt_warm_point point, char hex[65])
{
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	add_archive(&all, point);
	vt_sha256_hex(all.s, all.len, hex);
}
