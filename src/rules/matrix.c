/* From a definition's keys to its tests: releases and matrix. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "extend.h"
#include "keys.h"
#include "pairwise.h"
#include "releases.h"
#include "test/topdir.h"

enum { MAX_MEMBERS = 1000, MAX_AXES = 16, MAX_VALUES = 250 };

/* An axis: the rows of releases, or a key of the matrix. */
struct axis {
	const char *key;
	struct vt_node **values;
	size_t n;
};

struct matrix {
	struct vt_files *files;
	const struct vt_node *keys, *matrix, *releases;
	struct axis axes[MAX_AXES + 1];
	size_t n_axes;
};

static int add_axis(struct matrix *m, const char *key,
	const struct vt_node *values, struct vt_err **err)
{
	if (vt_node_expect(values, VT_SEQ, err) < 0)
		return -1;
	if (values->n == 0)
		return vt_node_err(values, err, "the list of values is empty");
	if (values->n > MAX_VALUES)
		return vt_node_err(
			values, err, "more than %d values", MAX_VALUES);
	for (size_t i = 0; i < values->n; i++) {
		if (vt_node_expect(values->items[i], VT_SCALAR, err) < 0)
			return -1;
		for (size_t k = 0; k < i; k++)
			if (!strcmp(values->items[i]->text,
				    values->items[k]->text))
				return vt_node_err(values->items[i], err,
					"'%s' is listed twice",
					values->items[i]->text);
	}
	m->axes[m->n_axes++] = (struct axis){key, values->items, values->n};
	return 0;
}

/* `releases: focal` is not an axis; a list or "focal,jammy" is. */
static int add_releases(struct matrix *m, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(m->keys, "releases");
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	if (vt_node_is_null(n))
		return 0;
	m->releases = n;
	if (n->kind != VT_SCALAR)
		return add_axis(m, "releases", n, err);
	vt_words_of(n, &words);
	if (words.n == 0)
		return vt_node_err(n, err, "no release given");
	if (words.n == 1)
		return 0;
	struct vt_doc *doc = vt_files_own(m->files);
	struct vt_node *list = vt_node_seq(doc);
	for (size_t i = 0; i < words.n; i++) {
		struct vt_node *word = vt_node_string(doc, words.v[i]);
		word->pos = n->pos;
		vt_node_push(doc, list, word);
	}
	list->pos = n->pos;
	return add_axis(m, "releases", list, err);
}

static int add_matrix(struct matrix *m, struct vt_err **err)
{
	const struct vt_node *matrix = vt_node_get(m->keys, "matrix");
	if (vt_node_is_null(matrix))
		return 0;
	if (vt_node_expect(matrix, VT_MAP, err) < 0 ||
		vt_keys_check(matrix, err) < 0)
		return -1;
	if (matrix->n > MAX_AXES)
		return vt_node_err(matrix, err, "more than %d keys", MAX_AXES);
	m->matrix = matrix;
	for (size_t i = 0; i < matrix->n; i++) {
		static const char *const not_here[] = {
			"extends", "matrix", "pairwise", "releases"};
		const char *key = matrix->keys[i]->text;
		for (size_t k = 0; k < VT_COUNT(not_here); k++)
			if (!strcmp(not_here[k], key))
				return vt_node_err(matrix->keys[i], err,
					"'%s' cannot be a key of a matrix",
					key);
		if (add_axis(m, key, matrix->items[i], err) < 0)
			return -1;
	}
	return 0;
}

/* All combinations, counted with the last axis fastest; 0: too many. */
static size_t all_rows(const struct matrix *m, size_t **rows)
{
	size_t count = 1;
	for (size_t i = 0; i < m->n_axes; i++) {
		count *= m->axes[i].n;
		if (count > MAX_MEMBERS)
			return 0;
	}
	*rows = vt_calloc(count * m->n_axes, sizeof(**rows));
	for (size_t r = 0; r < count; r++) {
		size_t number = r;
		for (size_t i = m->n_axes; i-- > 0;) {
			(*rows)[r * m->n_axes + i] = number % m->axes[i].n;
			number /= m->axes[i].n;
		}
	}
	return count;
}

static size_t pairwise_rows(const struct matrix *m, size_t **rows)
{
	size_t sizes[MAX_AXES + 1];
	for (size_t i = 0; i < m->n_axes; i++)
		sizes[i] = m->axes[i].n;
	return vt_pairwise(sizes, m->n_axes, MAX_MEMBERS, rows);
}

