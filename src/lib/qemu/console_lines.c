#include "qemu/console_lines.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum { MAX_LINE = 4096 };

struct vt_lines {
	vt_line_fn *fn;
	void *data;
	char raw[MAX_LINE + 1]; /* the incomplete line */
	size_t raw_len;
	bool after_cr;       /* the last byte was '\r': skip a '\n' */
	bool cut;            /* the last line was cut after MAX_LINE bytes */
	struct vt_str clean; /* the last line, made printable */
	struct vt_str head;  /* the beginning of an interrupted line */
	bool interrupted;    /* head is valid */
};

struct vt_lines *vt_lines_new(vt_line_fn *fn, void *data)
{
	struct vt_lines *l = vt_alloc(sizeof(*l));
	l->fn = fn;
	l->data = data;
	return l;
}

void vt_lines_free(struct vt_lines *l)
{
	if (!l)
		return;
	vt_str_free(&l->clean);
	vt_str_free(&l->head);
	free(l);
}

/* A kernel time stamp: "[    1.234567] ", or with "[ T1]" after it. */
static bool is_stamp(const char *s)
{
	if (*s != '[')
		return false; /* the line may be empty */
	const char *p = s + 1;
	p += strspn(p, " ");
	size_t seconds = strspn(p, "0123456789");
	if (!seconds || p[seconds] != '.')
		return false;
	p += seconds + 1;
	return strspn(p, "0123456789") == 6 && p[6] == ']' &&
	       (p[7] == ' ' || p[7] == '[');
}

/* Return: the first kernel time stamp after the line's first byte, or NULL */
static const char *find_stamp(const char *line)
{
	const char *s = *line ? line + 1 : line;
	while ((s = strchr(s, '[')) && !is_stamp(s))
		s++;
	return s;
}

/* The text after a time stamp, which may have "[ T1]" after it. */
static const char *after_stamp(const char *stamp)
{
	const char *s = strchr(stamp, ']') + 1;
	const char *end = *s == '[' ? strchr(s, ']') : NULL;
	s = end ? end + 1 : s;
	return s + strspn(s, " ");
}

/* The text after "cloud-init[301]: ", or NULL. */
static const char *after_name(const char *s)
{
	static const char name[] = "cloud-init";
	if (!vt_str_starts(s, name))
		return NULL;
	s += strlen(name);
	if (*s == '[') {
		s += 1 + strspn(s + 1, "0123456789");
		s = *s == ']' ? s + 1 : "";
	}
	return vt_str_starts(s, ": ") ? s + 2 : NULL;
}

const char *vt_lines_text(const char *line)
{
	const char *s = is_stamp(line) ? after_stamp(line) : line;
	const char *name = after_name(s);
	/* journald prints whole lines, also after a prompt */
	for (const char *p = line; !name && (p = find_stamp(p));)
		name = after_name(after_stamp(p));
	return name ? name : s;
}

enum vt_speaker vt_lines_speaker(const char *line)
{
	const char *s = is_stamp(line) ? after_stamp(line) : line;
	if (vt_lines_text(line) != s)
		return VT_SPEAKER_NAMED;
	return s == line ? VT_SPEAKER_PLAIN : VT_SPEAKER_KERNEL;
}

bool vt_lines_interrupted(const char *line)
{
	const char *stamp = find_stamp(line);
	return stamp && !after_name(after_stamp(stamp));
}

static void pass_joined(struct vt_lines *l)
{
	if (l->interrupted && l->head.len)
		l->fn(l->data, VT_LINE_JOINED, l->head.s, l->head.len);
	l->head.len = 0;
	l->interrupted = false;
}

/* Add a part of an interrupted line: the last part if it has no time stamp. */
static void join(struct vt_lines *l, const char *line, size_t len)
{
	const char *stamp = find_stamp(line);
	size_t part = stamp ? (size_t)(stamp - line) : len;
	if (is_stamp(line)) {
		if (!stamp)
			return; /* a kernel message */
		/* a program's line, stamped by journald, begins here */
		pass_joined(l);
	}
	if (!stamp && !l->interrupted)
		return;
	if (l->head.len + part <= MAX_LINE)
		vt_str_addn(&l->head, line, part);
	l->interrupted = true;
	if (!stamp)
		pass_joined(l);
}

/* The text made printable; most text is already. */
static const char *printable(struct vt_lines *l, const char *s, size_t *len)
{
	size_t i = 0;
	while (i < *len && ((s[i] >= 0x20 && s[i] < 0x7f) || s[i] == '\t'))
		i++;
	if (i == *len)
		return s;
	l->clean.len = 0;
	vt_str_printable(&l->clean, s, *len, false);
	*len = l->clean.len;
	return *len ? l->clean.s : "";
}

static void take_line(struct vt_lines *l)
{
	enum vt_line kind = l->cut ? VT_LINE_REST : VT_LINE_COMPLETE;
	size_t len = l->raw_len;
	l->raw[len] = '\0';
	l->raw_len = 0;
	const char *line = printable(l, l->raw, &len);
	if (len)
		l->fn(l->data, kind, line, len);
	join(l, line, len);
}

void vt_lines_feed(struct vt_lines *l, const void *bytes, size_t len)
{
	const char *p = bytes, *end = p + len;
	while (p < end) {
		if (l->after_cr && *p == '\n') {
			l->after_cr = false;
			p++;
			continue;
		}
		l->after_cr = false;
		size_t free = MAX_LINE - l->raw_len;
		size_t n = (size_t)(end - p) < free ? (size_t)(end - p) : free;
		const char *nl = memchr(p, '\n', n);
		if (nl)
			n = (size_t)(nl - p);
		const char *cr = memchr(p, '\r', n);
		if (cr)
			n = (size_t)(cr - p);
		memcpy(l->raw + l->raw_len, p, n);
		l->raw_len += n;
		p += n;
		if (nl || cr)
			p++;
		l->after_cr = cr != NULL;
		bool ends = nl || cr;
		if (ends || l->raw_len == MAX_LINE) {
			take_line(l);
			l->cut = !ends;
		}
	}
}

void vt_lines_quiet(struct vt_lines *l)
{
	size_t len = l->raw_len;
	l->raw[len] = '\0';
	const char *line = printable(l, l->raw, &len);
	if (len)
		l->fn(l->data, VT_LINE_PARTIAL, line, len);
	if (!l->interrupted || l->head.len + len > MAX_LINE)
		return;
	VT_AUTO_STR struct vt_str whole = VT_STR_INIT;
	vt_str_addn(&whole, l->head.s, l->head.len);
	vt_str_addn(&whole, line, len);
	if (whole.len)
		l->fn(l->data, VT_LINE_PARTIAL, whole.s, whole.len);
}

void vt_lines_forget(struct vt_lines *l)
{
	l->raw_len = 0;
	l->cut = false;
	l->head.len = 0;
	l->interrupted = false;
}

void vt_lines_end(struct vt_lines *l)
{
	take_line(l);
	pass_joined(l);
}
