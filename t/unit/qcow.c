/* Disk images: all formats are read as qemu-img reads them, also those that
 * libqcow misreads; hostile images are refused. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "image/qcow.h"

static char *dir;

/* Run a command in `dir`. Return: did it end with 0? */
static bool sh(const char *cmd)
{
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)cmd, NULL};
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_run run = {
		.argv = argv, .cwd = dir, .out = &out, .merge_stderr = true};
	int rc = vt_proc_run(&run, &err);
	if (rc != 0)
		printf("# %s: %d %s\n", cmd, rc, vt_str_c(&out));
	return rc == 0;
}

static struct vt_qcow *open_image(
	const char *name, unsigned flags, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	return vt_qcow_open(path, flags, err);
}

/* Compare the disk with a file, in odd pieces, forward and backward. */
static bool same(struct vt_qcow *disk, const char *name)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	size_t len = 0;
	VT_AUTO_FREE char *want = vt_fs_read(path, 256 << 20, &len, NULL);
	VT_AUTO_FREE char *got = vt_alloc(len + 1);
	if (!want || vt_qcow_size(disk) != len)
		return false;
	for (size_t at = 0, n; at < len; at += n) {
		n = len - at < 100003 ? len - at : 100003;
		if (vt_qcow_read(disk, got + at, n, at, NULL) < 0)
			return false;
	}
	if (memcmp(got, want, len))
		return false;
	for (size_t at = len; at >= 8192; at -= 8192)
		if (vt_qcow_read(disk, got, 777, at - 8192, NULL) < 0 ||
			memcmp(got, want + at - 8192, 777))
			return false;
	return true;
}

/* `make` builds x.qcow2; it must read as qemu-img says, by this reader. */
static void reads(const char *what, const char *make, const char *reader)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *image = vt_fs_join(dir, "x.qcow2");
	unlink(image);
	if (!sh(make) || !sh("qemu-img convert -O raw x.qcow2 x.raw")) {
		ok(false, "%s: made", what);
		return;
	}
	VT_AUTO_QCOW struct vt_qcow *disk =
		open_image("x.qcow2", VT_QCOW_BACKING, &err);
	if (!ok(disk != NULL, "%s: opened", what)) {
		printf("# %s\n", err->msg);
		return;
	}
	ok(same(disk, "x.raw"), "%s: the same bytes", what);
	if (!ok(vt_str_starts(vt_qcow_reader(disk), reader), "%s: by %s", what,
		    reader))
		printf("# found %s\n", vt_qcow_reader(disk));
	char byte;
	is_int(vt_qcow_read(disk, &byte, 1, vt_qcow_size(disk), &err), -1,
		"and not beyond the end");
}

static void refuses(
	const char *what, const char *make, unsigned flags, const char *why)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *image = vt_fs_join(dir, "x.qcow2");
	unlink(image);
	if (!sh(make)) {
		ok(false, "%s: made", what);
		return;
	}
	VT_AUTO_QCOW struct vt_qcow *disk = open_image("x.qcow2", flags, &err);
	ok(!disk, "%s: refused", what);
	is_int(vt_err_status(err), VT_HOST, "as a bad image");
	if (err && !ok(strstr(err->msg, why) != NULL, "and says '%s'", why))
		printf("# %s\n", err->msg);
}

#define CREATE "qemu-img create -q -f qcow2 -o "
#define IO "qemu-io -f qcow2 -c "

