/* Records: read and write maps and lists. Single values: record_value.c. */
#include "data/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/doc_internal.h"
#include "data/record_internal.h"

/* Arguments of vt_record_read(). */
struct reading {
	const char *dir;
	struct vt_doc *doc;
	struct vt_err **err;
};

static const void *at(const void *in, size_t offset)
{
	return (const char *)in + offset;
}

static void *into(void *out, size_t offset)
{
	return (char *)out + offset;
}

static int read_map(const struct reading *r, const struct vt_record *rec,
	const struct vt_node *map, void *out);

static int keys_known(const struct reading *r, const struct vt_record *rec,
	const struct vt_node *map)
{
	size_t n = 0;
	for (const struct vt_member *m = rec->members; m->key; m++)
		n++;
	VT_AUTO_FREE const char **known = vt_calloc(n + 2, sizeof(*known));
	for (size_t i = 0; i < n; i++)
		known[i] = rec->members[i].key;
	if (rec->format)
		known[n] = "format";
	return vt_node_keys_known(map, known, r->err);
}

static int missing(
	const struct reading *r, const struct vt_node *map, const char *key)
{
	return vt_node_err(map, r->err, "'%s' is missing", key);
}

static int count_items(const struct reading *r, const struct vt_member *m,
	const struct vt_node *n)
{
	size_t max = m->max ? (size_t)m->max : VT_RECORD_MAX_ITEMS;
	if (vt_node_expect(n, m->kind == VT_MEMBER_NAMED ? VT_MAP : VT_SEQ,
		    r->err) < 0)
		return -1;
	if (n->n > max)
		return vt_node_err(
			n, r->err, "'%s' has more than %zu items", m->key, max);
	if (n->n < (size_t)m->min)
		return vt_node_err(n, r->err, "'%s' has fewer than %ld items",
			m->key, m->min);
	return 0;
}

static int read_texts(const struct reading *r, const struct vt_member *m,
	const struct vt_node *n, struct vt_strv *out)
{
	if (count_items(r, m, n) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		const char *s;
		if (vt_node_str(n->items[i], &s, r->err) < 0)
			return -1;
		vt_strv_add(out, s);
	}
	return 0;
}

static int read_array(const struct reading *r, const struct vt_member *m,
	const struct vt_node *n, void *out)
{
	void **array = into(out, m->offset);
	size_t *count = into(out, m->count);
	if (count_items(r, m, n) < 0)
		return -1;
	if (n->n)
		*array = vt_calloc(n->n, m->size);
	*count = n->n;
	for (size_t i = 0; i < n->n; i++) {
		void *item = into(*array, i * m->size);
		if (m->kind == VT_MEMBER_NAMED)
			*(const char **)item = n->keys[i]->text;
		if (read_map(r, m->record, n->items[i], item) < 0)
			return -1;
	}
	return 0;
}

static int read_value(const struct reading *r, const struct vt_member *m,
	const struct vt_node *n, void *out)
{
	void *to = into(out, m->offset);
	int rc;
	switch (m->kind) {
	case VT_MEMBER_TEXTS:
		return read_texts(r, m, n, to);
	case VT_MEMBER_RECORDS:
	case VT_MEMBER_NAMED:
		return read_array(r, m, n, out);
	case VT_MEMBER_RECORD:
		rc = read_map(r, m->record, n, to);
		break;
	default:
		rc = vt_member_read(m, n, r->dir, r->doc, to, r->err);
	}
	return rc == 0 && m->check ? m->check(to, n, r->err) : rc;
}

/* Set the defaults of all members, for a record that is missing. */
static void fill_defaults(const struct vt_record *rec, void *out)
{
	for (const struct vt_member *m = rec->members; m->key; m++) {
		if (m->kind == VT_MEMBER_RECORD)
			fill_defaults(m->record, into(out, m->offset));
		else
			vt_member_default(m, into(out, m->offset));
	}
}

static int read_member(const struct reading *r, const struct vt_member *m,
	const struct vt_node *map, void *out)
{
	const struct vt_node *n = vt_node_get(map, m->key);
	if (!vt_node_is_null(n))
		return read_value(r, m, n, out);
	if (m->required)
		return missing(r, map, m->key);
	if (m->kind == VT_MEMBER_RECORD)
		fill_defaults(m->record, into(out, m->offset));
	else
		vt_member_default(m, into(out, m->offset));
	return 0;
}

static int read_map(const struct reading *r, const struct vt_record *rec,
	const struct vt_node *map, void *out)
{
	if (vt_node_expect(map, VT_MAP, r->err) < 0)
		return -1;
	if (rec->format) {
		/* Check this first: keys of another format would be reported as
		 * unknown. */
		const struct vt_node *n = vt_node_get(map, "format");
		long format;
		if (vt_node_is_null(n))
			return missing(r, map, "format");
		if (vt_node_int(n, rec->format, rec->format, &format, r->err) <
			0)
			return -1;
	}
	if (keys_known(r, rec, map) < 0)
		return -1;
	for (const struct vt_member *m = rec->members; m->key; m++)
		if (read_member(r, m, map, out) < 0)
			return -1;
	return rec->check ? rec->check(out, map, r->err) : 0;
}

