#include "stream_read.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum {
	/* Real streams have some thousands of products, each below 1 MB. */
	VALUE_MAX = 4 << 20,
	NAME_MAX_BYTES = 1000,
	PRODUCTS_MAX = 50000,
	/* Approximate memory of jansson in bytes: an object; an array; a member
	 * (key and value). */
	COST_OBJECT = 256,
	COST_ARRAY = 128,
	COST_MEMBER = 176,
	/* Bound: COST_FREE + COST_RATIO * length of the text. */
	COST_FREE = 4 << 20,
	COST_RATIO = 5,
};

struct reader {
	FILE *f;
	const char *name;
	long line, column;  /* of the next byte */
	struct vt_str text; /* of the last value */
	long text_line, text_column;
	size_t head_len; /* bytes of all values outside "products" */
	json_t *names;   /* product name -> true; NULL: no "products" yet */
};

static void reader_free(struct reader *r)
{
	vt_str_free(&r->text);
	json_decref(r->names);
}

static int syntax_error(struct reader *r, const char *why, struct vt_err **err)
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

/* Return: the next byte that is not white space; it is not consumed */
static int skip_space(struct reader *r)
{
	int c;
	while (is_space(c = peek(r)))
		get(r);
	return c;
}

static int expect(struct reader *r, int wanted, struct vt_err **err)
{
	char why[] = "expected '?'";
	if (skip_space(r) == wanted) {
		get(r);
		return 0;
	}
	why[sizeof(why) - 3] = (char)wanted;
	return syntax_error(r, why, err);
}

/* The memory that a byte outside of strings stands for: each separator counts
 * as half a member. */
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

/* Read the text of one value into r->text. Only strings and brackets are
 * recognised, to find its end; parse() checks the rest. */
static int read_value(struct reader *r, size_t max, struct vt_err **err)
{
	bool in_string = false, escaped = false, ended = false;
	size_t depth = 0, cost = 0;
	int c = skip_space(r);
	r->text.len = 0;
	r->text_line = r->line;
	r->text_column = r->column;
	for (; !ended && (c = peek(r)) != EOF;) {
		/* a number or literal ends before the byte that follows it */
		if (!in_string && !depth && r->text.len &&
			(is_space(c) || strchr(",:]}", c)))
			break;
		vt_str_addc(&r->text, (char)get(r));
		if (r->text.len > max)
			return syntax_error(r, "value is too long", err);
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
			return syntax_error(r,
				"too many small values: parsing them would "
				"take too much memory",
				err);
	}
	return 0;
}

/* Parse r->text. Return: new reference */
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

/* Read a key and the colon after it. Return: the key; new reference */
static json_t *read_key(struct reader *r, struct vt_err **err)
{
	if (skip_space(r) != '"') {
		syntax_error(r, "expected a name in double quotes", err);
		return NULL;
	}
	if (read_value(r, NAME_MAX_BYTES, err) < 0)
		return NULL;
	json_t *key = parse(r, err);
	if (key && expect(r, ':', err) == 0)
		return key;
	json_decref(key);
	return NULL;
}

typedef int on_member(
	struct reader *r, const char *key, void *ctx, struct vt_err **err);

/* Read an object; `each` must read the value of a member. */
static int read_object(
	struct reader *r, on_member *each, void *ctx, struct vt_err **err)
{
	if (expect(r, '{', err) < 0)
		return -1;
	if (skip_space(r) == '}') {
		get(r);
		return 0;
	}
	for (;;) {
		VT_AUTO_JSON json_t *key = read_key(r, err);
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

static int on_product(
	struct reader *r, const char *key, void *ctx, struct vt_err **err)
{
	struct target *t = ctx;
	if (json_object_get(r->names, key))
		return syntax_error(r, "duplicate product", err);
	json_object_set_new(r->names, key, json_true());
	if (json_object_size(r->names) > PRODUCTS_MAX)
		return syntax_error(r, "too many products", err);
	if (read_value(r, VALUE_MAX, err) < 0)
		return -1;
	if (!t->visit)
		return 0;
	VT_AUTO_JSON json_t *j = parse(r, err);
	const struct product p = {key, j};
	return j ? t->visit(&p, t->ctx, err) : -1;
}

static int on_top_member(
	struct reader *r, const char *key, void *ctx, struct vt_err **err)
{
	struct target *t = ctx;
	bool products = !strcmp(key, "products");
	if (products ? r->names : json_object_get(t->head, key))
		return syntax_error(r, "duplicate name", err);
	if (products) {
		r->names = json_object();
		return read_object(r, on_product, t, err);
	}
	if (r->head_len > VALUE_MAX)
		return syntax_error(
			r, "too much data outside of \"products\"", err);
	if (read_value(r, VALUE_MAX - r->head_len, err) < 0)
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
	int rc = read_object(&r, on_top_member, &t, err);
	if (rc)
		return rc;
	if (skip_space(&r) != EOF)
		return syntax_error(&r, "unexpected data after the end", err);
	if (head)
		*head = json_incref(found);
	return 0;
}