static void formats(void)
{
	static const char *const clusters[] = {"512", "4k", "64k", "2M"};
	for (size_t i = 0; i < VT_COUNT(clusters); i++) {
		VT_AUTO_FREE char *plain =
			vt_printf("qemu-img convert -O qcow2 -o "
				  "compat=0.10,cluster_size=%s data x.qcow2",
				clusters[i]);
		VT_AUTO_FREE char *packed =
			vt_printf("qemu-img convert -c -O qcow2 -o "
				  "cluster_size=%s data x.qcow2",
				clusters[i]);
		reads(clusters[i], plain, "libqcow");
		reads("compressed", packed, "libqcow");
	}
	reads("written sparsely",
		CREATE "compat=0.10 x.qcow2 9M && " IO
		       "'write -P 7 0 512' -c 'write -P 8 3000k 1k' -c 'write "
		       "-P 9 9215k 1k' x.qcow2",
		"libqcow");
	reads("size not of whole clusters",
		CREATE "compat=0.10 x.qcow2 1000448 && " IO
		       "'write -P 7 999936 512' x.qcow2",
		"libqcow");
	reads("never written", CREATE "compat=0.10 x.qcow2 9M", "libqcow");
	reads("a file cut within its last cluster",
		"qemu-img convert -O qcow2 -o compat=0.10 data x.qcow2 && "
		"truncate -s -40k x.qcow2",
		"qemu-img");
	reads("snapshots",
		"qemu-img convert -O qcow2 -o compat=0.10 data x.qcow2 && "
		"qemu-img snapshot -c a x.qcow2 && " IO
		"'write -P 66 1M 1M' x.qcow2",
		"libqcow");
	reads("zero clusters",
		CREATE "compat=1.1 x.qcow2 9M && " IO
		       "'write -P 7 0 1M' -c 'write -z 64k 128k' -c 'write -z "
		       "4M 1M' x.qcow2",
		"qemu-img");
	reads("version 1", "qemu-img convert -O qcow data x.qcow2", "qemu-img");
	reads("zstd",
		"qemu-img convert -c -O qcow2 -o compression_type=zstd data "
		"x.qcow2",
		"qemu-img");
	reads("extended L2",
		"qemu-img convert -O qcow2 -o extended_l2=on data x.qcow2",
		"qemu-img");
	reads("lazy reference counts",
		"qemu-img convert -O qcow2 -o lazy_refcounts=on data x.qcow2",
		"libqcow");
}

static void overlays(void)
{
	reads("an overlay on raw",
		"cp data base.img && qemu-img create -q -f qcow2 -b base.img "
		"-F raw x.qcow2 && " IO "'write -P 5 100k 300' x.qcow2",
		"qemu-img");
	reads("an overlay larger than its base",
		"qemu-img create -q -f qcow2 -b base.img -F raw x.qcow2 64M "
		"&& " IO "'write -P 5 50M 300' x.qcow2",
		"qemu-img");
	reads("an overlay on an overlay",
		"mkdir sub && cp data sub/base.img && "
		"qemu-img create -q -f qcow2 -b base.img -F raw sub/mid.qcow2 "
		"&& "
		"qemu-img create -q -f qcow2 -b sub/mid.qcow2 -F qcow2 x.qcow2",
		"qemu-img");
	const char *overlay =
		"qemu-img create -q -f qcow2 -b base.img -F raw x.qcow2";
	refuses("an overlay where a guest may have named the file", overlay, 0,
		"backing file");
	refuses("a missing base",
		"cp data gone && qemu-img create -q -f qcow2 -b gone -F raw "
		"x.qcow2 && rm gone",
		VT_QCOW_BACKING, "gone");
	refuses("a base on the network",
		"qemu-img create -q -f qcow2 -u -b nbd:localhost:1 -F raw "
		"x.qcow2 1M",
		VT_QCOW_BACKING, "not a plain file");
	refuses("the same one floor down",
		"qemu-img create -q -f qcow2 -u -b nbd:localhost:1 -F raw "
		"mid.qcow2 1M && "
		"qemu-img create -q -f qcow2 -u -b mid.qcow2 -F qcow2 x.qcow2 "
		"1M",
		VT_QCOW_BACKING, "not a plain file");
	refuses("its own base",
		"qemu-img create -q -f qcow2 -u -b x.qcow2 -F qcow2 y.qcow2 1M "
		"&& mv y.qcow2 x.qcow2",
		VT_QCOW_BACKING, "cycle");
}

