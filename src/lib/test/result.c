#include "test/result.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "data/record.h"
#include "test/verdict.h"

enum {
	MAX_TEXT = 4096,
	MAX_DETAIL = 32768,
	MAX_CAUSE = 400,
	MAX_NOTE = 240,
	MAX_NOTES = 32,
};

/* Make a text printable, remove newlines at its end, and truncate it to `max`
 * bytes. */
static char *clean(const char *text, size_t len, size_t max, bool lines)
{
	struct vt_str b = VT_STR_INIT;
	size_t kept = vt_utf8_cut(text, len, max);
	vt_str_printable(&b, text, kept, lines);
	while (b.len && b.s[b.len - 1] == '\n')
		b.s[--b.len] = '\0';
	if (kept < len)
		vt_str_addf(&b, "... (%zu bytes in total)", len);
	return vt_str_take(&b);
}

__attribute__((format(printf, 2, 0))) static char *cleanf(
	bool lines, const char *fmt, va_list ap)
{
	VT_AUTO_FREE char *text = NULL;
	int n = vasprintf(&text, fmt, ap);
	if (n < 0)
		abort(); /* out of memory, as vt_alloc() */
	return clean(text, (size_t)n, MAX_TEXT, lines);
}

static char *clean_line(const char *s)
{
	return s ? clean(s, strlen(s), MAX_TEXT, false) : NULL;
}

char *vt_result_clean(const char *text, bool lines)
{
	return clean(text, strlen(text), SIZE_MAX, lines);
}

static bool has_name(const struct vt_check_results *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].name, name))
			return true;
	return false;
}

/* Names must be unique, as they are used to compare runs: a duplicate gets a
 * number. */
static char *unique_name(const struct vt_check_results *all, char *name)
{
	if (!has_name(all, name))
		return name;
	for (unsigned i = 2;; i++) {
		char *numbered = vt_printf("%s (%u)", name, i);
		if (!has_name(all, numbered)) {
			free(name);
			return numbered;
		}
		free(numbered);
	}
}

struct vt_check_result *vt_check_new(struct vt_check_results *all,
	const char *at, const char *why, const char *name_fmt, ...)
{
	va_list ap;
	va_start(ap, name_fmt);
	char *name = unique_name(all, cleanf(false, name_fmt, ap));
	va_end(ap);
	struct vt_check_result *r = vt_record_add(&all->v, &all->n, sizeof(*r));
	r->name = name;
	r->at = clean_line(at);
	r->why = clean_line(why);
	return r;
}

#define SET(field, lines)                                                      \
	do {                                                                   \
		va_list ap;                                                    \
		va_start(ap, fmt);                                             \
		char *text_ = cleanf(lines, fmt, ap);                          \
		va_end(ap);                                                    \
		free(r->field);                                                \
		r->field = text_;                                              \
	} while (0)

void vt_check_expect(struct vt_check_result *r, const char *fmt, ...)
{
	SET(expected, true);
}

void vt_check_found(struct vt_check_result *r, const char *fmt, ...)
{
	SET(found, true);
}

void vt_check_see(struct vt_check_result *r, const char *fmt, ...)
{
	SET(see, false);
}

void vt_check_detail(struct vt_check_result *r, const char *text, size_t len)
{
	free(r->detail);
	r->detail = clean(text, len, MAX_DETAIL, true);
}

void vt_check_judge(struct vt_check_result *r, bool pass)
{
	r->status = pass ? VT_CHECK_OK : VT_CHECK_NOT_OK;
}

void vt_check_skip(struct vt_check_result *r, const char *fmt, ...)
{
	r->status = VT_CHECK_SKIP;
	SET(found, false);
}

void vt_check_error(struct vt_check_result *r, struct vt_err **err)
{
	r->status = VT_CHECK_NOT_OK;
	r->host = vt_err_status(*err) == VT_HOST;
	vt_check_found(r, "%s", *err ? (*err)->msg : "an error");
	if (*err && (*err)->detail)
		vt_check_detail(r, (*err)->detail, strlen((*err)->detail));
	vt_err_freep(err);
}

size_t vt_check_count(
	const struct vt_check_results *all, enum vt_check_status status)
{
	size_t n = 0;
	for (size_t i = 0; i < all->n; i++)
		n += all->v[i].status == status;
	return n;
}

/* The first line, truncated. */
static char *one_line(const char *s, size_t max)
{
	return clean(s, strcspn(s, "\n"), max, false);
}

static char *cause_of(const struct vt_check_result *r)
{
	VT_AUTO_FREE char *found =
		one_line(r->found ? r->found : "", MAX_CAUSE);
	if (*found)
		return vt_printf("%s: %s", r->name, found);
	VT_AUTO_FREE char *expected =
		one_line(r->expected ? r->expected : "", MAX_CAUSE);
	return vt_printf("%s: not %s", r->name, *expected ? expected : "ok");
}

/* By the host, by something new, by a known issue. */
static int badness(const struct vt_check_result *r)
{
	return r->host ? 2 : !r->known;
}

/* The first check that is not ok by a fault of the host, else the first that
 * is not ok, if possible by what is not known. */
