/* The storage config (curtin's, version 1 or 2) as far as machines and
 * expectations are derived from it.
 *
 *	VT_AUTO_STORAGE struct vt_storage s = {0};
 *	if (vt_storage_read(&s, config_root, err) < 0) return -1;
 *
 * Disks, partitions, formats and mounts are read; the other types are known by
 * name and passed over. Strings point into the config. Errors are VT_USAGE
 * with file:line:column and name the entry.
 */
#ifndef VT_RULES_STORAGE_H
#define VT_RULES_STORAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "data/doc.h"

struct vt_disk_entry {
	const struct vt_node *node;
	const char *id, *serial, *wwn, *path, *ptable;
	uint64_t need_bytes; /* that the partitions ask for */
	bool iscsi;          /* at the server that tests have */
};

struct vt_part_entry {
	const struct vt_node *node;
	const char *id, *flag, *name, *type, *wipe;
	size_t disk; /* index */
	long number;
	uint64_t size_bytes, offset_bytes;
	bool used; /* formatted, or part of something larger */
};

/* On a partition or a whole disk; on anything else it is passed over. */
struct vt_format_entry {
	const struct vt_node *node;
	const char *id, *fstype, *label, *uuid;
	size_t disk;
	ssize_t part; /* index, -1 for the whole disk */
};

struct vt_mount_entry {
	const struct vt_node *node;
	const char *path, *options;
	size_t format; /* index */
};

struct vt_storage {
	struct vt_disk_entry *disks; /* that the machine must have */
	struct vt_part_entry *parts; /* of these disks */
	struct vt_format_entry *formats;
	struct vt_mount_entry *mounts;
	size_t n_disks, n_parts, n_formats, n_mounts;
	uint64_t swap_file_bytes; /* that the root file system must hold */
	bool efi; /* something is mounted where the EFI system partition goes */
};

int vt_storage_read(struct vt_storage *s, const struct vt_node *config,
	struct vt_err **err);
void vt_storage_free(struct vt_storage *s);
#define VT_AUTO_STORAGE __attribute__((cleanup(vt_storage_free)))

#endif
