/* Single values of records: convert between a member of a struct and its node.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/doc_internal.h"
#include "data/record_internal.h"

static int read_bytes(const struct vt_member *m, const struct vt_node *n,
	uint64_t *to, struct vt_err **err)
{
	if (vt_node_size(n, to, err) < 0)
		return -1;
	if (*to < (uint64_t)m->min || (m->max && *to > (uint64_t)m->max))
		return vt_node_err(n, err, "%s must be from %ld to %ld bytes",
			m->key, m->min, m->max ? m->max : LONG_MAX);
	return 0;
}

/* Return: the index of a word, or -1 */
static int read_word(
	const struct vt_member *m, const struct vt_node *n, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	const char *s;

	if (vt_node_str(n, &s, err) < 0)
		return -1;
	for (int i = 0; m->words[i]; i++) {
		if (!*m->words[i])
			continue;
		if (!strcmp(s, m->words[i]))
			return i;
		vt_str_item(&all, ", ", m->words[i]);
	}
	VT_AUTO_FREE char *found = vt_doc_quoted(s);
	return vt_node_err(
		n, err, "%s %s is not one of %s", m->key, found, all.s);
}

static int read_row(const struct vt_member *m, const struct vt_node *n,
	const void **to, struct vt_err **err)
{
	const char *s;

	if (vt_node_str(n, &s, err) < 0)
		return -1;
	*to = m->row(s);
	if (*to)
		return 0;
	VT_AUTO_FREE char *found = vt_doc_quoted(s);
	return vt_node_err(
		n, err, "%s %s is not one of %s", m->key, found, m->rows());
}

static int read_path(const struct vt_node *n, const char *dir,
	struct vt_doc *doc, const char **to, struct vt_err **err)
{
	const char *s;

	if (vt_node_str(n, &s, err) < 0)
		return -1;
	*to = s;
	if (dir) {
		VT_AUTO_FREE char *full = vt_fs_join(dir, s);
		*to = vt_arena_strndup(doc->arena, full, strlen(full));
	}
	return 0;
}

/* Parse 12, 12.3 or 12.345; more than three decimals are cut off. */
static int parse_seconds(const char *s, uint64_t *ms)
{
	size_t whole = strspn(s, "0123456789");
	uint64_t v = 0;

	if (whole == 0 || whole > 12)
		return -1;
	for (size_t i = 0; i < whole; i++)
		v = v * 10 + (uint64_t)(s[i] - '0');
	s += whole;
	size_t part = 0;
	if (*s == '.') {
		part = strspn(++s, "0123456789");
		if (s[part])
			return -1;
	} else if (*s) {
		return -1;
	}
	for (size_t i = 0; i < 3; i++)
		v = v * 10 + (i < part ? (uint64_t)(s[i] - '0') : 0);
	*ms = v;
	return 0;
}

static int read_seconds(
	const struct vt_node *n, uint64_t *to, struct vt_err **err)
{
	enum vt_scalar_type type = vt_node_type(n);

	if ((type == VT_TYPE_INT || type == VT_TYPE_FLOAT) &&
		parse_seconds(n->text, to) == 0)
		return 0;
	return vt_node_err(n, err,
		"expected a number of seconds such as 12.345, found %s",
		vt_node_kind_name(n));
}

int vt_member_read(const struct vt_member *m, const struct vt_node *n,
	const char *dir, struct vt_doc *doc, void *to, struct vt_err **err)
{
	int word;

	switch (m->kind) {
	case VT_MEMBER_TEXT:
		if (m->words && read_word(m, n, err) < 0)
			return -1;
		return vt_node_str(n, to, err);
	case VT_MEMBER_INT:
		return vt_node_int(
			n, m->min, m->max ? m->max : LONG_MAX, to, err);
	case VT_MEMBER_BYTES:
		return read_bytes(m, n, to, err);
	case VT_MEMBER_BOOL:
		return vt_node_bool(n, to, err);
	case VT_MEMBER_WORD:
		word = read_word(m, n, err);
		if (word < 0)
			return -1;
		*(int *)to = word;
		return 0;
	case VT_MEMBER_ROW:
		return read_row(m, n, to, err);
	case VT_MEMBER_PATH:
		return read_path(n, dir, doc, to, err);
	case VT_MEMBER_SECONDS:
		return read_seconds(n, to, err);
	case VT_MEMBER_NODE:
		if (m->node != VT_SCALAR && vt_node_expect(n, m->node, err) < 0)
			return -1;
		*(const struct vt_node **)to = n;
		return 0;
	default:
		abort(); /* a list or a record */
	}
}

void vt_member_default(const struct vt_member *m, void *to)
{
	struct vt_member unlimited = *m;
	const struct vt_node n = {
		.kind = VT_SCALAR, .text = (char *)m->init, .plain = true};

	if (!m->init)
		return;
	unlimited.min = LONG_MIN;
	unlimited.max = 0;
	if (m->kind == VT_MEMBER_BYTES)
		unlimited.min = 0;
	/* a string, even if it looks like null, true or 12 */
	if (m->kind == VT_MEMBER_TEXT || m->kind == VT_MEMBER_PATH)
		*(const char **)to = m->init;
	else if (vt_member_read(&unlimited, &n, NULL, NULL, to, NULL) < 0)
		abort(); /* a bug in the table */
}

static size_t size_of(enum vt_member_kind kind)
{
	switch (kind) {
	case VT_MEMBER_BOOL:
		return sizeof(bool);
	case VT_MEMBER_WORD:
		return sizeof(int);
	default:
		return sizeof(long);
	}
}

static bool is_default(const struct vt_member *m, const void *from)
{
	union {
		const char *text;
		uint64_t any;
	} v = {0};

	if (!m->init || m->required || m->always)
		return false;
	vt_member_default(m, &v);
	if (m->kind == VT_MEMBER_TEXT || m->kind == VT_MEMBER_PATH)
		return vt_str_eq(v.text, *(const char *const *)from);
	return memcmp(&v, from, size_of(m->kind)) == 0;
}

static struct vt_node *seconds_node(struct vt_doc *doc, uint64_t ms)
{
	VT_AUTO_FREE char *s = vt_printf("%llu.%03u",
		(unsigned long long)(ms / 1000), (unsigned)(ms % 1000));

	return vt_node_plain(doc, s);
}

struct vt_node *vt_member_write(
	const struct vt_member *m, struct vt_doc *doc, const void *from)
{
	if (is_default(m, from))
		return NULL;
	switch (m->kind) {
	case VT_MEMBER_INT:
		return vt_node_number(doc, *(const long *)from);
	case VT_MEMBER_BYTES:
		return vt_node_number(doc, (int64_t) * (const uint64_t *)from);
	case VT_MEMBER_BOOL:
		return vt_node_boolean(doc, *(const bool *)from);
	case VT_MEMBER_WORD:
		return vt_node_string(doc, m->words[*(const int *)from]);
	case VT_MEMBER_SECONDS:
		return seconds_node(doc, *(const uint64_t *)from);
	default:
		break;
	}
	const void *p = *(const void *const *)from;
	if (!p && m->always && m->init)
		return vt_node_string(doc, m->init);
	if (!p)
		return NULL;
	if (m->kind == VT_MEMBER_NODE)
		return vt_node_copy(doc, p);
	/* a row starts with its name */
	return vt_node_string(
		doc, m->kind == VT_MEMBER_ROW ? *(const char *const *)p : p);
}
