/* blk.h with images made by sfdisk, fdisk and mkfs. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "image/blk.h"
#include "image/signatures.h"

#define MIB ((uint64_t)1 << 20)

static char *dir;

static char *image(const char *name, uint64_t bytes)
{
	char *path = vt_fs_join(dir, name);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || ftruncate(fd, (off_t)bytes) < 0)
		abort();
	close(fd);
	return path;
}

static void poke(const char *path, uint64_t at, const void *data, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || pwrite(fd, data, n, (off_t)at) != (ssize_t)n)
		abort();
	close(fd);
}

/* Run a command; skip the test `what` when it is not installed. */
#define tool(...) run_tool(__VA_ARGS__, (char *)NULL)
static bool run_tool(const char *what, const char *input, ...)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	va_list ap;
	va_start(ap, input);
	for (const char *a; (a = va_arg(ap, const char *));)
		vt_strv_add(&argv, a);
	va_end(ap);
	struct vt_run run = {.argv = argv.v,
		.input = input,
		.input_len = input ? strlen(input) : 0,
		.timeout_ms = 60000,
		.out = &out,
		.merge_stderr = true};
	int rc = vt_proc_run(&run, &err);
	if (rc < 0) {
		skip(what, err->msg);
		return false;
	}
	return rc == 0 || (ok(false, "%s: %s", what, argv.v[0]), false);
}

static void gpt(void)
{
	VT_AUTO_FREE char *img = image("gpt", 64 * MIB);
	VT_AUTO_BLK_TABLE struct vt_blk_table t = {0};
	if (!tool("gpt",
		    "label: gpt\n"
		    "1: start=2048, size=8192, type=uefi, name=esp\n"
		    "2: size=2048, type=21686148-6449-6E6F-744E-"
		    "656564454649\n"
		    "10: size=16384, type=linux, "
		    "uuid=2f6b1f3e-0f7c-4f10-9d0c-5b1b0a6c7d8e, "
		    "attrs=\"RequiredPartition GUID:63\"\n",
		    "sfdisk", "-q", img))
		return;
	is_int(vt_blk_table_read(img, 512, &t, NULL), 0, "gpt is read");
	is_str(t.kind, "gpt", "gpt is gpt");
	is_int((long long)t.n, 3, "three partitions");
	const struct vt_blk_part *p = vt_blk_part(&t, 10);
	ok(p && p->size_bytes == 8 * MIB, "number 10 has its size");
	is_str(p ? p->type : NULL, "0FC63DAF-8483-4772-8E79-3D69D8477DE4",
		"and its type");
	is_str(p ? p->uuid : NULL, "2F6B1F3E-0F7C-4F10-9D0C-5B1B0A6C7D8E",
		"its UUID");
	ok(p && p->attrs == ((uint64_t)1 << 63 | 1), "and its attributes");
	p = vt_blk_part(&t, 1);
	is_str(p ? p->name : NULL, "esp", "number 1 has its name");
	ok(p && p->start_bytes == MIB, "and its start");
	ok(!vt_blk_part(&t, 3), "there is no number 3");
}

static void gpt_4k(void)
{
	VT_AUTO_FREE char *img = image("gpt4k", 64 * MIB);
	VT_AUTO_BLK_TABLE struct vt_blk_table t = {0}, wrong = {0};
	if (!tool("gpt 4k", "g\nn\n1\n256\n+8M\nw\n", "fdisk", "-b", "4096",
		    img))
		return;
	is_int(vt_blk_table_read(img, 4096, &t, NULL), 0, "4K gpt is read");
	is_str(t.kind, "gpt", "with its sector size it is gpt");
	const struct vt_blk_part *p = vt_blk_part(&t, 1);
	ok(p && p->start_bytes == MIB && p->size_bytes == 8 * MIB,
		"start and size are in bytes");
	is_int(vt_blk_table_read(img, 512, &wrong, NULL), 0, "read as 512");
	is_str(wrong.kind, "msdos", "it looks like a protective msdos");
}

static void msdos(void)
{
	VT_AUTO_FREE char *img = image("msdos", 64 * MIB);
	VT_AUTO_BLK_TABLE struct vt_blk_table t = {0};
	if (!tool("msdos",
		    "label: dos\nstart=2048, size=8192, type=83, "
		    "bootable\nsize=4096, type=82\nsize=30720, type=5\n"
		    "start=28672, size=8192, type=83\n",
		    "sfdisk", "-q", img))
		return;
	is_int(vt_blk_table_read(img, 512, &t, NULL), 0, "msdos is read");
	is_str(t.kind, "msdos", "dos is called msdos");
	const struct vt_blk_part *p = vt_blk_part(&t, 1);
	ok(p && p->bootable, "number 1 is active");
	is_str(p ? p->type : NULL, "0x83", "its type");
	p = vt_blk_part(&t, 2);
	ok(p && !p->bootable, "number 2 is not active");
	p = vt_blk_part(&t, 5);
	ok(p && p->size_bytes == 4 * MIB, "the logical one has number 5");
}

