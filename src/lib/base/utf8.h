/* Decode UTF-8 character by character.
 *
 *	while (len > 0) {
 *		size_t n = vt_utf8_decode(s, len, &cp);
 *		if (n == 0) ... an invalid byte: skip it ...
 *
 * Overlong forms, surrogates and code points above U+10FFFF are invalid.
 */
#ifndef VT_UTF8_H
#define VT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * vt_utf8_decode() - decode the first character of `s`
 * Return: its length in bytes; 0 if `s` is empty or invalid at its start
 */
size_t vt_utf8_decode(const char *s, size_t len, uint32_t *cp);

/** vt_utf8_continues() - whether a byte is a continuation byte */
static inline bool vt_utf8_continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/** vt_utf8_cut() - the length of the longest prefix of `s` that has at most
 * `max` bytes and ends between two characters */
size_t vt_utf8_cut(const char *s, size_t len, size_t max);

#endif
