/* SHA-256 of what comes in pieces. Whole files and buffers: fs.h. */
#ifndef VT_SHA256_H
#define VT_SHA256_H

#include <openssl/evp.h>
#include <stddef.h>

EVP_MD_CTX *vt_sha256_new(void); /* EVP_MD_CTX_free() ends it */
void vt_sha256_restart(EVP_MD_CTX *sum);
void vt_sha256_add(EVP_MD_CTX *sum, const void *data, size_t len);
/** vt_sha256_end() - 64 hex digits and NUL; nothing can be added then */
void vt_sha256_end(EVP_MD_CTX *sum, char hex[65]);

#endif