static void supers(void)
{
	VT_AUTO_FREE char *img = image("fs", 64 * MIB);
	VT_AUTO_BLK_SUPER struct vt_blk_super s = {0};
	if (tool("ext4", NULL, "mkfs.ext4", "-q", "-F", "-L", "root", "-U",
		    "11111111-2222-4333-8444-555555555555", "-E",
		    "offset=1048576", img, "8M")) {
		vt_blk_super_read(img, MIB, 8 * MIB, &s, NULL);
		is_str(s.type, "ext4", "ext4 at an offset");
		is_str(s.label, "root", "its label");
		is_str(s.uuid, "11111111-2222-4333-8444-555555555555",
			"its uuid");
		vt_blk_super_free(&s);
		vt_blk_super_read(img, 0, MIB, &s, NULL);
		is_str(s.type, NULL, "nothing where nothing is");
	}
	if (tool("fat32", NULL, "mkfs.vfat", "-F", "32", "-n", "ESP",
		    "--offset", "20480", img, "40960")) {
		vt_blk_super_free(&s);
		vt_blk_super_read(img, 10 * MIB, 40 * MIB, &s, NULL);
		is_str(s.type, "vfat", "fat at an offset");
		is_str(s.version, "FAT32", "its width");
		is_str(s.label, "ESP", "its label");
	}
	VT_AUTO_FREE char *swap = image("swap", 8 * MIB);
	if (tool("swap", NULL, "mkswap", "-q", "-L", "swp", swap)) {
		vt_blk_super_free(&s);
		vt_blk_super_read(swap, 0, 0, &s, NULL);
		is_str(s.type, "swap", "swap on a whole image");
		is_str(s.label, "swp", "its label");
	}
	VT_AUTO_FREE char *btrfs = image("btrfs", 128 * MIB);
	if (tool("btrfs", NULL, "mkfs.btrfs", "-q", "-L", "data", btrfs)) {
		vt_blk_super_free(&s);
		vt_blk_super_read(btrfs, 0, 0, &s, NULL);
		is_str(s.type, "btrfs", "btrfs on a whole image");
		is_str(s.label, "data", "its label");
	}
}

static void zeroes(void)
{
	VT_AUTO_FREE char *img = image("zero", 32 * MIB);
	uint64_t at = 0;
	is_int(vt_blk_is_zero(img, 0, 32 * MIB, &at, NULL), 1,
		"a hole is zero");
	poke(img, 9 * MIB + 5, "x", 1);
	is_int(vt_blk_is_zero(img, 8 * MIB, 4 * MIB, &at, NULL), 0,
		"one byte is not");
	is_int((long long)at, (long long)(9 * MIB + 5), "and is found");
	is_int(vt_blk_is_zero(img, 10 * MIB, 4 * MIB, &at, NULL), 1,
		"what follows is zero");
	is_int(vt_blk_is_zero(img, 8 * MIB, MIB + 5, &at, NULL), 1,
		"the range ends before it");
	is_int(vt_blk_is_zero(img, 64 * MIB, MIB, &at, NULL), 1,
		"beyond the end is zero");
}

static void odd(void)
{
	VT_AUTO_BLK_TABLE struct vt_blk_table t = {0};
	VT_AUTO_BLK_SUPER struct vt_blk_super s = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *none = vt_fs_join(dir, "none");
	is_int(vt_blk_table_read(none, 512, &t, &err), -1, "missing image");
	is_int(vt_err_status(err), VT_HOST, "is the host's fault");
	VT_AUTO_FREE char *empty = image("empty", 0);
	is_int(vt_blk_table_read(empty, 512, &t, NULL), 0, "empty image");
	is_str(t.kind, NULL, "has no table");
	is_int(vt_blk_super_read(empty, 0, 0, &s, NULL), 0, "empty image");
	is_str(s.type, NULL, "has no superblock");
	VT_AUTO_FREE char *blank = image("blank", 4 * MIB);
	is_int(vt_blk_table_read(blank, 512, &t, NULL), 0, "blank image");
	is_str(t.kind, NULL, "has no table");
	is_int((long long)t.n, 0, "and no partitions");
	VT_AUTO_FREE char *fifo = vt_fs_join(dir, "fifo");
	if (mkfifo(fifo, 0600) == 0)
		is_int(vt_blk_table_read(fifo, 512, &t, NULL), -1,
			"a fifo is refused without waiting");
	/* a boot signature, and random bytes as partition entries */
	unsigned char noise[512];
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (unsigned char)(i * 73 + 11);
	noise[510] = 0x55, noise[511] = 0xaa;
	poke(blank, 0, noise, sizeof(noise));
	vt_blk_table_read(blank, 512, &t, NULL);
	vt_blk_table_free(&t);
	ok(true, "noise does no harm");
}

