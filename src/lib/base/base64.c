#include "base/base64.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char *vt_base64_decode(const char *text, size_t *len)
{
	size_t n = strlen(text);
	unsigned char *out = vt_alloc(n / 4 * 3 + 1);
	int got = EVP_DecodeBlock(out, (const unsigned char *)text, (int)n);
	if (got < 0 || n % 4) {
		free(out);
		return NULL;
	}
	/* EVP_DecodeBlock() counts the padding as bytes */
	for (size_t i = n; i > 0 && n - i < 2 && text[i - 1] == '='; i--)
		got--;
	*len = (size_t)got;
	return (char *)out;
}

void vt_base64_encode(const void *data, size_t len, struct vt_str *out)
{
	VT_AUTO_FREE unsigned char *text = vt_alloc(len / 3 * 4 + 5);
	int n = EVP_EncodeBlock(text, data, (int)len);
	vt_str_addn(out, text, (size_t)n);
}
