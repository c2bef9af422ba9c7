/* What a config asks for, checked as a whole before a disk is touched.
 *
 * plan_make() reads the storage section (version 1: disk, partition, format,
 * mount; curtin's format) into arrays that point into the config's document,
 * which must outlive the plan. Every error is VT_USAGE with file:line:column
 * and names the entry.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "doc.h"

enum { MAX_ENTRIES = 256 };

/* How an entry's space is overwritten before use. */
enum wipe { WIPE_NONE, WIPE_SUPERBLOCK, WIPE_ZERO, WIPE_RANDOM };

/* What a partition is for: its type in each kind of table. */
struct part_flag {
	const char *name; /* in configs; NULL: plain data */
	const char *gpt;  /* type GUID */
	const char *dos;  /* type byte */
};

struct disk {
	const struct vt_node *node;
	const char *id, *serial, *wwn, *path;
	const char *ptable; /* "gpt", "dos" or NULL */
	enum wipe wipe;
	bool grub;
	/* once found */
	char *dev; /* /dev/vda */
	uint64_t bytes;
	unsigned sector; /* bytes */
};

struct partition {
	const struct vt_node *node;
	const char *id;
	struct disk *disk;
	long number;
	uint64_t size; /* bytes */
	const struct part_flag *flag;
	bool bootable;
	enum wipe wipe;
};

/* A disk or one of its partitions. */
struct volume {
	struct disk *disk;
	struct partition *part; /* NULL: the whole disk */
};

struct format {
	const char *id, *fstype, *label, *uuid;
	struct volume on;
	char *uuid_found; /* as blkid says afterwards */
};

struct mount {
	const char *id, *path, *options;
	struct format *format;
};

struct plan {
	struct disk disks[MAX_ENTRIES];
	struct partition parts[MAX_ENTRIES];
	struct format formats[MAX_ENTRIES];
	struct mount mounts[MAX_ENTRIES]; /* sorted: parents before children */
	size_t n_disks, n_parts, n_formats, n_mounts;
};

struct plan *plan_make(const struct vt_node *config, struct vt_err **err);
void plan_free(struct plan *plan);
void plan_freep(struct plan **plan);

#endif