static void hostile(void)
{
	/* in a loop, because qemu-img fails when a busy host disturbs the
	 * timing of its key derivation */
	refuses("an encrypted image",
		"for i in 1 2 3 4 5 6 7 8; do "
		"qemu-img create -q -f qcow2 --object secret,id=s,data=x -o "
		"encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time="
		"100 "
		"x.qcow2 1M && exit 0; done; exit 1",
		0, "encrypted");
	refuses("an external data file", CREATE "data_file=d.raw x.qcow2 1M", 0,
		"external data file");
	/* bytes to overwrite in the header of a valid image, by offset */
	static const struct {
		const char *what, *at, *bytes, *why;
	} pokes[] = {
		{"an unknown version", "4", "\\0\\0\\0\\11", "version"},
		{"impossible clusters", "20", "\\0\\0\\0\\377", "cluster size"},
		{"tiny clusters", "20", "\\0\\0\\0\\1", "cluster size"},
		{"a huge disk", "24", "\\100\\0\\0\\0\\0\\0\\0\\0",
			"too small"},
		{"a negative size", "24", "\\377\\0\\0\\0\\0\\0\\0\\0", "size"},
		{"a huge L1 table", "36", "\\177\\377\\377\\377", "too large"},
		{"an L1 table elsewhere", "40", "\\100\\0\\0\\0\\0\\0\\0\\0",
			"outside"},
		{"an L2 table elsewhere", "196608", "\\200\\177\\0\\0", "L2"},
		{"an unaligned L2 table", "196612", "\\0\\4\\2\\0", "L2"},
		{"a bad backing name", "8",
			"\\100\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\11", "backing"},
	};
	for (size_t i = 0; i < VT_COUNT(pokes); i++) {
		VT_AUTO_FREE char *make =
			vt_printf("qemu-img convert -O qcow2 -o compat=0.10 "
				  "data x.qcow2 && printf '%s' | dd of=x.qcow2 "
				  "bs=1 conv=notrunc seek=%s status=none",
				pokes[i].bytes, pokes[i].at);
		refuses(pokes[i].what, make, 0, pokes[i].why);
	}
	refuses("a cut header", "printf 'QFI\\373\\0\\0\\0\\2' >x.qcow2", 0,
		"the header is truncated");
}

static void raw(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_QCOW struct vt_qcow *disk = open_image("data", 0, &err);
	ok(disk && same(disk, "data"), "raw: the same bytes");
	is_str(vt_qcow_reader(disk), "raw", "raw: by itself");
	ok(!open_image("nothing", 0, &err), "a missing file");
	is_int(vt_err_status(err), VT_USAGE, "is the user's fault");
	ok(!vt_qcow_open(dir, 0, NULL), "a directory is no disk");
	ok(!vt_qcow_open("/dev/zero", 0, NULL), "nor is an endless device");
	sh("mkfifo pipe && { cat data >pipe & }");
	VT_AUTO_QCOW struct vt_qcow *pipe = open_image("pipe", 0, NULL);
	ok(pipe && same(pipe, "data"), "a pipe is copied");
}

/* vt_qcow_fd() gives a file for every kind of image. */
static void descriptors(void)
{
	sh("rm -f x.qcow2; qemu-img convert -O qcow2 -o compat=0.10 data "
	   "x.qcow2");
	VT_AUTO_QCOW struct vt_qcow *disk = open_image("x.qcow2", 0, NULL);
	int fd = disk ? vt_qcow_fd(disk, NULL) : -1;
	struct stat st = {0};
	ok(fd >= 0 && fstat(fd, &st) == 0, "a descriptor");
	is_int(st.st_size, 9 << 20, "of the disk's size");
	is_int(st.st_nlink, 0, "whose file has no name any more");
	ok(same(disk, "data"), "and the same bytes");
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-qcow", NULL);
	setenv("TMPDIR", dir, 1);
	if (!sh("command -v qemu-img qemu-io")) {
		printf("1..0 # SKIP no qemu-img\n");
		vt_fs_rmtree(dir, NULL);
		return 0;
	}
	/* holes, text, noise, and an end that is no zero */
	sh("{ head -c 1M /dev/zero; seq 300000; head -c 2M /dev/urandom; } "
	   ">data && truncate -s 9437180 data && printf 'end\\n' >>data");
	raw();
	formats();
	overlays();
	hostile();
	descriptors();
	sh("rm -rf sub; ls -A");
	VT_AUTO_STRV struct vt_strv left = VT_STRV_INIT;
	vt_fs_list(dir, &left, NULL);
	bool tidy = true;
	for (size_t i = 0; i < left.n; i++)
		tidy &= left.v[i][0] != '.';
	ok(tidy, "no temporary file is left");
	vt_fs_rmtree(dir, NULL);
	free(dir);
	return done_testing();
}
