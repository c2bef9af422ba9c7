/* A libFuzzer target: GRUB's boot code, and a FAT.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... t/fuzz/boot.c
 *
 * The input is an image that is read as either: a disk with GRUB, a FAT whose
 * directories are listed to the depth at which boot loaders are.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/fat.h"
#include "image/grub.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	struct vt_fat *fat;
	int depth;
	int lists, n; /* directories, entries: the fuzzer is to be fast */
};

static bool each(void *arg, const struct vt_fat_entry *e)
{
	struct walk *w = arg;
	char head[2];
	if (strnlen(e->name, sizeof(e->name)) == sizeof(e->name))
		abort();
	vt_fat_head(w->fat, e, head, sizeof(head));
	if (e->directory && w->depth < 2 && w->lists++ < 4) {
		w->depth++;
		vt_fat_list(w->fat, e, each, w);
		w->depth--;
	}
	return w->n++ < 200;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vt_grub g;
	VT_AUTO_FAT struct vt_fat fat = {.fd = -1};
	VT_AUTO_CLOSE int fd = memfd_create("image", MFD_CLOEXEC);
	VT_AUTO_FREE char *path = vt_printf("/proc/self/fd/%d", fd);
	if (vt_fs_write_all(fd, data, size, NULL) < 0)
		abort();
	if (vt_grub_read(path, &g, NULL) < 0)
		abort();
	if (g.core && (!g.boot_code || g.first_byte >= g.end_byte ||
			      g.end_byte > size))
		abort();
	/* what is said to be larger than it is, as a table can say */
	uint64_t said = size + (size % 2 ? UINT32_MAX : 0);
	struct walk w = {.fat = &fat};
	int rc = vt_fat_open(&fat, path, 0, said, NULL);
	if (rc < 0)
		abort();
	if (rc == 1)
		vt_fat_list(&fat, NULL, each, &w);
	return 0;
}
