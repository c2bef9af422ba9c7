#include "image/blk.h"

#include <blkid/blkid.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <libfdisk/libfdisk.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum { ZERO_CHUNK = 1 << 20, GPT_ENTRY = 128 };

/* A FIFO must not block the open, and a device must not be probed. */
static int open_image(const char *path, uint64_t *size, struct vt_err **err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return vt_err_errno(err, "cannot open '%s'", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*size = (uint64_t)st.st_size;
		return fd;
	}
	close(fd);
	return vt_err_set(err, VT_HOST,
		"'%s' is not a disk image: not a regular file", path);
}

int vt_blk_open_area(const char *path, uint64_t offset_bytes,
	uint64_t *size_bytes, struct vt_err **err)
{
	uint64_t image = 0;
	int fd = open_image(path, &image, err);
	uint64_t left = offset_bytes < image ? image - offset_bytes : 0;
	if (*size_bytes == 0 || *size_bytes > left)
		*size_bytes = left;
	return fd;
}

static char *copy_if_any(const char *s)
{
	return s && *s ? vt_strdup(s) : NULL;
}

static char *upper(char *s)
{
	for (char *p = s; p && *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return s;
}

static uint64_t bytes_of(uint64_t sectors, uint64_t sector_bytes)
{
	return sectors > UINT64_MAX / sector_bytes ? UINT64_MAX
						   : sectors * sector_bytes;
}

static void add_part(struct vt_blk_table *t, struct fdisk_context *ctx,
	struct fdisk_partition *pa)
{
	uint64_t sector_bytes = fdisk_get_sector_size(ctx), attrs = 0;
	struct fdisk_parttype *type = fdisk_partition_get_type(pa);
	const char *guid = type ? fdisk_parttype_get_string(type) : NULL;
	if (!fdisk_partition_has_partno(pa) || !fdisk_partition_has_start(pa) ||
		!fdisk_partition_has_size(pa))
		return;
	if (vt_str_eq(t->kind, "gpt"))
		fdisk_gpt_get_partition_attrs(
			ctx, fdisk_partition_get_partno(pa), &attrs);
	t->parts = vt_realloc(t->parts, t->n + 1, sizeof(*t->parts));
	t->parts[t->n++] = (struct vt_blk_part){
		.number = (unsigned)fdisk_partition_get_partno(pa) + 1,
		.start_bytes =
			bytes_of(fdisk_partition_get_start(pa), sector_bytes),
		.size_bytes =
			bytes_of(fdisk_partition_get_size(pa), sector_bytes),
		.type = guid && *guid ? upper(vt_strdup(guid))
			: type        ? vt_printf("0x%02x",
						fdisk_parttype_get_code(type))
				      : NULL,
		.name = copy_if_any(fdisk_partition_get_name(pa)),
		.uuid = upper(copy_if_any(fdisk_partition_get_uuid(pa))),
		.attrs = attrs,
		.bootable = fdisk_partition_is_bootable(pa) == 1,
	};
}

static int by_number(const void *a, const void *b)
{
	unsigned x = ((const struct vt_blk_part *)a)->number;
	unsigned y = ((const struct vt_blk_part *)b)->number;
	return (x > y) - (x < y);
}

static int read_parts(struct fdisk_context *ctx, struct vt_blk_table *out)
{
	struct fdisk_table *table = NULL;
	struct fdisk_iter *it = NULL;
	struct fdisk_partition *pa;
	int rc = fdisk_get_partitions(ctx, &table);
	if (rc == 0 && !(it = fdisk_new_iter(FDISK_ITER_FORWARD)))
		rc = -ENOMEM;
	while (rc == 0 && fdisk_table_next_partition(table, it, &pa) == 0)
		add_part(out, ctx, pa);
	fdisk_free_iter(it);
	fdisk_unref_table(table);
	if (out->n)
		qsort(out->parts, out->n, sizeof(*out->parts), by_number);
	return rc;
}

/* A GPT: its header and entries after the MBR, and a copy at the end. */
static void add_extent(struct fdisk_context *ctx, struct vt_blk_table *out)
{
	uint64_t sector = fdisk_get_sector_size(ctx);
	uint64_t entries = fdisk_get_npartitions(ctx) * GPT_ENTRY;
	out->head_bytes = sector;
	if (!out->kind || strcmp(out->kind, "gpt") != 0)
		return;
	entries = (entries + sector - 1) / sector * sector;
	out->head_bytes = 2 * sector + entries;
	out->tail_bytes = entries + sector;
}

/* Whether a header of a GPT begins there, and says so itself.
 * @other: set to the sector where it says the other one is */
static bool is_header(
	int fd, uint64_t sector, unsigned sector_bytes, uint64_t *other)
{
	unsigned char h[40];
	uint64_t own;
	if (sector > INT64_MAX / sector_bytes ||
		pread(fd, h, sizeof(h), (off_t)(sector * sector_bytes)) !=
			sizeof(h))
		return false;
	memcpy(&own, h + 24, sizeof(own));
	memcpy(other, h + 32, sizeof(*other));
	*other = le64toh(*other);
	return !memcmp(h, "EFI PART", 8) && le64toh(own) == sector;
}

static void check_headers(int fd, unsigned sector_bytes, struct vt_blk_table *t)
{
	uint64_t copy, first;
	if (!vt_str_eq(t->kind, "gpt"))
		return;
	t->no_header = !is_header(fd, 1, sector_bytes, &copy);
	t->no_copy =
		!t->no_header && !is_header(fd, copy, sector_bytes, &first);
}

static int read_table(struct fdisk_context *ctx, int fd, const char *path,
	unsigned sector_bytes, struct vt_blk_table *out)
{
	fdisk_disable_dialogs(ctx, 1);
	int rc = fdisk_save_user_sector_size(ctx, sector_bytes, sector_bytes);
	if (rc == 0)
		rc = fdisk_assign_device_by_fd(ctx, fd, path, 1);
	if (rc != 0 || !fdisk_has_label(ctx))
		return rc;
	const char *kind = fdisk_label_get_name(fdisk_get_label(ctx, NULL));
	out->kind = vt_strdup(kind && !strcmp(kind, "dos") ? "msdos" : kind);
	add_extent(ctx, out);
	check_headers(fd, sector_bytes, out);
	return read_parts(ctx, out);
}

int vt_blk_table_read(const char *path, unsigned sector_bytes,
	struct vt_blk_table *out, struct vt_err **err)
{
	uint64_t size = 0;
	*out = (struct vt_blk_table){0};
	VT_AUTO_CLOSE int fd = open_image(path, &size, err);
	if (fd < 0)
		return -1;
	/* libfdisk fails on images without a complete sector */
	if (size < sector_bytes)
		return 0;
	struct fdisk_context *ctx = fdisk_new_context();
	int rc = ctx ? read_table(ctx, fd, path, sector_bytes, out) : -ENOMEM;
	fdisk_unref_context(ctx);
	if (rc == 0)
		return 0;
	vt_blk_table_free(out);
	errno = -rc;
	return vt_err_errno(
		err, "cannot read the partition table of '%s'", path);
}

void vt_blk_table_free(struct vt_blk_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->parts[i].type);
		free(t->parts[i].name);
		free(t->parts[i].uuid);
	}
	free(t->parts);
	free(t->kind);
	*t = (struct vt_blk_table){0};
}

