/* UTF-8, one character at a time.
 *
 *	while (len > 0) {
 *		size_t n = vt_utf8_decode(s, len, &cp);
 *		if (n == 0) ... one bad byte, skip it ...
 *
 * Overlong forms, surrogates and what lies above U+10FFFF are invalid.
 */
#ifndef VT_UTF8_H
#define VT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * vt_utf8_decode() - the character at the start of `s`
 * Return: its length in bytes, 0 when `s` is empty or starts with no character
 */
size_t vt_utf8_decode(const char *s, size_t len, uint32_t *cp);

/** vt_utf8_continues() - whether a byte is the second or a later one of a
 * character */
static inline bool vt_utf8_continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/** vt_utf8_cut() - how much of a text to keep: at most `max` bytes, and not a
 * part of a character */
size_t vt_utf8_cut(const char *s, size_t len, size_t max);

#endif