int vt_record_read(const struct vt_record *rec, const struct vt_node *map,
	const char *dir, struct vt_doc *doc, void *out, struct vt_err **err)
{
	const struct reading r = {dir, doc, err};
	return read_map(&r, rec, map, out);
}

struct vt_doc *vt_record_load(const struct vt_record *rec, const char *dir,
	const char *file, void *out, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, file);
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load(path, err);
	if (!doc || vt_record_read(rec, doc->root, dir, doc, out, err) < 0)
		return NULL;
	struct vt_doc *done = doc;
	doc = NULL;
	return done;
}

/* Writing */

static struct vt_node *write_texts(
	struct vt_doc *doc, const struct vt_member *m, const struct vt_strv *l)
{
	if (!l->n && !m->required && !m->always)
		return NULL;
	struct vt_node *seq = vt_node_seq(doc);
	for (size_t i = 0; i < l->n; i++)
		vt_node_push(doc, seq, vt_node_string(doc, l->v[i]));
	return seq;
}

static struct vt_node *write_array(
	struct vt_doc *doc, const struct vt_member *m, const void *in)
{
	const char *array = *(const char *const *)at(in, m->offset);
	size_t n = *(const size_t *)at(in, m->count);
	if (!n && !m->required && !m->always)
		return NULL;
	bool named = m->kind == VT_MEMBER_NAMED;
	struct vt_node *node = named ? vt_node_map(doc) : vt_node_seq(doc);
	for (size_t i = 0; i < n; i++) {
		const void *item = array + i * m->size;
		struct vt_node *map = vt_record_write(m->record, doc, item);
		if (named)
			vt_node_set(doc, node, *(const char *const *)item, map);
		else
			vt_node_push(doc, node, map);
	}
	return node;
}

/* An optional record is not written if it is empty or if one of its required
 * members is missing. */
static struct vt_node *write_record(
	struct vt_doc *doc, const struct vt_member *m, const void *in)
{
	struct vt_node *map = vt_record_write(m->record, doc, in);
	if (m->required)
		return map;
	for (const struct vt_member *k = m->record->members; k->key; k++)
		if (k->required && !vt_node_get(map, k->key))
			return NULL;
	return map->n ? map : NULL;
}

static struct vt_node *write_value(
	struct vt_doc *doc, const struct vt_member *m, const void *in)
{
	const void *from = at(in, m->offset);
	switch (m->kind) {
	case VT_MEMBER_TEXTS:
		return write_texts(doc, m, from);
	case VT_MEMBER_RECORDS:
	case VT_MEMBER_NAMED:
		return write_array(doc, m, in);
	case VT_MEMBER_RECORD:
		return write_record(doc, m, from);
	default:
		return vt_member_write(m, doc, from);
	}
}

struct vt_node *vt_record_write(
	const struct vt_record *rec, struct vt_doc *doc, const void *in)
{
	struct vt_node *map = vt_node_map(doc);
	if (rec->format)
		vt_node_set(
			doc, map, "format", vt_node_number(doc, rec->format));
	for (const struct vt_member *m = rec->members; m->key; m++) {
		struct vt_node *n = write_value(doc, m, in);
		if (n)
			vt_node_set(doc, map, m->key, n);
	}
	return map;
}

int vt_record_save_json(const struct vt_record *rec, const void *in,
	const char *path, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	vt_node_emit_json(vt_record_write(rec, doc, in), &out);
	return vt_fs_write(path, out.s, out.len, 0644, err);
}

void vt_record_each_path(
	const struct vt_record *rec, void *in, vt_record_path *each, void *arg)
{
	for (const struct vt_member *m = rec->members; m->key; m++) {
		bool array = m->kind == VT_MEMBER_RECORDS ||
			     m->kind == VT_MEMBER_NAMED;
		char *member = into(in, m->offset);
		size_t n = array ? *(const size_t *)at(in, m->count) : 0;
		if (m->kind == VT_MEMBER_RECORD)
			vt_record_each_path(m->record, member, each, arg);
		for (size_t i = 0; i < n; i++)
			vt_record_each_path(m->record,
				*(char **)(void *)member + i * m->size, each,
				arg);
		const char **path = (const char **)(void *)member;
		if (m->kind == VT_MEMBER_PATH && *path)
			each(path, arg);
	}
}

/* Memory */

static void free_array(const struct vt_member *m, void *in)
{
	void **array = into(in, m->offset);
	size_t *n = into(in, m->count);
	for (size_t i = 0; i < *n; i++)
		vt_record_free(m->record, into(*array, i * m->size));
	free(*array);
	*array = NULL;
	*n = 0;
}

void vt_record_free(const struct vt_record *rec, void *in)
{
	for (const struct vt_member *m = rec->members; m->key; m++) {
		if (m->kind == VT_MEMBER_TEXTS)
			vt_strv_free(into(in, m->offset));
		else if (m->kind == VT_MEMBER_RECORD)
			vt_record_free(m->record, into(in, m->offset));
		else if (m->kind == VT_MEMBER_RECORDS ||
			 m->kind == VT_MEMBER_NAMED)
			free_array(m, in);
	}
}

void *vt_record_add(void *array, size_t *n, size_t size)
{
	void **v = array;
	*v = vt_realloc(*v, *n + 1, size);
	return memset(into(*v, (*n)++ * size), 0, size);
}