const struct vt_blk_part *vt_blk_part(
	const struct vt_blk_table *t, unsigned number)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->parts[i].number == number)
			return &t->parts[i];
	return NULL;
}

static char *super_value(blkid_probe probe, const char *name)
{
	const char *value = NULL;
	if (blkid_probe_lookup_value(probe, name, &value, NULL) != 0)
		return NULL;
	return copy_if_any(value);
}

static int probe_super(blkid_probe probe, int fd, uint64_t offset,
	uint64_t size, struct vt_blk_super *out)
{
	if (blkid_probe_set_device(
		    probe, fd, (blkid_loff_t)offset, (blkid_loff_t)size) != 0 ||
		blkid_probe_enable_superblocks(probe, 1) != 0 ||
		blkid_probe_set_superblocks_flags(probe,
			BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID |
				BLKID_SUBLKS_TYPE | BLKID_SUBLKS_VERSION) != 0)
		return -1;
	int rc = blkid_do_safeprobe(probe);
	if (rc == -2)
		out->type = vt_strdup("several");
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	out->type = super_value(probe, "TYPE");
	out->version = super_value(probe, "VERSION");
	out->label = super_value(probe, "LABEL");
	out->uuid = super_value(probe, "UUID");
	return 0;
}

int vt_blk_super_read(const char *path, uint64_t offset_bytes,
	uint64_t size_bytes, struct vt_blk_super *out, struct vt_err **err)
{
	*out = (struct vt_blk_super){0};
	VT_AUTO_CLOSE int fd =
		vt_blk_open_area(path, offset_bytes, &size_bytes, err);
	if (fd < 0 || size_bytes == 0)
		return fd < 0 ? -1 : 0;
	blkid_probe probe = blkid_new_probe();
	int rc = probe ? probe_super(probe, fd, offset_bytes, size_bytes, out)
		       : -1;
	blkid_free_probe(probe);
	if (rc == 0)
		return 0;
	vt_blk_super_free(out);
	return vt_err_set(err, VT_HOST,
		"cannot probe '%s' for a superblock at byte %llu", path,
		(unsigned long long)offset_bytes);
}

