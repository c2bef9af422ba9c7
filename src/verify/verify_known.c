#include "verify_known.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "consoles.h"
#include "data/pattern.h"
#include "test/phases.h"

/* Whether an entry may say something about this result: a fault of the host, or
 * of an input file, says nothing about a bug. */
static bool is_failure(const struct vt_result *r)
{
	return r->exit == VT_FAILED || r->exit == VT_TIMEOUT;
}

/* Set said[i] if a line of any console matches the pattern of entry i. What
 * cannot be searched does not match. */
static void search_consoles(const struct verify *v, bool *said)
{
	const struct vt_verify_file *f = &v->file;
	VT_AUTO_FREE const char **eres =
		vt_calloc(f->n_known + 1, sizeof(*eres));
	VT_AUTO_FREE size_t *of = vt_calloc(f->n_known + 1, sizeof(*of));
	size_t n = 0;
	for (size_t i = 0; i < f->n_known; i++)
		if (f->known[i].line) {
			of[n] = i;
			eres[n++] = f->known[i].line;
		}
	for (size_t p = 0; n && p < v->phases.n; p++) {
		VT_AUTO_FREE struct console_found *found =
			consoles_search(v, v->phases.v[p].name, eres, n, NULL);
		for (size_t i = 0; found && i < n; i++)
			said[of[i]] |= found[i].n > 0;
	}
}

static bool in_name(const char *ere, const char *name)
{
	regex_t re;
	if (vt_pattern_compile(&re, ere, REG_NOSUB, NULL) < 0)
		return false;
	bool found = regexec(&re, name, 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

/* Mark the checks that an entry matches. Return: whether there are any */
static bool mark(struct verify *v, const struct vt_known *k, bool excuse,
	const char *bug)
{
	struct vt_check_results *all = &v->result.checks;
	bool any = false;
	for (size_t i = 0; i < all->n; i++) {
		struct vt_check_result *r = &all->v[i];
		if (r->status != VT_CHECK_NOT_OK ||
			(k->check && !in_name(k->check, r->name)))
			continue;
		any = true;
		if (!r->known)
			vt_check_known(r, bug, excuse);
	}
	return any;
}

/* @said: whether its line is on a console */
static enum vt_known_state apply(
	struct verify *v, const struct vt_known *k, bool said, bool excuse)
{
	VT_AUTO_FREE char *bug = vt_printf(
		"%s%s%s", k->bug, k->says ? ": " : "", k->says ? k->says : "");
	if (vt_known_over(k->until))
		return VT_KNOWN_EXPIRED;
	if (!is_failure(&v->result) || (k->line && !said) ||
		!mark(v, k, excuse, bug))
		return VT_KNOWN_UNMATCHED;
	return VT_KNOWN_MATCHED;
}

/* A new test: what is not known yet, does not count either. */
static void apply_grace(struct verify *v)
{
	static const struct vt_known all = {0};
	const char *until = v->file.grace;
	if (!until || vt_known_over(until) || !is_failure(&v->result))
		return;
	VT_AUTO_FREE char *text = vt_printf("a new test, until %s", until);
	struct vt_check_results *checks = &v->result.checks;
	for (size_t i = 0; i < checks->n; i++)
		if (checks->v[i].known)
			checks->v[i].excused = true;
	mark(v, &all, true, text);
}

/* After a failed phase it has not been read, and may be what failed it. */
static bool has_file(struct verify *v)
{
	if (v->file.doc)
		return true;
	if (vt_verify_file_read(&v->file, v->dir, NULL) == 0)
		return true;
	vt_verify_file_free(&v->file);
	v->file = (struct vt_verify_file){0};
	return false;
}

int known_apply(struct verify *v, struct vt_err **err)
{
	bool excuse;
	if (vt_known_excuse(&excuse, err) < 0)
		return -1;
	if (!has_file(v) || v->file.skip)
		return 0;
	VT_AUTO_FREE bool *said = vt_calloc(v->file.n_known + 1, sizeof(*said));
	if (is_failure(&v->result))
		search_consoles(v, said);
	for (size_t i = 0; i < v->file.n_known; i++) {
		const struct vt_known *k = &v->file.known[i];
		enum vt_known_state state = apply(v, k, said[i], excuse);
		vt_result_add_known(&v->result, k->at, k->bug, k->until, state);
	}
	apply_grace(v);
	vt_result_settle(&v->result);
	return 0;
}
