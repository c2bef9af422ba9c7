/* A file that grows by what is downloaded: written with holes where there are
 * zeros, hashed, and at any instant a start of the document.
 *
 * Functions return 0 or errno. Private to fetch*.c.
 */
#ifndef VT_FETCH_FILE_H
#define VT_FETCH_FILE_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vt_fetch_file {
	int fd; /* the caller's */
	EVP_MD_CTX *hash;
	uint64_t at;     /* where the next byte goes */
	uint64_t size;   /* of the file */
	uint64_t synced; /* what the kernel was told to write out */
};

void vt_fetch_file_start(struct vt_fetch_file *f, int fd);
void vt_fetch_file_free(struct vt_fetch_file *f);

/** vt_fetch_file_prefix() - what an earlier run left counts in the hash; what
 * stands behind it goes */
int vt_fetch_file_prefix(struct vt_fetch_file *f, uint64_t have);
int vt_fetch_file_add(struct vt_fetch_file *f, const void *data, size_t len);
int vt_fetch_file_restart(struct vt_fetch_file *f); /* from the first byte */
/** vt_fetch_file_end() - *hex is its sha256; @sync: to the disk with it */
int vt_fetch_file_end(struct vt_fetch_file *f, bool sync, char hex[65]);

#endif
