/* Strings that grow, lists of strings, and the few text forms vt needs. */
#ifndef VT_STR_H
#define VT_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A buffer that grows; `s` is NUL-terminated after the first addition, NULL
 * before it (vt_str_c() is never NULL). Starts as VT_STR_INIT. */
struct vt_str {
	char *s;
	size_t len, cap;
};
#define VT_STR_INIT                                                            \
	{                                                                      \
		0                                                              \
	}
void vt_str_add(struct vt_str *b, const char *s);
void vt_str_addn(struct vt_str *b, const void *p, size_t n);
void vt_str_addc(struct vt_str *b, char c);
void vt_str_addf(struct vt_str *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
const char *vt_str_c(const struct vt_str *b);
char *vt_str_take(struct vt_str *b); /* hands over `s`, empties the buffer */
void vt_str_free(struct vt_str *b);
#define VT_AUTO_STR __attribute__((cleanup(vt_str_free)))

/* A NULL-terminated list of owned strings, such as an argv. `v` is NULL while
 * empty. Starts as VT_STRV_INIT. */
struct vt_strv {
	char **v;
	size_t n, cap;
};
#define VT_STRV_INIT                                                           \
	{                                                                      \
		0                                                              \
	}
void vt_strv_add(struct vt_strv *l, const char *s);
void vt_strv_addf(struct vt_strv *l, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void vt_strv_addv(struct vt_strv *l, ...) __attribute__((sentinel));
void vt_strv_take(struct vt_strv *l, char *s); /* owns s from now on */
bool vt_strv_has(const struct vt_strv *l, const char *s);
void vt_strv_sort(struct vt_strv *l); /* bytewise, whatever the locale */
void vt_strv_free(struct vt_strv *l);
#define VT_AUTO_STRV __attribute__((cleanup(vt_strv_free)))

bool vt_str_starts(const char *s, const char *prefix);
bool vt_str_ends(const char *s, const char *suffix);
bool vt_str_eq(const char *a, const char *b); /* NULL equals NULL */

/** vt_str_value() - what stands behind "NAME=" of a word; NULL when that is not
 * how it begins */
const char *vt_str_value(const char *word, const char *name);

/** vt_str_replace() - every `from` in `s` by `to`; Return: owned */
char *vt_str_replace(const char *s, const char *from, const char *to);

/** vt_str_split() - at each `sep`, empty fields kept */
void vt_str_split(const char *s, char sep, struct vt_strv *out);
/** vt_str_words() - what stands between any of `separators`, nothing empty
 * @s: NULL for no words */
void vt_str_words(const char *s, const char *separators, struct vt_strv *out);
/** vt_str_in() - whether a NULL-terminated list has it */
bool vt_str_in(const char *const *list, const char *s);

/** vt_str_shquote() - append `s` as one word of POSIX shell, quoted if needed
 */
void vt_str_shquote(struct vt_str *b, const char *s);

/** vt_str_shjoin() - a whole argv as a line that a shell reads back */
void vt_str_shjoin(struct vt_str *b, char *const *argv);

/** vt_str_printable() - append text of a guest so that it is inert on a
 * terminal: printable UTF-8 and tabs pass, newlines too when `lines`, escape
 * sequences are dropped, other bytes become '?' */
void vt_str_printable(struct vt_str *b, const char *s, size_t len, bool lines);

/** vt_str_tail() - the last `lines` lines of a text, as a pointer into it */
const char *vt_str_tail(const char *s, size_t len, unsigned lines);

/**
 * vt_parse_size() - "512", "8MB", "4G", "1GiB", "1.5G" to bytes
 * Units: powers of 1024 for k, M, G, T, P with or without B or iB, as curtin's
 *   human2bytes and qemu-img
 * Errors: VT_USAGE, naming the text
 */
int vt_parse_size(const char *s, uint64_t *bytes, struct vt_err **err);

/** vt_parse_int() - the whole text as a decimal integer in [min, max] */
int vt_parse_int(
	const char *s, long min, long max, long *out, struct vt_err **err);

/** vt_parse_bool() - the reference's rule: true unless "false", "0" or empty,
 * whatever the case */
bool vt_parse_bool(const char *s);

/** vt_str_valid_name() - test names: [A-Za-z0-9][A-Za-z0-9._+@-]{0,99} */
bool vt_str_valid_name(const char *s);

#endif
