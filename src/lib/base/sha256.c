/* SHA-256 checksums of files and buffers, by libcrypto. */
#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

void vt_sha256_restart(EVP_MD_CTX *sum)
{
	if (!EVP_DigestInit_ex(sum, EVP_sha256(), NULL))
		abort(); /* out of memory: the only possible cause */
}

EVP_MD_CTX *vt_sha256_new(void)
{
	EVP_MD_CTX *sum = EVP_MD_CTX_new();
	if (!sum)
		abort();
	vt_sha256_restart(sum);
	return sum;
}

void vt_sha256_add(EVP_MD_CTX *sum, const void *data, size_t len)
{
	if (len && !EVP_DigestUpdate(sum, data, len))
		abort();
}

void vt_sha256_end(EVP_MD_CTX *sum, char hex[65])
{
	static const char digit[] = "0123456789abcdef";
	unsigned char bytes[EVP_MAX_MD_SIZE];
	if (!EVP_DigestFinal_ex(sum, bytes, NULL))
		abort();
	for (int i = 0; i < 32; i++) {
		hex[2 * i] = digit[bytes[i] >> 4];
		hex[2 * i + 1] = digit[bytes[i] & 15];
	}
	hex[64] = '\0';
}

void vt_sha256_hex(const void *data, size_t len, char hex[65])
{
	EVP_MD_CTX *sum = vt_sha256_new();
	vt_sha256_add(sum, data, len);
	vt_sha256_end(sum, hex);
	EVP_MD_CTX_free(sum);
}

int vt_fs_sha256(
	const char *path, char hex[65], uint64_t *size, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return vt_err_errno(err, "cannot read '%s'", path);
	EVP_MD_CTX *sum = vt_sha256_new();
	static unsigned char buf[1 << 17];
	uint64_t total = 0;
	for (;;) {
		ssize_t n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			EVP_MD_CTX_free(sum);
			return vt_err_errno(err, "cannot read '%s'", path);
		}
		if (n == 0)
			break;
		vt_sha256_add(sum, buf, (size_t)n);
		total += (uint64_t)n;
	}
	vt_sha256_end(sum, hex);
	EVP_MD_CTX_free(sum);
	if (size)
		*size = total;
	return 0;
}
