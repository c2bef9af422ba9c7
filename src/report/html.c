#include "html.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

/* Marks of direction that vt_str_printable() keeps. */
static bool is_mark(const char *s, size_t len)
{
	uint32_t c = 0;
	return vt_utf8_decode(s, len, &c) &&
	       (c == 0x200e || c == 0x200f || c == 0x61c);
}

static void escape(struct vt_str *out, const char *s, size_t len)
{
	static const struct {
		char c;
		const char *as;
	} special[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"},
		{'"', "&quot;"}, {'\'', "&#39;"}};
	for (size_t i = 0; i < len; i++) {
		size_t k = 0;
		while (k < VT_COUNT(special) && special[k].c != s[i])
			k++;
		if (k < VT_COUNT(special)) {
			vt_str_add(out, special[k].as);
		} else if (is_mark(s + i, len - i)) {
			vt_str_addc(out, '?');
			i += s[i] == '\xd8' ? 1 : 2;
		} else {
			vt_str_addc(out, s[i]);
		}
	}
}

void html_text(struct vt_str *out, const char *s)
{
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
	if (!s || !*s)
		return;
	vt_str_printable(&clean, s, strlen(s), true);
	escape(out, vt_str_c(&clean), clean.len);
}

/* A conversion of a number, such as "%4.1f". Return: what follows it */
static const char *add_number(struct vt_str *out, const char *fmt, va_list *ap)
{
	char spec[16];
	size_t n = strcspn(fmt, "dufg") + 1;
	if (n >= sizeof(spec))
		abort(); /* a programmer's error */
	memcpy(spec, fmt, n);
	spec[n] = '\0';
	bool wide = strpbrk(spec, "zl");
/* the compiler has checked the caller's format */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (spec[n - 1] == 'f' || spec[n - 1] == 'g')
		vt_str_addf(out, spec, va_arg(*ap, double));
	else if (wide)
		vt_str_addf(out, spec, va_arg(*ap, long));
	else
		vt_str_addf(out, spec, va_arg(*ap, int));
#pragma GCC diagnostic pop
	return fmt + n;
}

void html_addf(struct vt_str *out, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	for (const char *p; (p = strchr(fmt, '%'));) {
		vt_str_addn(out, fmt, (size_t)(p - fmt));
		if (p[1] == 's') {
			html_text(out, va_arg(ap, const char *));
			fmt = p + 2;
		} else if (p[1] == '%') {
			vt_str_addc(out, '%');
			fmt = p + 2;
		} else {
			fmt = add_number(out, p, &ap);
		}
	}
	vt_str_add(out, fmt);
	va_end(ap);
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("._+@-", c));
}

void html_id(struct vt_str *out, const char *s)
{
	for (; *s; s++)
		vt_str_addc(out, is_plain(*s) ? *s : '_');
}

void html_path(struct vt_str *out, const char *path)
{
	/* a first component with a colon would be a scheme */
	if (*path != '/' && !vt_str_starts(path, "../"))
		vt_str_add(out, "./");
	for (; *path; path++) {
		if (is_plain(*path) || *path == '/')
			vt_str_addc(out, *path);
		else
			vt_str_addf(out, "%%%02X", (unsigned char)*path);
	}
}

void html_seconds(struct vt_str *out, uint64_t ms)
{
	unsigned long long s = (ms + 500) / 1000;
	if (ms < 100000)
		vt_str_addf(out, "%.1f s", (double)ms / 1000);
	else if (s < 7200)
		vt_str_addf(out, "%llu min %02llu s", s / 60, s % 60);
	else
		vt_str_addf(out, "%llu h %02llu min", s / 3600, s / 60 % 60);
}

void html_base64(struct vt_str *out, const void *data, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = data;
	for (; len; p += 3) {
		size_t n = len < 3 ? len : 3;
		unsigned v = (unsigned)p[0] << 16 |
			     (n > 1 ? (unsigned)p[1] << 8 : 0) |
			     (n > 2 ? p[2] : 0);
		char four[4] = {digits[v >> 18], digits[v >> 12 & 63],
			n > 1 ? digits[v >> 6 & 63] : '=',
			n > 2 ? digits[v & 63] : '='};
		vt_str_addn(out, four, sizeof(four));
		len -= n;
	}
}

static la_ssize_t append(
	struct archive *w, void *out, const void *data, size_t len)
{
	(void)w;
	vt_str_addn(out, data, len);
	return (la_ssize_t)len;
}

static void writer_freep(struct archive **w)
{
	archive_write_free(*w);
}

static void entry_freep(struct archive_entry **e)
{
	archive_entry_free(*e);
}

int html_pack(
	struct vt_str *out, const char *text, size_t len, struct vt_err **err)
{
	__attribute__((cleanup(writer_freep))) struct archive *w =
		archive_write_new();
	__attribute__((cleanup(entry_freep))) struct archive_entry *e =
		archive_entry_new();
	VT_AUTO_STR struct vt_str packed = VT_STR_INIT;
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_pathname(e, "text");
	if (archive_write_set_format_raw(w) != ARCHIVE_OK ||
		archive_write_add_filter_gzip(w) != ARCHIVE_OK ||
		archive_write_set_options(
			w, "gzip:compression-level=6,gzip:!timestamp") !=
			ARCHIVE_OK ||
		archive_write_set_bytes_in_last_block(w, 1) != ARCHIVE_OK ||
		archive_write_open(w, &packed, NULL, append, NULL) !=
			ARCHIVE_OK ||
		archive_write_header(w, e) != ARCHIVE_OK ||
		archive_write_data(w, text, len) != (la_ssize_t)len ||
		archive_write_close(w) != ARCHIVE_OK)
		return vt_err_set(err, VT_HOST, "cannot compress a text: %s",
			archive_error_string(w));
	html_base64(out, packed.s, packed.len);
	return 0;
}
