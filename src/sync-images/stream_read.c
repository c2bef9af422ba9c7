#include "stream_read.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum {
	/* Products of real streams are below 1 MB, and some thousands. */
	VALUE_MAX = 4 << 20,
	NAME_MAX_BYTES = 1000,
	PRODUCTS_MAX = 50000,
	/* What jansson takes, about: an object; an array; a member's key and
	 * its value. */
	COST_OBJECT = 256,
	COST_ARRAY = 128,
	COST_MEMBER = 176,
	COST_FREE = 4 << 20,
	COST_RATIO = 5,
};

struct reader {
	FILE *f;
	const char *name;
	long line, column;  /* of the next byte */
	struct vt_str text; /* the last value, as it stands there */
	long text_line, text_column;
	size_t head_len; /* all that is no product */
	json_t *names;   /* of products */
};

static void reader_free(struct reader *r)
{
	vt_str_free(&r->text);
	json_decref(r->names);
}

static int bad(struct reader *r, const char *why, struct vt_err **err)
{
	return vt_err_set(err, VT_USAGE, "%s:%ld:%ld: %s", r->name, r->line,
		r->column, why);
}

static int peek(struct reader *r)
{
	int c = getc_unlocked(r->f);
	if (c != EOF)
		ungetc(c, r->f);
	return c;
}

static int get(struct reader *r)
{
	int c = getc_unlocked(r->f);
	if (c == '\n') {
		r->line++;
		r->column = 1;
	} else if (c != EOF) {
		r->column++;
	}
	return c;
}

static bool is_space(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Return: the next byte that is no space, not taken */
static int skip_space(struct reader *r)
{
	int c;
	while (is_space(c = peek(r)))
		get(r);
	return c;
}

static int expect(struct reader *r, int wanted, struct vt_err **err)
{
	char why[] = "'?' expected";
	if (skip_space(r) == wanted) {
		get(r);
		return 0;
	}
	why[1] = (char)wanted;
	return bad(r, why, err);
}

static size_t cost_of(int c)
{
	switch (c) {
	case '{':
		return COST_OBJECT + COST_MEMBER / 2;
	case '[':
		return COST_ARRAY + COST_MEMBER / 2;
	case ',':
	case ':':
		return COST_MEMBER / 2;
	default:
		return 0;
	}
}

/* The text of one value, of which only strings and brackets are understood.
 */
static int take(struct reader *r, size_t max, struct vt_err **err)
{
	bool in_string = false, escaped = false, ended = false;
	size_t depth = 0, cost = 0;
	int c = skip_space(r);
	r->text.len = 0;
	r->text_line = r->line;
	r->text_column = r->column;
	for (; !ended && (c = peek(r)) != EOF;) {
		/* a number or a word ends before what follows it */
		if (!in_string && !depth && r->text.len &&
			(is_space(c) || strchr(",:]}", c)))
			break;
		vt_str_addc(&r->text, (char)get(r));
		if (r->text.len > max)
			return bad(r, "a value that is too long", err);
		if (in_string) {
			in_string = escaped || c != '"';
			escaped = !escaped && c == '\\';
			ended = !in_string && !depth;
			continue;
		}
		in_string = c == '"';
		cost += cost_of(c);
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			ended = depth == 0 || --depth == 0;
		if (cost > COST_FREE + COST_RATIO * r->text.len)
			return bad(r,
				"so many small values that they would "
				"take too much memory",
				err);
	}
	return 0;
}

/* Return: what was taken; new reference */
static json_t *parse(struct reader *r, struct vt_err **err)
{
	json_error_t why;
	json_t *j = json_loadb(vt_str_c(&r->text), r->text.len,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (j)
		return j;
	long line = why.line < 1 ? 1 : why.line;
	long column = why.column < 1 ? 1 : why.column;
	vt_err_set(err, VT_USAGE, "%s:%ld:%ld: %s", r->name,
		r->text_line + line - 1,
		line == 1 ? r->text_column + column - 1 : column, why.text);
	return NULL;
}

/* Return: the key of a member, up to its value; new reference */
static json_t *take_key(struct reader *r, struct vt_err **err)
{
	if (skip_space(r) != '"') {
		bad(r, "a name in quotes expected", err);
		return NULL;
	}
	if (take(r, NAME_MAX_BYTES, err) < 0)
		return NULL;
	json_t *key = parse(r, err);
	if (key && expect(r, ':', err) == 0)
		return key;
	json_decref(key);
	return NULL;
}

typedef int member(
	struct reader *r, const char *key, void *ctx, struct vt_err **err);

/* An object, member by member. */
static int walk(struct reader *r, member *each, void *ctx, struct vt_err **err)
{
	if (expect(r, '{', err) < 0)
		return -1;
	if (skip_space(r) == '}') {
		get(r);
		return 0;
	}
	for (;;) {
		VT_AUTO_JSON json_t *key = take_key(r, err);
		if (!key)
			return -1;
		int rc = each(r, json_string_value(key), ctx, err);
		if (rc)
			return rc;
		if (skip_space(r) != ',')
			return expect(r, '}', err);
		get(r);
	}
}

struct target {
	json_t *head;
	stream_product *visit;
	void *ctx;
};

static int product(
	struct reader *r, const char *key, void *ctx, struct vt_err **err)
{
	struct target *t = ctx;
	if (json_object_get(r->names, key))
		return bad(r, "a product for the second time", err);
	json_object_set_new(r->names, key, json_true());
	if (json_object_size(r->names) > PRODUCTS_MAX)
		return bad(r, "too many products", err);
	if (take(r, VALUE_MAX, err) < 0)
		return -1;
	if (!t->visit)
		return 0;
	VT_AUTO_JSON json_t *j = parse(r, err);
	const struct product p = {key, j};
	return j ? t->visit(&p, t->ctx, err) : -1;
}

static int top(
	struct reader *r, const char *key, void *ctx, struct vt_err **err)
{
	struct target *t = ctx;
	bool products = !strcmp(key, "products");
	if (products ? r->names : json_object_get(t->head, key))
		return bad(r, "a name for the second time", err);
	if (products) {
		r->names = json_object();
		return walk(r, product, t, err);
	}
	if (r->head_len > VALUE_MAX)
		return bad(r, "too much that is no product", err);
	if (take(r, VALUE_MAX - r->head_len, err) < 0)
		return -1;
	r->head_len += r->text.len + COST_MEMBER;
	json_t *j = parse(r, err);
	if (!j)
		return -1;
	json_object_set_new(t->head, key, j);
	return 0;
}

int stream_read(FILE *f, const char *name, json_t **head, stream_product *visit,
	void *ctx, struct vt_err **err)
{
	__attribute__((cleanup(reader_free))) struct reader r = {
		.f = f, .name = name, .line = 1, .column = 1};
	VT_AUTO_JSON json_t *found = json_object();
	struct target t = {.head = found, .visit = visit, .ctx = ctx};
	int rc = walk(&r, top, &t, err);
	if (rc)
		return rc;
	if (skip_space(&r) != EOF)
		return bad(&r, "something behind its end", err);
	if (head)
		*head = json_incref(found);
	return 0;
}
