/* Base64 without line breaks. */
#ifndef VT_BASE64_H
#define VT_BASE64_H

#include <stddef.h>

#include "base/str.h"

/** vt_base64_decode() - Return: the bytes, owned and NUL-terminated; NULL for
 * invalid base64 */
char *vt_base64_decode(const char *text, size_t *len);

/** vt_base64_encode() - append data as base64 */
void vt_base64_encode(const void *data, size_t len, struct vt_str *out);

#endif
