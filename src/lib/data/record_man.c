/* The description of a record's keys in vt-files(5). */
#include <limits.h>
#include <string.h>

#include "base/mem.h"
#include "base/opt_help.h"
#include "data/record.h"
#include "data/record_internal.h"

/* Members whose records have been described; later ones refer to them. */
struct described {
	const struct vt_member *v[32];
	size_t n;
};

/* Return: the key at which the record of `m` was described, NULL if it was not;
 * it then counts as described */
static const char *described_at(struct described *d, const struct vt_member *m)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i]->record == m->record)
			return d->v[i]->key;
	if (d->n < VT_COUNT(d->v))
		d->v[d->n++] = m;
	return NULL;
}

static void add_words(struct vt_str *out, const struct vt_member *m)
{
	const char *between = "one of ";
	for (size_t i = 0; m->words[i]; i++) {
		if (!*m->words[i])
			continue;
		vt_str_addf(out, "%s%s", between, m->words[i]);
		between = ", ";
	}
}

static void add_type(struct vt_str *out, const struct vt_member *m)
{
	static const char *const names[] = {
		[VT_MEMBER_TEXT] = "string",
		[VT_MEMBER_TEXTS] = "list of strings",
		[VT_MEMBER_INT] = "integer",
		[VT_MEMBER_BYTES] = "size",
		[VT_MEMBER_BOOL] = "true or false",
		[VT_MEMBER_WORD] = NULL,
		[VT_MEMBER_ROW] = NULL,
		[VT_MEMBER_PATH] = "path",
		[VT_MEMBER_SECONDS] = "seconds",
		[VT_MEMBER_NODE] = NULL,
		[VT_MEMBER_RECORD] = "map",
		[VT_MEMBER_RECORDS] = "list of maps",
		[VT_MEMBER_NAMED] = "map of maps, by name",
	};
	if (m->words)
		add_words(out, m);
	else if (m->kind == VT_MEMBER_NODE)
		vt_str_add(out, m->node == VT_MAP   ? "map"
				: m->node == VT_SEQ ? "list"
						    : "any value");
	else if (m->kind == VT_MEMBER_ROW)
		vt_str_addf(out, "one of %s", m->rows());
	else
		vt_str_add(out, names[m->kind]);
}

static void add_range(struct vt_str *out, const struct vt_member *m)
{
	if (m->max && !m->min && m->kind != VT_MEMBER_INT)
		vt_str_addf(out, ", at most %ld", m->max);
	else if (m->max)
		vt_str_addf(out, ", %ld to %ld", m->min, m->max);
	else if (m->min && m->min != LONG_MIN)
		vt_str_addf(out, ", at least %ld", m->min);
	if (m->unit)
		vt_str_addf(out, ", in %s", m->unit);
	if (m->required)
		vt_str_add(out, ", required");
}

static void add_record(
	struct described *d, const struct vt_record *rec, struct vt_str *out);

static void add_member(
	struct described *d, const struct vt_member *m, struct vt_str *out)
{
	vt_str_addf(out, ".It Ic %s Pq ", m->key);
	add_type(out, m);
	add_range(out, m);
	vt_str_addc(out, '\n');
	vt_opt_mdoc(out, m->doc);
	vt_str_add(out, ".\n");
	/* a default of 0 means "not set", except for integers with this value
	 */
	bool not_set = m->init && !strcmp(m->init, "0") &&
		       (m->kind != VT_MEMBER_INT || m->min > 0);
	if (m->init && *m->init && !not_set)
		vt_str_addf(out, "Default: %s.\n", m->init);
	const char *like = m->record ? described_at(d, m) : NULL;
	if (like)
		vt_str_addf(out, "It has the same keys as\n.Ic %s .\n", like);
	else if (m->record)
		add_record(d, m->record, out);
}

static void add_record(
	struct described *d, const struct vt_record *rec, struct vt_str *out)
{
	vt_str_add(out, ".Bl -tag -width indent\n");
	if (rec->format)
		vt_str_addf(out,
			".It Ic format Pq %ld, required\n"
			"Version of this format.\n",
			rec->format);
	for (const struct vt_member *m = rec->members; m->key; m++)
		add_member(d, m, out);
	vt_str_add(out, ".El\n");
}

void vt_record_man(const struct vt_record *rec, struct vt_str *out)
{
	struct described d = {0};
	add_record(&d, rec, out);
}
