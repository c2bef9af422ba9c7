/* The directory of the cache of phases, and its entries: who may have written
 * them, locks, and removal. Used by phase_cache_*.c.
 */
#ifndef VT_PHASE_CACHE_DIR_H
#define VT_PHASE_CACHE_DIR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/str.h"
#include "data/record.h"

#define VT_CACHE_ENTRIES "phases"
#define VT_CACHE_OBJECTS "objects"
#define VT_CACHE_TMP "tmp."
#define VT_CACHE_MANIFEST "manifest.json"
#define VT_CACHE_INPUTS "inputs" /* of the key, for people */

struct vt_cache_dir {
	char *path;
	int fd; /* holds the lock */
	struct stat st;
};
#define VT_CACHE_DIR_INIT                                                      \
	{                                                                      \
		.fd = -1                                                       \
	}
void vt_cache_dir_close(struct vt_cache_dir *c);
#define VT_AUTO_CACHE_DIR __attribute__((cleanup(vt_cache_dir_close)))

/** vt_cache_dir_name() - the directory in the setting CACHE; owned; NULL: off
 */
char *vt_cache_dir_name(void);

/** vt_cache_dir_open() - open it
 * @create: create it if it is missing, for its user only
 * Return: 1, 0 if the cache is off or does not exist, -1
 * Errors: VT_HOST, also if everyone may write to it */
int vt_cache_dir_open(struct vt_cache_dir *c, bool create, struct vt_err **err);

/** vt_cache_dir_lock() - lock it, or wait for at most a minute */
int vt_cache_dir_lock(
	const struct vt_cache_dir *c, bool exclusive, struct vt_err **err);
void vt_cache_dir_unlock(const struct vt_cache_dir *c);

/** vt_cache_dir_trusts() - whether only users could write this file who may
 * write to the cache: the user, root, the owner of the cache and, if its group
 * may write there, that group */
bool vt_cache_dir_trusts(const struct vt_cache_dir *c, const struct stat *st);

/** vt_cache_dir_share() - let those read a new file or directory who may read
 * the cache */
int vt_cache_dir_share(
	const struct vt_cache_dir *c, int fd, bool dir, struct vt_err **err);

/** vt_cache_dir_drop() - remove an entry; needs the exclusive lock
 * @name: below the cache; if there is none, this is not an error */
int vt_cache_dir_drop(
	const struct vt_cache_dir *c, const char *name, struct vt_err **err);

/** vt_cache_dir_sweep() - remove what processes left that were killed; needs
 * the exclusive lock */
void vt_cache_dir_sweep(const struct vt_cache_dir *c);

/** vt_cache_dir_evict() - remove the entries that were not used for the longest
 * time, until the others have at most `max` bytes, and objects that no entry
 * has; needs the exclusive lock */
int vt_cache_dir_evict(
	const struct vt_cache_dir *c, uint64_t max, struct vt_err **err);

/* A file of an entry, stored as an object under its checksum. */
struct vt_cache_file {
	const char *name;   /* relative to the test's directory */
	const char *sha256; /* by vt_sparse_copy(); NULL: a directory */
	uint64_t size;
	long mode;
	/* of the object when its content was known: as long as they are the
	 * same, a large one is not read to compare its checksum */
	long inode, written_ns;
};

struct vt_cache_entry {
	const char *phase, *output;
	const char *since; /* when it was made, as by vt_clock_stamp() */
	/* of the host when the objects' content was known. Nothing is synced:
	 * after a crash, what is on the disk is compared with its checksum */
	const char *boot;
	struct vt_cache_file *files;
	size_t n_files;
	struct vt_strv owned; /* texts of an entry that was not read */
	struct vt_doc *doc;   /* or the document */
};
void vt_cache_entry_free(struct vt_cache_entry *e);
#define VT_AUTO_CACHE_ENTRY __attribute__((cleanup(vt_cache_entry_free)))

extern const struct vt_record vt_cache_entry_record;

/** vt_cache_entry_write() - write the manifest of an entry to its directory */
int vt_cache_entry_write(const struct vt_cache_entry *e,
	const struct vt_cache_dir *c, const char *dir, struct vt_err **err);

/** vt_cache_file_know() - note that the object with this state has its content
 * Return: whether it is large */
bool vt_cache_file_know(struct vt_cache_file *f, const struct stat *st);
/** vt_cache_file_known() - whether it was noted, and nothing has changed; not
 * of files that are read at once */
bool vt_cache_file_known(const struct vt_cache_entry *e,
	const struct vt_cache_file *f, const struct stat *st);

/** vt_cache_write() - write a text that those may read who may read the cache
 */
int vt_cache_write(const struct vt_cache_dir *c, const char *dir,
	const char *name, const struct vt_str *text, struct vt_err **err);

/** vt_cache_entry_read() - the manifest of an entry
 * Return: 1, 0 if there is no entry, -1
 * Errors: what is wrong with it; VT_HOST */
int vt_cache_entry_read(struct vt_cache_entry *e, const struct vt_cache_dir *c,
	const char *key, struct vt_err **err);

#endif
