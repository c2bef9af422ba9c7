/* A libFuzzer target: extraction of the archive on an output disk.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... t/fuzz/extract.c
 *
 * The mutator corrects the checksum of each header; otherwise libarchive would
 * reject almost every mutated archive at its first block. Only regular files
 * and directories below the given directory may be created.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/collect/sink_tar.h"
#include "../../src/collect/untar.h"
#include "base/fs.h"
#include "base/mem.h"
#include "image/qcow.h"

enum { BLOCK = 512, SUM_AT = 148, MAGIC_AT = 257 };

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max, unsigned seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fix_checksum(uint8_t *h)
{
	char text[12];
	unsigned sum = 0;
	memset(h + SUM_AT, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += h[i];
	snprintf(text, sizeof(text), "%06o", sum);
	memcpy(h + SUM_AT, text, 7);
}

size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max, unsigned seed)
{
	(void)seed;
	size = LLVMFuzzerMutate(data, size, max);
	for (size_t at = 0; at + BLOCK <= size; at += BLOCK)
		if (!memcmp(data + at + MAGIC_AT, "ustar", 5))
			fix_checksum(data + at);
	return size;
}

static int check(
	const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path, (void)ftw;
	if (type != FTW_F && type != FTW_D && type != FTW_DP)
		abort();
	if (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode))
		abort();
	if (st->st_mode & 07022 || st->st_nlink > 1000)
		abort();
	if (S_ISREG(st->st_mode) && st->st_nlink != 1)
		abort();
	return 0;
}

static void extract(struct vt_qcow *disk, struct vt_sink *out)
{
	struct untar_report report = UNTAR_REPORT_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	int rc = out ? untar(disk, out, &report, &err) : 0;
	/* every failure must be VT_FAILED, as the host does not fail here */
	if (rc < 0 && (!err || err->status != VT_FAILED) &&
		!(err && strstr(err->msg, "File name too long")))
		abort();
	vt_strv_free(&report.failed);
	vt_sink_freep(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *dir;
	if (!dir) {
		umask(022);
		dir = vt_fs_tmpdir("vt-fuzz", NULL);
	}
	if (size >= 4 && !memcmp(data, "QFI\xfb", 4))
		return 0; /* qcow2 images are not fuzzed */
	VT_AUTO_CLOSE int fd = memfd_create("disk", MFD_CLOEXEC);
	VT_AUTO_FREE char *path = vt_printf("/proc/self/fd/%d", fd);
	VT_AUTO_FREE char *out = vt_fs_join(dir, "out");
	if (vt_fs_write_all(fd, data, size, NULL) < 0)
		abort();
	VT_AUTO_QCOW struct vt_qcow *disk = vt_qcow_open(path, 0, NULL);
	if (!disk)
		abort();
	VT_AUTO_CLOSE int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	extract(disk, vt_sink_dir_open(out, VT_SINK_FRESH, 1 << 30, NULL));
	if (nftw(out, check, 16, FTW_PHYS) != 0)
		abort();
	vt_fs_rmtree(out, NULL);
	extract(disk, sink_tar_open(null, NULL));
	return 0;
}
