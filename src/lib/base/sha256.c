/* SHA-256 checksums of files and buffers, by libcrypto. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

static void to_hex(const unsigned char *sum, char hex[65])
{
	static const char digit[] = "0123456789abcdef";
	for (int i = 0; i < 32; i++) {
		hex[2 * i] = digit[sum[i] >> 4];
		hex[2 * i + 1] = digit[sum[i] & 15];
	}
	hex[64] = '\0';
}

static EVP_MD_CTX *start(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL))
		abort(); /* out of memory: the only possible cause */
	return ctx;
}

static void finish(EVP_MD_CTX *ctx, char hex[65])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	if (!EVP_DigestFinal_ex(ctx, sum, NULL))
		abort();
	EVP_MD_CTX_free(ctx);
	to_hex(sum, hex);
}

void vt_sha256_hex(const void *data, size_t len, char hex[65])
{
	EVP_MD_CTX *ctx = start();
	if (len && !EVP_DigestUpdate(ctx, data, len))
		abort();
	finish(ctx, hex);
}

int vt_fs_sha256(
	const char *path, char hex[65], uint64_t *size, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return vt_err_errno(err, "cannot read '%s'", path);
	EVP_MD_CTX *ctx = start();
	static unsigned char buf[1 << 17];
	uint64_t total = 0;
	for (;;) {
		ssize_t n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			EVP_MD_CTX_free(ctx);
			return vt_err_errno(err, "cannot read '%s'", path);
		}
		if (n == 0)
			break;
		if (!EVP_DigestUpdate(ctx, buf, (size_t)n))
			abort();
		total += (uint64_t)n;
	}
	finish(ctx, hex);
	if (size)
		*size = total;
	return 0;
}
