/* Decryption of AES-XTS, as dm-crypt has it. */
#include <endian.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/map_kind.h"

enum { MAX_KEY = 64, COUNTED = 512, MAX_SECTOR = 4096 };

struct vt_map_key {
	unsigned char bytes[MAX_KEY];
	const EVP_CIPHER *cipher;
	size_t sector_bytes;
	uint64_t first_sector;
};

void vt_map_key_free(struct vt_map_key *key)
{
	OPENSSL_cleanse(key, sizeof(*key));
	free(key);
}

static void free_context(EVP_CIPHER_CTX **ctx)
{
	EVP_CIPHER_CTX_free(*ctx);
}

/* The number of a sector is its tweak. */
static int decrypt(EVP_CIPHER_CTX *ctx, const struct vt_map_key *key,
	uint64_t at, unsigned char *sector, struct vt_err **err)
{
	unsigned char tweak[16] = {0};
	uint64_t number = htole64(at / COUNTED + key->first_sector);
	int n;
	memcpy(tweak, &number, sizeof(number));
	if (EVP_DecryptInit_ex(ctx, NULL, NULL, NULL, tweak) == 1 &&
		EVP_DecryptUpdate(
			ctx, sector, &n, sector, (int)key->sector_bytes) == 1)
		return 0;
	return vt_err_set(err, VT_HOST, "libcrypto cannot decrypt AES-XTS");
}

static int read_sectors(const struct vt_map *m, EVP_CIPHER_CTX *ctx,
	uint64_t at, unsigned char *buf, size_t len, struct vt_err **err)
{
	while (len) {
		unsigned char sector[MAX_SECTOR];
		size_t within = (size_t)(at % m->key->sector_bytes);
		size_t rest = m->key->sector_bytes - within;
		size_t n = rest < len ? rest : len;
		if (vt_map_read(m->parts[0], at - within, sector,
			    m->key->sector_bytes, err) < 0 ||
			decrypt(ctx, m->key, at - within, sector, err) < 0)
			return -1;
		memcpy(buf, sector + within, n);
		at += n;
		buf += n;
		len -= n;
	}
	return 0;
}

static int read_xts(const struct vt_map *m, uint64_t at, unsigned char *buf,
	size_t len, struct vt_err **err)
{
	__attribute__((cleanup(free_context))) EVP_CIPHER_CTX *ctx =
		EVP_CIPHER_CTX_new();
	if (!ctx || EVP_DecryptInit_ex(ctx, m->key->cipher, NULL, m->key->bytes,
			    NULL) != 1)
		return vt_err_set(
			err, VT_HOST, "libcrypto cannot decrypt AES-XTS");
	return read_sectors(m, ctx, at, buf, len, err);
}

struct vt_map *vt_map_xts(struct vt_map *of, const unsigned char *key,
	size_t key_bytes, unsigned sector_bytes, uint64_t first_sector)
{
	if ((key_bytes != 32 && key_bytes != 64) || sector_bytes < COUNTED ||
		sector_bytes > MAX_SECTOR ||
		(sector_bytes & (sector_bytes - 1)))
		return NULL;
	struct vt_map *m = vt_map_make(&of, 1, false);
	if (!m)
		return NULL;
	m->read = read_xts;
	m->key = vt_alloc(sizeof(*m->key));
	memcpy(m->key->bytes, key, key_bytes);
	m->key->cipher =
		key_bytes == 32 ? EVP_aes_128_xts() : EVP_aes_256_xts();
	m->key->sector_bytes = sector_bytes;
	m->key->first_sector = first_sector;
	m->size_bytes = of->size_bytes / sector_bytes * sector_bytes;
	if (sector_bytes > m->sector_bytes)
		m->sector_bytes = sector_bytes;
	return m;
}