static const struct vt_check_result *worst_check(
	const struct vt_check_results *all)
{
	const struct vt_check_result *worst = NULL;
	for (size_t i = 0; i < all->n; i++) {
		const struct vt_check_result *r = &all->v[i];
		if (r->status == VT_CHECK_NOT_OK &&
			(!worst || badness(r) > badness(worst)))
			worst = r;
	}
	return worst;
}

void vt_result_judge(struct vt_result *r)
{
	const struct vt_check_result *worst = worst_check(&r->checks);
	if (worst) {
		VT_AUTO_FREE char *cause = cause_of(worst);
		vt_result_end(r, worst->host ? VT_HOST : VT_FAILED, cause,
			worst->see ? worst->see : "result.tap");
	} else if (vt_check_count(&r->checks, VT_CHECK_OK) == 0) {
		vt_result_end(
			r, VT_SKIPPED, "all checks were skipped", "result.tap");
	} else {
		vt_result_end(r, VT_OK, "", "");
	}
}

void vt_result_end(
	struct vt_result *r, int status, const char *cause, const char *see)
{
	char *line = one_line(cause, MAX_CAUSE), *file = vt_strdup(see);
	free(r->status);
	free(r->cause);
	free(r->see);
	r->status = vt_strdup(vt_verdict_word(status));
	r->exit = status;
	r->cause = line;
	r->see = file;
}

void vt_check_known(struct vt_check_result *r, const char *bug, bool excused)
{
	free(r->known);
	r->known = one_line(bug, MAX_CAUSE);
	r->excused = excused;
}

void vt_result_add_known(struct vt_result *r, const char *at, const char *bug,
	const char *until, enum vt_known_state state)
{
	struct vt_known_result *k =
		vt_record_add(&r->known, &r->n_known, sizeof(*k));
	k->at = clean_line(at);
	k->bug = clean_line(bug);
	k->until = clean_line(until);
	k->state = state;
}

/* Return: the first failure, if there is one and all are known, else NULL
 * @excused: whether none of them counts */
static const struct vt_check_result *first_known(
	const struct vt_result *r, bool *excused)
{
	const struct vt_check_result *first = NULL;
	*excused = true;
	for (size_t i = 0; i < r->checks.n; i++) {
		const struct vt_check_result *c = &r->checks.v[i];
		if (c->status != VT_CHECK_NOT_OK)
			continue;
		if (!c->known)
			return NULL;
		*excused &= c->excused;
		first = first ? first : c;
	}
	return first;
}

const char *vt_result_known(const struct vt_result *r)
{
	bool excused;
	const struct vt_check_result *first = first_known(r, &excused);
	return first ? first->known : NULL;
}

void vt_result_settle(struct vt_result *r)
{
	bool excused, any = false;
	for (size_t i = 0; i < r->checks.n; i++)
		any |= r->checks.v[i].known != NULL;
	if (!any)
		return;
	if (!first_known(r, &excused)) {
		if (r->exit == VT_FAILED)
			vt_result_judge(r);
	} else if (excused) {
		VT_AUTO_FREE char *cause = vt_strdup(r->cause);
		VT_AUTO_FREE char *see = vt_strdup(r->see);
		vt_result_end(r, VT_SKIPPED, cause, see);
	}
}

void vt_result_note(struct vt_result *r, const char *see, const char *fmt, ...)
{
	va_list ap;
	if (r->n_notes > MAX_NOTES)
		return;
	struct vt_note *note =
		vt_record_add(&r->notes, &r->n_notes, sizeof(*note));
	if (r->n_notes > MAX_NOTES) {
		note->text = vt_strdup("there are more");
		return;
	}
	va_start(ap, fmt);
	VT_AUTO_FREE char *text = cleanf(false, fmt, ap);
	va_end(ap);
	note->text = one_line(text, MAX_NOTE);
	note->see = clean_line(see);
}

void vt_result_add_phase(struct vt_result *r, const char *name, int exit,
	const char *outcome, const char *started, const char *cached,
	uint64_t ms)
{
	struct vt_result_phase *p =
		vt_record_add(&r->phases, &r->n_phases, sizeof(*p));
	p->name = clean_line(name);
	p->exit = exit;
	p->outcome = clean_line(outcome);
	p->started = clean_line(started);
	p->cached = clean_line(cached);
	p->ms = ms;
}

void vt_result_version(struct vt_result *r, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	struct vt_version *v =
		vt_record_add(&r->versions, &r->n_versions, sizeof(*v));
	v->name = vt_result_clean(name, false);
	v->value = vt_result_clean(value, false);
}

void vt_result_unanswered(struct vt_result *r, const char *statement,
	const char *at, const char *reason)
{
	struct vt_unanswered *u =
		vt_record_add(&r->unanswered, &r->n_unanswered, sizeof(*u));
	u->statement = clean_line(statement);
	u->at = clean_line(at);
	u->reason = clean_line(reason);
}

void vt_result_coverage(
	const struct vt_result *r, const char *lead, struct vt_str *out)
{
	if (r->statements)
		vt_str_addf(out, "%s%ld of %ld statements answered", lead,
			r->statements - (long)r->n_unanswered, r->statements);
}

const char *vt_result_phase(const struct vt_result *r)
{
	if (vt_verdict_good(r->exit) && !vt_result_known(r))
		return "-";
	for (size_t i = 0; i < r->n_phases; i++)
		if (r->phases[i].exit != 0)
			return r->phases[i].name;
	return "verify";
}
