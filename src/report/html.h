/* Writing HTML: all text is escaped, so that nothing of a guest's becomes
 * markup.
 *
 *	html_addf(out, "<td class=\"%s\">%s</td>", class, text);
 *
 * %s is escaped, in elements and in quoted attributes; what is markup is in the
 * format, or is added by vt_str_add(). Control characters, marks that change
 * the direction of text and bytes that are not UTF-8 become '?'.
 */
#ifndef VT_HTML_H
#define VT_HTML_H

#include "base/str.h"

/** html_text() - append text, escaped; NULL is "" */
void html_text(struct vt_str *out, const char *s);

/** html_addf() - as vt_str_addf(), but texts (%s) are escaped; other
 * conversions are those of numbers: d, u, zu, ld, llu, and g, f with a
 * precision */
void html_addf(struct vt_str *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** html_id() - append a text as part of an id or a URL's fragment: letters,
 * digits and ._+@- are kept, other characters become '_' */
void html_id(struct vt_str *out, const char *s);

/** html_path() - append a relative path as a URL */
void html_path(struct vt_str *out, const char *path);

/** html_seconds() - append a duration: "4.2 s", "12 min 03 s" */
void html_seconds(struct vt_str *out, uint64_t ms);

/** html_base64() - append bytes as base64 */
void html_base64(struct vt_str *out, const void *data, size_t len);

/** html_pack() - append a text, compressed by gzip, as base64, which the
 * page's script unpacks */
int html_pack(
	struct vt_str *out, const char *text, size_t len, struct vt_err **err);

#endif
