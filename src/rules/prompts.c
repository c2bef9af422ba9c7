#include "prompts.h"

#include <string.h>

#include "base/mem.h"
#include "data/pattern.h"
#include "plan.h"
#include "qemu/answers.h"

static const char *phase_of(const struct vt_node *answer)
{
	const char *phase = vt_node_text(vt_node_get(answer, "phase"));
	return phase ? phase : "boot";
}

static int check_prompt(const struct vt_node *answer, struct vt_err **err)
{
	const struct vt_node *at = vt_node_get(answer, "at");
	if (!at)
		return vt_node_err(answer, err,
			"'at' is missing: the pattern of the prompt");
	if (vt_pattern_check(at, err) < 0)
		return -1;
	return *at->text ? 0
			 : vt_node_err(at, err,
				   "the pattern is empty: it would match every "
				   "prompt");
}

static int check_text(
	const struct vt_node *n, const char *text, struct vt_err **err)
{
	const char *why = vt_answer_valid(text);
	return why ? vt_node_err(n, err, "it cannot be typed: %s", why) : 0;
}

static int check_path(const struct vt_node *from, struct vt_err **err)
{
	static const char *const known[] = {"config", NULL};
	if (vt_node_expect(from, VT_MAP, err) < 0 ||
		vt_node_keys_known(from, known, err) < 0)
		return -1;
	const struct vt_node *path = vt_node_get(from, "config");
	if (!path || path->kind != VT_SEQ || !path->n)
		return vt_node_err(path ? path : from, err,
			"expected {config: [KEY, ...]}: the way to a value of "
			"the config, such as [storage, config, ID, key]");
	return vt_node_list(path, VT_SCALAR, err);
}

static int check_phase(const struct vt_node *n, struct vt_err **err)
{
	const char *phase;
	if (!n)
		return 0;
	if (vt_node_str(n, &phase, err) < 0)
		return -1;
	if (!strcmp(phase, "boot") || !strcmp(phase, "install"))
		return 0;
	return vt_node_err(n, err,
		"'%s' is not a phase with a console: use boot or install",
		phase);
}

static int check_answer(const struct vt_node *n, struct vt_err **err)
{
	static const char *const known[] = {
		"at", "say", "say_from", "phase", NULL};
	const struct vt_node *say = vt_node_get(n, "say"),
			     *from = vt_node_get(n, "say_from");
	const char *text;
	if (vt_node_keys_known(n, known, err) < 0 || check_prompt(n, err) < 0 ||
		check_phase(vt_node_get(n, "phase"), err) < 0)
		return -1;
	if (!say == !from)
		return vt_node_err(
			n, err, "one of 'say' and 'say_from' is required");
	if (from)
		return check_path(from, err);
	return vt_node_str(say, &text, err) < 0 ? -1
						: check_text(say, text, err);
}

int vt_prompts_check(const struct vt_node *list, struct vt_err **err)
{
	if (vt_node_list(list, VT_MAP, err) < 0)
		return -1;
	if (list->n > VT_ANSWERS_MAX)
		return vt_node_err(
			list, err, "more than %d answers", VT_ANSWERS_MAX);
	for (size_t i = 0; i < list->n; i++)
		if (check_answer(list->items[i], err) < 0)
			return -1;
	return 0;
}

/* The item of a list whose `id` is this. */
static const struct vt_node *by_id(const struct vt_node *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (vt_str_eq(vt_node_text(vt_node_get(list->items[i], "id")),
			    id))
			return list->items[i];
	return NULL;
}

/* Errors do not quote the value, which may be a passphrase. */
static int from_config(const struct vt_plan *plan, const struct vt_node *path,
	const char **say, struct vt_err **err)
{
	const struct vt_node *n = plan->config;
	if (!n)
		return vt_node_err(path, err, "the test has no config");
	for (size_t i = 0; i < path->n; i++) {
		const struct vt_node *step = path->items[i];
		n = n->kind == VT_SEQ ? by_id(n, step->text)
				      : vt_node_get(n, step->text);
		if (!n)
			return vt_node_err(step, err,
				"the config '%s' has no '%s' there",
				plan->conf_path, step->text);
	}
	if (n->kind != VT_SCALAR)
		return vt_node_err(path->items[path->n - 1], err,
			"the config '%s' has a %s there, not a text",
			plan->conf_path, vt_node_kind_name(n));
	if (vt_node_str_as_is(n, "an answer", say, err) < 0)
		return -1;
	return check_text(path, *say, err);
}

int vt_prompts_fill_vm(const struct vt_plan *plan, const char *phase,
	struct vt_vm *vm, struct vt_err **err)
{
	const struct vt_node *list = plan->def.answers;
	for (size_t i = 0; list && i < list->n; i++) {
		const struct vt_node *n = list->items[i];
		const struct vt_node *path =
			vt_node_getn(n, "say_from", "config", NULL);
		if (strcmp(phase_of(n), phase) != 0)
			continue;
		struct vt_vm_answer *a =
			vt_record_add(&vm->answers, &vm->n_answers, sizeof(*a));
		a->prompt = vt_node_get(n, "at")->text;
		a->say = vt_node_text(vt_node_get(n, "say"));
		if (path && from_config(plan, path, &a->say, err) < 0)
			return -1;
	}
	return 0;
}

void vt_prompts_fill_verify(const struct vt_plan *plan, struct vt_doc *doc,
	struct vt_verify_file *f)
{
	const struct vt_node *list = plan->def.answers;
	for (size_t i = 0; list && i < list->n; i++) {
		const struct vt_node *n = list->items[i];
		VT_AUTO_FREE char *at = vt_node_at(n);
		struct vt_verify_answer *a =
			vt_record_add(&f->answers, &f->n_answers, sizeof(*a));
		a->phase = phase_of(n);
		a->prompt = vt_node_get(n, "at")->text;
		a->at = vt_doc_keep(doc, at);
	}
}
