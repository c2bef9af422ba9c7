#include "graph/compare.h"

#include "base/mem.h"
#include "base/str.h"
#include "graph/likeness.h"

/* What one side shows. */
struct said {
	bool tells, same;
	struct vt_str text;
	const char *see;
	const struct vt_err *err;
};

static bool looks(const struct vt_asked *a, enum vt_side side)
{
	return a->look->finders->find(a->d->type->id, side) != NULL;
}

/* Whether a side can show the key at all. */
static bool shows(const struct vt_type_key *key, enum vt_side side)
{
	return key->sides == VT_SIDES_BOTH ||
	       (key->sides == VT_SIDES_DISK) == (side == VT_SIDE_DISK);
}

static const struct vt_likeness_row *likeness(const struct vt_asked *a)
{
	return &a->look->finders->likes[a->key->like];
}

static struct said ask(const struct vt_asked *a, enum vt_side side)
{
	if (!shows(a->key, side))
		return (struct said){0};
	const struct vt_found *f = vt_look_at(a->look, a->d, side);
	const struct vt_found_field *field = vt_found_field(f, a->key->word);
	struct said s = {.see = field ? field->see : f->see, .err = f->err};
	/* what is known of it counts, even if it was not found itself */
	if (field && !field->why) {
		s.tells = true;
		s.same = likeness(a)->same(a, field, &s.text);
		if (!s.text.len)
			vt_str_add(&s.text, field->text ? field->text : "");
	} else if (field) {
		vt_str_add(&s.text, field->why);
	} else if (f->state == VT_MISSING) {
		s.tells = true;
		vt_str_add(&s.text, f->why);
	} else if (f->state == VT_UNTOLD && f->why && looks(a, side)) {
		vt_str_add(&s.text, f->why);
	}
	return s;
}

static void combine(const struct vt_finders *of, const struct said *disk,
	const struct said *facts, struct vt_compared *c, struct vt_str *found)
{
	bool both = disk->tells && facts->tells;
	const struct said *first = disk->tells ? disk : facts;
	if (!disk->tells && !facts->tells) {
		c->outcome = VT_COMPARED_SKIP;
		vt_str_addf(found, "%s%s%s", vt_str_c(&disk->text),
			disk->text.len && facts->text.len ? "; " : "",
			vt_str_c(&facts->text));
		return;
	}
	if (both && disk->same && !facts->same)
		first = facts;
	c->side = both ? of->both : disk->tells ? of->side : "facts";
	c->see = first->see;
	c->outcome =
		(disk->same || !disk->tells) && (facts->same || !facts->tells)
			? VT_COMPARED_OK
			: VT_COMPARED_FAIL;
	if (both && !vt_str_eq(vt_str_c(&disk->text), vt_str_c(&facts->text)))
		vt_str_addf(found, "on the %s: %s; booted: %s", of->side,
			vt_str_c(&disk->text), vt_str_c(&facts->text));
	else
		vt_str_add(found, vt_str_c(&first->text));
}

static void compare(const struct vt_asked *a,
	void (*tell)(void *arg, struct vt_compared *c), void *arg)
{
	VT_AUTO_FREE char *name =
		vt_printf("%s %s %s", a->d->type->word, a->d->id, a->key->word);
	VT_AUTO_STR struct vt_str expected = VT_STR_INIT, found = VT_STR_INIT;
	struct said disk = ask(a, VT_SIDE_DISK), facts = ask(a, VT_SIDE_FACTS);
	struct vt_compared c = {.name = name,
		.at = a->want->place ? a->want->place : a->d->place,
		.side = ""};
	likeness(a)->expected(a, &expected);
	if (disk.err) {
		c.outcome = VT_COMPARED_ERROR;
		c.see = disk.see;
		vt_err_set(&c.err, disk.err->status, "%s", disk.err->msg);
	} else {
		combine(a->look->finders, &disk, &facts, &c, &found);
	}
	c.expected = vt_str_c(&expected);
	c.found = vt_str_c(&found);
	tell(arg, &c);
	vt_err_free(c.err);
	vt_str_free(&disk.text);
	vt_str_free(&facts.text);
}

/* "p5, p6": the entries it names in a role that is compared; else NULL */
static char *members_of(const struct vt_dev *d, const struct vt_type_key *key)
{
	struct vt_str ids = VT_STR_INIT;
	if (!vt_type_is_ref(key) || !key->like)
		return NULL;
	for (size_t i = 0; i < d->n_refs; i++)
		if (d->refs[i].key == key)
			vt_str_item(&ids, ", ", d->refs[i].used->id);
	return ids.len ? vt_str_take(&ids) : NULL;
}

void vt_compare_dev(struct vt_look *look, const struct vt_dev *d,
	void (*tell)(void *arg, struct vt_compared *c), void *arg)
{
	for (const struct vt_type_key *k = d->type->keys; k->word; k++) {
		VT_AUTO_FREE char *members = members_of(d, k);
		struct vt_field made = {.key = k, .text = members};
		const struct vt_field *want =
			members ? &made : vt_dev_field(d, k->word);
		if (!want || (!members && !want->expected))
			continue;
		compare(&(struct vt_asked){look, d, k, want}, tell, arg);
	}
}
