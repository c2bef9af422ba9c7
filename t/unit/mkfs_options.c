/* mkfs_options.h and super.h with file systems that mkfs makes: what is asked
 * for, and something else. */
#include "storage/mkfs_options.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"

#define OFFSET ((uint64_t)1 << 20)
#define UUID "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"

static char *dir, *image;
static const char *fstype;
static uint64_t bytes;

static bool command(const char *words)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	vt_str_words(words, " ", &argv);
	vt_strv_add(&argv, image);
	struct vt_run run = {.argv = argv.v,
		.timeout_ms = 60000,
		.out = &out,
		.merge_stderr = true};
	int rc = vt_proc_run(&run, NULL);
	if (rc < 0)
		skip(words, "it is not installed");
	else if (rc > 0)
		ok(false, "%s: %s", words, vt_str_c(&out));
	return rc == 0;
}

/* A file system of this size, then moved to OFFSET of its image. */
static bool make(const char *type, const char *mkfs, unsigned mib)
{
	fstype = type;
	bytes = (uint64_t)mib << 20;
	vt_fs_write(image, "", 0, 0644, NULL);
	if (truncate(image, (off_t)bytes) < 0)
		abort();
	return command(mkfs);
}

/* The first MiB behind OFFSET: no superblock is further. */
static void move(void)
{
	VT_AUTO_CLOSE int fd = open(image, O_RDWR | O_CLOEXEC);
	VT_AUTO_FREE char *buf = vt_alloc(OFFSET);
	if (pread(fd, buf, OFFSET, 0) != (ssize_t)OFFSET ||
		ftruncate(fd, 0) < 0 || ftruncate(fd, (off_t)bytes) < 0 ||
		pwrite(fd, buf, OFFSET, (off_t)OFFSET) != (ssize_t)OFFSET)
		abort();
}

static void judge(const char *options, struct vt_mkfs_found *out)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	struct vt_super s;
	vt_str_words(options, " ", &words);
	if (vt_super_read(vt_mkfs_family(fstype), image, OFFSET, bytes, &s,
		    NULL) != 1)
		abort();
	vt_mkfs_judge(&(struct vt_mkfs_asked){fstype, words.v, words.n, &s,
			      "one", UUID},
		out);
}

/* Each option is in effect, and what is in effect is named so. */
static void right(const char *options, const char *named)
{
	struct vt_mkfs_found f = {0};
	judge(options, &f);
	is_str(vt_str_c(&f.right), named, options);
	is_str(vt_str_c(&f.wrong), "", "and nothing else");
	vt_mkfs_free(&f);
}

static void wrong(const char *options, const char *named)
{
	struct vt_mkfs_found f = {0};
	judge(options, &f);
	is_str(vt_str_c(&f.wrong), named, options);
	vt_mkfs_free(&f);
}

static void unseen(const char *options, const char *named)
{
	struct vt_mkfs_found f = {0};
	judge(options, &f);
	is_str(vt_str_c(&f.unseen), named, options);
	ok(!f.right.len && !f.wrong.len, "and nothing else");
	vt_mkfs_free(&f);
}

static void ext(void)
{
	if (!make("ext4",
		    "mkfs.ext4 -q -F -b 1024 -I 512 -m 2 -e panic -g 4096 -O "
		    "^ext_attr,quota -E stride=4,stripe_width=8",
		    8))
		return;
	move();
	right("-b 1024 -I 512 -m 2", "-b 1024, -I 512, -m 2");
	right("-qb1k -e panic -g 4096", "-b 1k, -e panic, -g 4096");
	right("-O ^ext_attr,quota,64bit", "-O ^ext_attr, -O quota, -O 64bit");
	right("-E stride=4,stripe_width=8,nodiscard",
		"-E stride=4, -E stripe_width=8");
	right("-j -O uninit_bg -L one -U " UUID,
		"-j, -O uninit_bg, -L one, -U " UUID);
	wrong("-b 2048 -I 256", "-b 2048: block_size is 1024, -I 256: "
				"inode_size is 512");
	wrong("-m 5 -e continue",
		"-m 5: reserved is 2.0 %, -e continue: errors is 'panic'");
	wrong("-O ext_attr,^quota", "-O ext_attr: feature ext_attr is not set"
				    ", -O ^quota: feature quota is set");
	wrong("-O no_such_feature",
		"-O no_such_feature: feature no_such_feature is not set");
	wrong("-E stride=5 -L two", "-E stride=5: stride is 4, -L two: 'one'");
	unseen("-N 100 -q -O none x",
		"-N 100: mkfs rounds it, -q: it leaves no trace in the "
		"superblock, -O none: it names no feature, x: it is no option");
	unseen("-b -1024 -U random", "-b -1024: it is no number of bytes, -U "
				     "random: any UUID fits it");
	unseen("-b", "-b: it is no number of bytes");
}