/* A row's keys override inherited ones; a key that is also set in the
 * definition itself is an error. */
static int put_row(struct matrix *m, struct vt_doc *doc, struct vt_node *map,
	const struct vt_node *name, struct vt_err **err)
{
	const struct vt_node *row = vt_releases_row(m->files, name, err);
	for (size_t i = 0; row && i < row->n; i++) {
		const char *key = row->keys[i]->text;
		const struct vt_node *said = vt_node_get(m->keys, key);
		if (said && vt_str_eq(said->pos.file, m->releases->pos.file))
			return vt_node_err(said, err,
				"'%s' is set both here and by the release '%s'",
				key, name->text);
		vt_node_set(doc, map, key, row->items[i]);
	}
	return row ? 0 : -1;
}

/* A path is shortened to the file name without extension. */
static void add_value(struct vt_str *name, const char *value)
{
	const char *slash = strrchr(value, '/');
	const char *word = slash ? slash + 1 : value;
	size_t n = strlen(word);
	if (slash && vt_str_ends(word, ".yaml"))
		n -= strlen(".yaml");
	vt_str_addn(name, word, n);
}

/* The keys of one combination; appends its values to the name. */
static const struct vt_node *member_keys(struct matrix *m, const size_t *row,
	struct vt_str *name, struct vt_err **err)
{
	struct vt_doc *doc = vt_files_own(m->files);
	struct vt_node *map = doc->root;
	const struct vt_node *release =
		m->releases && m->releases->kind == VT_SCALAR ? m->releases
							      : NULL;
	map->pos = m->keys->pos;
	for (size_t i = 0; i < m->keys->n; i++)
		if (m->keys->items[i] != m->matrix &&
			strcmp(m->keys->keys[i]->text, "pairwise") != 0)
			vt_node_set(doc, map, m->keys->keys[i]->text,
				m->keys->items[i]);
	for (size_t i = 0; i < m->n_axes; i++) {
		const struct axis *a = &m->axes[i];
		struct vt_node *value = a->values[row[i]];
		vt_str_addc(name, i ? '+' : '@');
		if (strcmp(a->key, "releases") != 0)
			vt_str_addf(name, "%s-", a->key);
		else
			release = value;
		add_value(name, value->text);
		vt_node_set(doc, map, a->key, value);
	}
	if (release && put_row(m, doc, map, release, err) < 0)
		return NULL;
	/* the matrix overrides the row */
	for (size_t i = 0; i < m->n_axes; i++)
		vt_node_set(
			doc, map, m->axes[i].key, m->axes[i].values[row[i]]);
	return map;
}

static int each(struct matrix *m, const char *name, const size_t *row,
	vt_member *member, void *ctx, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str full = VT_STR_INIT;
	vt_str_add(&full, name);
	const struct vt_node *keys = member_keys(m, row, &full, err);
	if (!keys)
		return -1;
	VT_AUTO_FREE char *fault = vt_test_name_fault(full.s);
	if (fault)
		return vt_node_err(
			m->matrix ? m->matrix : m->releases, err, "%s", fault);
	return member(ctx, full.s, keys, err);
}

int vt_matrix_each(struct vt_files *files, const char *name,
	const struct vt_node *keys, vt_member *member, void *ctx,
	struct vt_err **err)
{
	struct matrix m = {.files = files, .keys = keys};
	const struct vt_node *said = vt_node_get(keys, "pairwise");
	VT_AUTO_FREE size_t *rows = NULL;
	bool pairwise = false;
	if (add_releases(&m, err) < 0 || add_matrix(&m, err) < 0 ||
		(!vt_node_is_null(said) &&
			vt_node_bool(said, &pairwise, err) < 0))
		return -1;
	if (pairwise && !m.n_axes)
		return vt_node_err(said, err,
			"'pairwise' requires a 'matrix' or several 'releases'");
	if (!m.n_axes && !m.releases)
		return member(ctx, name, keys, err);
	if (!m.n_axes)
		return each(&m, name, NULL, member, ctx, err);
	size_t n = pairwise ? pairwise_rows(&m, &rows) : all_rows(&m, &rows);
	if (!n)
		return vt_node_err(m.matrix ? m.matrix : m.releases, err,
			"more than %d combinations%s", MAX_MEMBERS,
			pairwise ? "" : ": consider 'pairwise: true'");
	for (size_t i = 0; i < n; i++)
		if (each(&m, name, rows + i * m.n_axes, member, ctx, err) < 0)
			return -1;
	return 0;
}
