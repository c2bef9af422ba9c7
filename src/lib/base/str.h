/* Growing strings, lists of strings, and functions on text: splitting, quoting,
 * making it printable, parsing numbers.
 *
 *	VT_AUTO_STR struct vt_str b = VT_STR_INIT;
 *	vt_str_addf(&b, "%d disks", n);
 *	puts(vt_str_c(&b));
 *
 * Only the vt_parse functions can fail; they set a VT_USAGE error.
 */
#ifndef VT_STR_H
#define VT_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A growing string. `s` is NULL while nothing has been added, and then
 * NUL-terminated; vt_str_c() never returns NULL. */
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
/** vt_str_item() - append an item to a list, after a separator unless it is the
 * first */
void vt_str_item(struct vt_str *b, const char *separator, const char *item);
const char *vt_str_c(const struct vt_str *b);
char *vt_str_take(struct vt_str *b); /* the caller owns it; empties b */
void vt_str_free(struct vt_str *b);
#define VT_AUTO_STR __attribute__((cleanup(vt_str_free)))

/* A NULL-terminated list of owned strings, such as an argv. `v` is NULL while
 * the list is empty. */
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
void vt_strv_take(struct vt_strv *l, char *s); /* the list then owns s */
bool vt_strv_has(const struct vt_strv *l, const char *s);
void vt_strv_sort(struct vt_strv *l); /* by bytes, not by locale */
void vt_strv_free(struct vt_strv *l);
#define VT_AUTO_STRV __attribute__((cleanup(vt_strv_free)))

bool vt_str_starts(const char *s, const char *prefix);
bool vt_str_ends(const char *s, const char *suffix);
bool vt_str_eq(const char *a, const char *b); /* NULL equals NULL */

/** vt_str_value() - VALUE if `word` is NAME=VALUE, else NULL */
const char *vt_str_value(const char *word, const char *name);

/** vt_str_replace() - `s` with each `from` replaced by `to`; Return: owned */
char *vt_str_replace(const char *s, const char *from, const char *to);

/** vt_str_split() - split at each `sep`, keeping empty fields */
void vt_str_split(const char *s, char sep, struct vt_strv *out);
/** vt_str_words() - split at any characters of `separators`, without empty
 * words
 * @s: may be NULL */
void vt_str_words(const char *s, const char *separators, struct vt_strv *out);
/** vt_str_in() - whether a NULL-terminated list contains `s` */
bool vt_str_in(const char *const *list, const char *s);

/** vt_str_shquote() - append `s` as one word for a POSIX shell, quoted if
 * needed
 */
void vt_str_shquote(struct vt_str *b, const char *s);

/** vt_str_shjoin() - append an argv as a command line for a POSIX shell */
void vt_str_shjoin(struct vt_str *b, char *const *argv);

/** vt_str_printable() - append untrusted text in a form that is harmless on a
 * terminal: printable UTF-8 and tabs are kept, newlines only with `lines`;
 * escape sequences and carriage returns are dropped; other bytes become '?' */
void vt_str_printable(struct vt_str *b, const char *s, size_t len, bool lines);

/** vt_str_tail() - a pointer to the last `lines` lines of a text */
const char *vt_str_tail(const char *s, size_t len, unsigned lines);

/**
 * vt_parse_size() - parse "512", "8MB", "4G", "1GiB" or "1.5G"
 * Units: k, M, G, T, P are powers of 1024, with or without B or iB, as in
 *   curtin's human2bytes and in qemu-img
 * Errors: VT_USAGE
 */
int vt_parse_size(const char *s, uint64_t *bytes, struct vt_err **err);

/** vt_parse_int() - parse a decimal integer from min to max
 * Errors: VT_USAGE, also if other text follows it */
int vt_parse_int(
	const char *s, long min, long max, long *out, struct vt_err **err);

/** vt_parse_bool() - false for "false" in any case, "0" and ""; else true.
 * Source: curtin's vmtest */
bool vt_parse_bool(const char *s);

/** vt_str_valid_name() - whether `s` may be the name of a test:
 * [A-Za-z0-9][A-Za-z0-9._+@-]{0,99} */
bool vt_str_valid_name(const char *s);

#endif
