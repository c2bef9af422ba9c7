/* Files of a FAT12, FAT16 or FAT32 in disk images: which there are, and how
 * they begin.
 *
 *	VT_AUTO_FAT struct vt_fat fat = {.fd = -1};
 *	if (vt_fat_open(&fat, "disk.img", offset, size, err) == 1)
 *		vt_fat_list(&fat, NULL, each, arg);
 *
 * Of the libraries in Debian only The Sleuth Kit's reads a FAT, and brings
 * SQLite and five image formats along; mtools is a program. Bytes of a disk are
 * hostile: what does not fit ends a list, and no list is longer than FAT
 * allows. Source: Microsoft's FAT specification (2005).
 */
#ifndef VT_FAT_H
#define VT_FAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vt_fat {
	int fd;
	unsigned bits; /* 12, 16 or 32 */
	uint32_t sector_bytes, cluster_bytes;
	uint64_t offset, size;      /* bytes, in the image */
	uint64_t table, root, data; /* bytes, in the file system */
	uint32_t root_bytes;        /* of FAT12 and FAT16 */
	uint32_t root_cluster;      /* of FAT32 */
	uint32_t n_clusters;
	uint32_t n_read; /* entries of directories, which are bounded */
};

struct vt_fat_entry {
	char name[256]; /* the long one if there is one; other than ASCII: ? */
	bool directory;
	uint32_t cluster, size_bytes;
};

/** vt_fat_open() - Return: 1, 0 there is no FAT, -1 the image cannot be read */
int vt_fat_open(struct vt_fat *fat, const char *path, uint64_t offset_bytes,
	uint64_t size_bytes, struct vt_err **err);
void vt_fat_close(struct vt_fat *fat);
#define VT_AUTO_FAT __attribute__((cleanup(vt_fat_close)))

/**
 * vt_fat_list() - call `each` for the files and directories of a directory, up
 *   to the first for which it returns false
 * @dir: NULL: the root
 */
void vt_fat_list(struct vt_fat *fat, const struct vt_fat_entry *dir,
	bool (*each)(void *arg, const struct vt_fat_entry *e), void *arg);

/** vt_fat_head() - read the first bytes of a file, at most of its first cluster
 * Return: how many; 0 if its cluster does not exist */
size_t vt_fat_head(const struct vt_fat *fat, const struct vt_fat_entry *e,
	void *buf, size_t len);

#endif