void vt_blk_super_free(struct vt_blk_super *s)
{
	free(s->type);
	free(s->version);
	free(s->label);
	free(s->uuid);
	*s = (struct vt_blk_super){0};
}

/* The start of the next data at or after `at`; `end` when there is none. */
static uint64_t skip_hole(int fd, uint64_t at, uint64_t end)
{
	off_t data = lseek(fd, (off_t)at, SEEK_DATA);
	if (data < 0) /* ENXIO: only a hole follows; else: not supported */
		return errno == ENXIO ? end : at;
	return (uint64_t)data < end ? (uint64_t)data : end;
}

static size_t first_nonzero(const char *p, size_t n)
{
	/* all bytes are zero if the first is, and each equals the next */
	if (n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0))
		return n;
	size_t i = 0;
	while (p[i] == 0)
		i++;
	return i;
}

int vt_blk_is_zero(const char *path, uint64_t offset_bytes, uint64_t size_bytes,
	uint64_t *at_bytes, struct vt_err **err)
{
	uint64_t image_bytes = 0;
	VT_AUTO_CLOSE int fd = open_image(path, &image_bytes, err);
	if (fd < 0)
		return -1;
	if (offset_bytes >= image_bytes)
		return 1;
	uint64_t end = image_bytes - offset_bytes < size_bytes
			       ? image_bytes
			       : offset_bytes + size_bytes;
	VT_AUTO_FREE char *buf = vt_alloc(ZERO_CHUNK);
	uint64_t at = skip_hole(fd, offset_bytes, end);
	while (at < end) {
		size_t want =
			end - at < ZERO_CHUNK ? (size_t)(end - at) : ZERO_CHUNK;
		ssize_t n = pread(fd, buf, want, (off_t)at);
		if (n < 0)
			return vt_err_errno(err, "cannot read '%s'", path);
		if (n == 0)
			break;
		size_t hit = first_nonzero(buf, (size_t)n);
		if (hit < (size_t)n) {
			if (at_bytes)
				*at_bytes = at + hit;
			return 0;
		}
		at = skip_hole(fd, at + (uint64_t)n, end);
	}
	return 1;
}
