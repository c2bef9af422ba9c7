/* The file of a download: appended to and hashed, with holes for blocks of
 * zeros. At any time it is a prefix of the document.
 *
 *	vt_fetch_file_start(&f, fd);
 *	vt_fetch_file_prefix(&f, length);	to resume
 *	vt_fetch_file_add(&f, data, len);	as often as needed
 *	vt_fetch_file_end(&f, true, hex);
 *	vt_fetch_file_free(&f);
 *
 * Functions return 0 or errno. Private to fetch*.c.
 */
#ifndef VT_FETCH_FILE_H
#define VT_FETCH_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sha256.h"

struct vt_fetch_file {
	int fd; /* the caller's */
	EVP_MD_CTX *hash;
	uint64_t at;     /* offset of the next byte */
	uint64_t size;   /* of the file */
	uint64_t synced; /* bytes that the kernel was told to write out */
};

void vt_fetch_file_start(struct vt_fetch_file *f, int fd);
void vt_fetch_file_free(struct vt_fetch_file *f);

/** vt_fetch_file_prefix() - hash the first `length` bytes, which an earlier run
 * wrote, and cut off the rest */
int vt_fetch_file_prefix(struct vt_fetch_file *f, uint64_t length);
int vt_fetch_file_add(struct vt_fetch_file *f, const void *data, size_t len);
/** vt_fetch_file_restart() - truncate to nothing, and start a new hash */
int vt_fetch_file_restart(struct vt_fetch_file *f);
/** vt_fetch_file_end() - store the sha256 in `hex`
 * @sync: also fsync the file */
int vt_fetch_file_end(struct vt_fetch_file *f, bool sync, char hex[65]);

#endif
