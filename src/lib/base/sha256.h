/* The SHA-256 checksum of data that arrives in pieces. For files and buffers
 * see fs.h.
 *
 *	EVP_MD_CTX *sum = vt_sha256_new();
 *	vt_sha256_add(sum, data, len);		as often as needed
 *	vt_sha256_end(sum, hex);
 *	EVP_MD_CTX_free(sum);
 *
 * Nothing fails: out of memory aborts the process.
 */
#ifndef VT_SHA256_H
#define VT_SHA256_H

#include <openssl/evp.h>
#include <stddef.h>

EVP_MD_CTX *vt_sha256_new(void); /* to be freed by EVP_MD_CTX_free() */
/** vt_sha256_restart() - start a new checksum with the same object */
void vt_sha256_restart(EVP_MD_CTX *sum);
void vt_sha256_add(EVP_MD_CTX *sum, const void *data, size_t len);
/** vt_sha256_end() - store the checksum as 64 hex digits and a NUL. Only
 * vt_sha256_restart() and EVP_MD_CTX_free() may follow. */
void vt_sha256_end(EVP_MD_CTX *sum, char hex[65]);

#endif
