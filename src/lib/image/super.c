#include "image/super.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "image/fat.h"

bool vt_super_bytes(
	const struct vt_super_area *a, uint64_t at, void *buf, size_t len)
{
	return at <= a->size && len <= a->size - at &&
	       pread(a->fd, buf, len, (off_t)(a->offset + at)) == (ssize_t)len;
}

void vt_super_add(struct vt_super *s, const char *name, uint64_t n)
{
	if (s->n >= VT_SUPER_NUMBERS)
		return;
	s->numbers[s->n].name = name;
	s->numbers[s->n++].n = n;
}

static bool read_vfat(const struct vt_super_area *a, struct vt_super *s)
{
	VT_AUTO_FAT struct vt_fat fat = {.fd = -1};
	unsigned char b[512];
	if (vt_fat_open(&fat, a->path, a->offset, a->size, NULL) != 1 ||
		!vt_super_bytes(a, 0, b, sizeof(b)))
		return false;
	vt_super_add(s, "bits", fat.bits);
	vt_super_add(s, "sector_size", fat.sector_bytes);
	vt_super_add(s, "cluster_sectors", b[13]);
	vt_super_add(s, "tables", b[16]);
	vt_super_add(s, "media", b[21]);
	return true;
}

/* Its signature ends the first page. */
static bool read_swap(const struct vt_super_area *a, struct vt_super *s)
{
	static const char magic[10] = "SWAPSPACE2";
	char found[sizeof(magic)];
	for (uint64_t page = 4096; page <= 65536; page *= 2) {
		if (!vt_super_bytes(
			    a, page - sizeof(magic), found, sizeof(found)) ||
			memcmp(found, magic, sizeof(magic)) != 0)
			continue;
		vt_super_add(s, "page_size", page);
		return true;
	}
	return false;
}

static const struct vt_super_family vfat = {"vfat", read_vfat, NULL},
				    swap = {"swap", read_swap, NULL};

static const struct vt_super_family *const families[] = {
	&vt_super_ext, &vt_super_xfs, &vt_super_btrfs, &vfat, &swap};

static const struct vt_super_family *find(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(families); i++)
		if (!strcmp(families[i]->name, name))
			return families[i];
	return NULL;
}

bool vt_super_reads(const char *family)
{
	return find(family) != NULL;
}

int vt_super_read(const char *family, const char *path, uint64_t offset_bytes,
	uint64_t size_bytes, struct vt_super *out, struct vt_err **err)
{
	const struct vt_super_family *f = find(family);
	*out = (struct vt_super){.family = f};
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	struct vt_super_area a = {fd, path, offset_bytes, size_bytes};
	return f && f->read(&a, out);
}

bool vt_super_number(const struct vt_super *s, const char *name, uint64_t *n)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->numbers[i].name, name)) {
			*n = s->numbers[i].n;
			return true;
		}
	return false;
}

int vt_super_feature(const struct vt_super *s, const char *name)
{
	return s->family->feature ? s->family->feature(s, name) : -1;
}
