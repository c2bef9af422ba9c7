#include "reader.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "partition.h"

static void fail_at(struct reader *r, const struct vt_node *at, const char *fmt,
	const char *arg)
{
	if (r->failed)
		return;
	r->failed = true;
	VT_AUTO_FREE char *what = vt_str_replace(fmt, "%s", arg ? arg : "");
	vt_node_err(at ? at : r->e->node, r->err, "storage entry '%s': %s",
		r->e->id ? r->e->id : "?", what);
}

void reader_fail(
	struct reader *r, const char *key, const char *fmt, const char *arg)
{
	fail_at(r, key ? vt_node_get(r->e->node, key) : NULL, fmt, arg);
}

const char *reader_text(struct reader *r, const char *key, bool needed)
{
	const struct vt_node *n = vt_node_get(r->e->node, key);
	const char *s = NULL;
	if (r->failed)
		return NULL;
	if (vt_node_is_null(n)) {
		if (needed)
			reader_fail(r, NULL, "'%s' is missing", key);
		return NULL;
	}
	if (vt_node_str(n, &s, r->err) < 0)
		r->failed = true;
	return s;
}

const char *reader_name(struct reader *r, const char *key)
{
	const char *s = reader_text(r, key, true);
	if (s && (!*s || *s == '-' || *s == '.' || strpbrk(s, "/ \t\n")))
		reader_fail(r, key, "'%s' is no name for a device", s);
	return s;
}

bool reader_bool(struct reader *r, const char *key)
{
	const struct vt_node *n = vt_node_get(r->e->node, key);
	bool v = false;
	if (r->failed || !n)
		return false;
	if (vt_node_type(n) == VT_TYPE_INT && n->text[0] && !n->text[1] &&
		(n->text[0] == '0' || n->text[0] == '1'))
		return n->text[0] == '1';
	if (vt_node_bool(n, &v, r->err) < 0)
		r->failed = true;
	return v;
}

uint64_t reader_size(struct reader *r, const char *key)
{
	const struct vt_node *n = vt_node_get(r->e->node, key);
	uint64_t bytes = 0;
	if (!r->failed && !vt_node_is_null(n) &&
		vt_node_size(n, &bytes, r->err) < 0)
		r->failed = true;
	return bytes;
}

enum wipe reader_wipe(struct reader *r)
{
	static const struct {
		const char *word;
		enum wipe wipe;
	} words[] = {
		{"superblock", WIPE_SUPERBLOCK},
		{"superblock-recursive", WIPE_SUPERBLOCK},
		{"zero", WIPE_ZERO},
		{"random", WIPE_RANDOM},
	};
	const char *s = reader_text(r, "wipe", false);
	if (!s)
		return WIPE_NONE;
	for (size_t i = 0; i < VT_COUNT(words); i++)
		if (!strcmp(words[i].word, s))
			return words[i].wipe;
	reader_fail(r, "wipe",
		"wipe '%s' is not superblock, superblock-recursive, zero or "
		"random",
		s);
	return WIPE_NONE;
}

const char *reader_uuid(struct reader *r)
{
	const char *form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	const char *uuid = reader_text(r, "uuid", false), *s = uuid;
	if (!s || !*s)
		return NULL;
	for (; *form; form++, s++)
		if (*form == 'x' ? !isxdigit((unsigned char)*s) : *s != *form)
			break;
	if (*form || *s)
		reader_fail(r, "uuid", "uuid '%s' is not a UUID", uuid);
	return uuid;
}

/* By id, of those above. */
static struct entry *find(struct reader *r, const char *id)
{
	for (size_t i = 0; i < r->plan->n; i++)
		if (!strcmp(r->plan->v[i].id, id))
			return &r->plan->v[i];
	return NULL;
}

struct entry *reader_refer(
	struct reader *r, const char *key, enum kind kind, const char *what)
{
	const char *id = reader_text(r, key, true);
	struct entry *e = id ? find(r, id) : NULL;
	if (!id || (e && entry_kind(e) == kind))
		return e;
	VT_AUTO_FREE char *text =
		vt_printf("%s '%%s' is not %s above it", key, what);
	reader_fail(r, key, text, id);
	return NULL;
}

/* Whether something can be made on it; if not, r says why. */
static bool is_free(struct reader *r, const struct vt_node *at, const char *key,
	const struct entry *e)
{
	const char *id = at->text;
	enum kind kind = e ? entry_kind(e) : MOUNT;
	VT_AUTO_FREE char *missing = vt_printf(
		"%s '%%s' is not a disk, partition, array or volume above it",
		key);
	if (kind == VOLGROUP || kind == FORMAT || kind == MOUNT)
		fail_at(r, at, missing, id);
	else if (kind == DISK && e->disk.ptable)
		fail_at(r, at, "disk '%s' has a ptable: use a partition", id);
	else if (kind == PARTITION && partition_is_extended(e))
		fail_at(r, at, "partition '%s' is extended: use a logical one",
			id);
	else if (e->user)
		fail_at(r, at, "'%s' uses it already", e->user->id);
	return !r->failed;
}

static struct entry *take(
	struct reader *r, const struct vt_node *at, const char *key)
{
	const char *id;
	if (r->failed)
		return NULL;
	if (vt_node_str(at, &id, r->err) < 0) {
		r->failed = true;
		return NULL;
	}
	struct entry *e = find(r, id);
	if (!is_free(r, at, key, e))
		return NULL;
	e->user = r->e;
	return e;
}

struct entry *reader_take(struct reader *r, const char *key)
{
	if (!reader_text(r, key, true))
		return NULL;
	return take(r, vt_node_get(r->e->node, key), key);
}

void reader_members(
	struct reader *r, const char *key, struct members *out, size_t least)
{
	const struct vt_node *list = vt_node_get(r->e->node, key);
	VT_AUTO_FREE char *needed = vt_printf("%zu", least);
	if (r->failed || (vt_node_is_null(list) && !least))
		return;
	if (!list) {
		reader_fail(r, NULL, "'%s' is missing", key);
		return;
	}
	if (vt_node_expect(list, VT_SEQ, r->err) < 0) {
		r->failed = true;
		return;
	}
	if (list->n < least)
		reader_fail(r, key, "it needs at least %s of them", needed);
	else if (list->n > MAX_MEMBERS)
		reader_fail(r, key, "too many of them", NULL);
	for (size_t i = 0; i < list->n && !r->failed; i++)
		out->v[out->n++] = take(r, list->items[i], "device");
}