/* "ext4 1.0 1080, dos 510 empty" */
static char *signatures(const char *img, unsigned sector)
{
	VT_AUTO_BLK_SIGNATURES struct vt_blk_signatures s = {0};
	struct vt_str list = VT_STR_INIT;
	if (vt_blk_signatures_read(img, 0, 0, sector, &s, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < s.n; i++)
		vt_str_addf(&list, "%s%s%s%s %llu%s", i ? ", " : "",
			s.v[i].type, s.v[i].version ? " " : "",
			s.v[i].version ? s.v[i].version : "",
			(unsigned long long)s.v[i].at_bytes,
			s.v[i].no_parts ? " empty" : "");
	return vt_str_take(&list);
}

static void all_signatures(void)
{
	static const char zeros[MIB];
	VT_AUTO_FREE char *img = image("all", 64 * MIB);
	VT_AUTO_FREE char *none = signatures(img, 512);
	is_str(none, "", "nothing has no signature");
	poke(img, 510, "\125\252", 2);
	VT_AUTO_FREE char *boot = signatures(img, 512);
	is_str(boot, "dos 510 empty", "boot code");
	if (!tool("gpt", "g\nn\n1\n\n+8M\nw\n", "fdisk", "-w", "always", img))
		return;
	VT_AUTO_FREE char *gpt = signatures(img, 512);
	is_str(gpt, "gpt 512, gpt 67108352, PMBR 510", "both copies of a gpt");
	poke(img, 0, zeros, sizeof(zeros));
	if (!tool("ext4", NULL, "mkfs.ext4", "-q", "-F", img, "32M") ||
		!tool("dos", "label: dos\nstart=2048, size=8\n", "sfdisk", "-q",
			"--wipe=never", img))
		return;
	VT_AUTO_FREE char *old = signatures(img, 512);
	is_str(old, "ext4 1.0 1080, dos 510, gpt 67108352",
		"a table over a file system, and what is left of a gpt");
	VT_AUTO_FREE char *fat = image("fat", 64 * MIB);
	if (tool("vfat", NULL, "mkfs.vfat", "-F", "32", fat)) {
		VT_AUTO_FREE char *s = signatures(fat, 512);
		is_str(s, "vfat FAT32 82, vfat FAT32 0, vfat FAT32 510",
			"the boot sector of a FAT is no table");
	}
	VT_AUTO_FREE char *k4 = image("k4", 64 * MIB);
	if (tool("gpt 4k", "g\nw\n", "fdisk", "-b", "4096", k4)) {
		VT_AUTO_FREE char *s = signatures(k4, 4096);
		is_str(s, "gpt 4096, gpt 67104768, PMBR 510", "a gpt of 4K");
	}
	VT_AUTO_FREE char *key = image("key", 64 * MIB);
	poke(key, 0x1c2, "\0\2\0\0\1LNX\0\0\0\2\0\0\0\10", 16);
	VT_AUTO_FREE char *chance = signatures(key, 512);
	is_str(chance, "", "a table of atari can be anything");
	VT_AUTO_FREE char *gone = vt_fs_join(dir, "gone");
	ok(!signatures(gone, 512), "no image is an error");
}

/* What a table takes of a disk. */
static void table_extent(void)
{
	VT_AUTO_FREE char *img = image("extent", 64 * MIB);
	VT_AUTO_BLK_TABLE struct vt_blk_table t = {0}, dos = {0};
	if (!tool("gpt", "label: gpt\n", "sfdisk", "-q", img))
		return;
	vt_blk_table_read(img, 512, &t, NULL);
	ok(t.head_bytes == 34 * 512 && t.tail_bytes == 33 * 512,
		"a gpt has two copies");
	if (!tool("dos", "label: dos\n", "sfdisk", "-q", img))
		return;
	vt_blk_table_read(img, 512, &dos, NULL);
	ok(dos.head_bytes == 512 && !dos.tail_bytes, "msdos has a sector");
}

int main(void)
{
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	dir = vt_fs_tmpdir("vt-blk", NULL);
	if (!dir)
		return 3;
	gpt();
	gpt_4k();
	msdos();
	supers();
	all_signatures();
	table_extent();
	zeroes();
	odd();
	vt_fs_rmtree(dir, NULL);
	free(dir);
	return done_testing();
}