/* What the kernel may have set. */
static void in_use(void)
{
	if (!make("ext3", "mkfs.ext3 -q -F", 8) ||
		!command("tune2fs -C 1 -O large_file"))
		return;
	move();
	unseen("-O ^ext_attr", "-O ^ext_attr: the kernel sets the feature when "
			       "it is used");
	wrong("-O ^has_journal", "-O ^has_journal: feature has_journal is set");
}

static void xfs(void)
{
	if (!make("xfs",
		    "mkfs.xfs --unsupported -q -f -b size=2k -i "
		    "size=1024,sparse="
		    "0 -m reflink=0,bigtime=1 -n size=8k -d su=64k,sw=2",
		    64))
		return;
	move();
	right("-b size=2048 -i size=1024,sparse=0 -n size=8k,version=2",
		"-b size=2048, -i size=1024, -i sparse=0, -n size=8k");
	right("-m crc=1,reflink=0,bigtime -n ftype=1 -d su=64k,sw=2",
		"-m crc=1, -m reflink=0, -m bigtime, -n ftype=1, -d su=64k, "
		"-d sw=2");
	right("-m uuid=" UUID " -L one -f", "-m uuid=" UUID ", -L one");
	wrong("-b size=4k -m crc=0,reflink=1",
		"-b size=4k: block_size is 2048, -m crc=0: feature crc is set, "
		"-m reflink=1: feature reflink is not set");
	unseen("-l size=8m -d agcount=4 -b size=8b",
		"-l size=8m: it leaves no trace in the superblock, -d "
		"agcount=4: mkfs rounds it, -b size=8b: it is no number of "
		"bytes");
	if (!make("xfs", "mkfs.xfs --unsupported -q -f -m crc=0 -n ftype=1",
		    64))
		return;
	move();
	right("-m crc=0,finobt=0 -n ftype=1",
		"-m crc=0, -m finobt=0, -n ftype=1");
}

static void btrfs(void)
{
	if (!make("btrfs", "mkfs.btrfs -q -f -n 32k -O ^no-holes --csum sha256",
		    128))
		return;
	move();
	right("--nodesize=32768 -s 4k --features extref,^no-holes",
		"--nodesize 32768, -s 4k, --features extref, --features "
		"^no-holes");
	right("--csum sha256 --label one", "--csum sha256, --label one");
	wrong("-n 16384 -O mixed-bg --csum crc32c -M",
		"-n 16384: node_size is 32768, -O mixed-bg: feature mixed-bg "
		"is not set, --csum crc32c: checksum is 'sha256', -M: feature "
		"mixed-bg is not set");
	unseen("-d dup -O squota --mystery",
		"-d dup: it is in the trees of the file system, which are not "
		"read, -O squota: the feature is unknown, --mystery: it leaves "
		"no trace in the superblock");
}

static void others(void)
{
	if (make("fat16", "mkfs.vfat -F 16 -s 2 -f 1", 16)) {
		move();
		right("-F 16 -s 2 -S 512 -f1", "-F 16, -s 2, -S 512, -f 1");
		wrong("-s 4", "-s 4: cluster_sectors is 2");
	}
	if (make("swap", "mkswap -q -p 8192", 1)) {
		bytes = 2 * OFFSET;
		move();
		right("-p 8192", "-p 8192");
		wrong("--pagesize 4096", "--pagesize 4096: page_size is 8192");
	}
	ok(!vt_mkfs_family("jfs") && !vt_mkfs_family("ntfs"),
		"superblocks that are not read");
}

/* A byte that a checksum covers. */
static void damaged(void)
{
	static const struct {
		const char *type, *mkfs;
		unsigned mib, at;
	} rows[] = {
		{"ext4", "mkfs.ext4 -q -F -O metadata_csum", 8, 1024 + 0x50},
		{"xfs", "mkfs.xfs --unsupported -q -f", 64, 104},
		{"btrfs", "mkfs.btrfs -q -f", 128, 65536 + 188},
	};
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		struct vt_super s;
		if (!make(rows[i].type, rows[i].mkfs, rows[i].mib))
			continue;
		move();
		VT_AUTO_CLOSE int fd = open(image, O_WRONLY | O_CLOEXEC);
		if (pwrite(fd, "\x5a", 1, (off_t)(OFFSET + rows[i].at)) != 1)
			abort();
		is_int(vt_super_read(vt_mkfs_family(rows[i].type), image,
			       OFFSET, bytes, &s, NULL),
			0, "a checksum that does not fit");
		is_int(vt_super_read(vt_mkfs_family(rows[i].type), image,
			       2 * OFFSET + 12345, 100, &s, NULL),
			0, "no superblock");
	}
}

int main(void)
{
	char path[] = "/tmp/vt-mkfs.XXXXXX";
	dir = mkdtemp(path);
	image = vt_fs_join(dir, "image");
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	ext();
	in_use();
	xfs();
	btrfs();
	others();
	damaged();
	unlink(image);
	rmdir(dir);
	free(image);
	return done_testing();
}
