#include "verify_phases.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static const char *text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s ? s : "";
}

/* The console if the phase had one, else what it says itself. */
static char *log_of(const struct facts *facts, const char *name)
{
	char *serial = vt_printf("logs/%s-serial.log", name);
	if (facts_exists(facts, serial, NULL) == 1)
		return serial;
	free(serial);
	return vt_printf("logs/%s.json", name);
}

static int load(struct phases *all, const struct facts *facts, const char *name,
	struct vt_err **err)
{
	VT_AUTO_FREE char *file = vt_printf("logs/%s.json", name);
	json_t *j = NULL;
	int rc = facts_json(facts, file, &j, err);
	if (rc < 0 && err && *err)
		(*err)->status = VT_HOST; /* this file is ours */
	if (rc != 1)
		return rc;
	const json_t *status = json_object_get(j, "exit");
	if (!json_is_integer(status)) {
		json_decref(j);
		return vt_err_set(err, VT_HOST, "'%s' has no 'exit'", file);
	}
	all->v = vt_realloc(all->v, all->n + 1, sizeof(*all->v));
	all->v[all->n++] = (struct phase){
		.name = vt_strdup(name),
		.log = log_of(facts, name),
		.json = j,
		.exit = (int)json_integer_value(status),
		.seconds = json_number_value(json_object_get(j, "seconds")),
		.outcome = text(j, "outcome"),
		.cause = text(j, "cause"),
		.started = json_string_value(json_object_get(j, "started")),
	};
	return 0;
}

int phases_load(struct phases *all, const struct facts *facts,
	const char *failed, struct vt_err **err)
{
	/* in their order; some write a file only when they fail, so that an
	 * old one says nothing */
	static const struct {
		const char *name;
		bool always;
	} order[] = {{"pack", false}, {"install", true}, {"seed", false},
		{"boot", true}, {"collect", true}};
	for (size_t i = 0; i < VT_COUNT(order); i++) {
		bool last = failed && !strcmp(order[i].name, failed);
		if ((last || order[i].always) &&
			load(all, facts, order[i].name, err) < 0)
			return -1;
		if (last)
			return 0;
	}
	return failed ? load(all, facts, failed, err) : 0;
}

void phases_free(struct phases *all)
{
	for (size_t i = 0; i < all->n; i++) {
		json_decref(all->v[i].json);
		free(all->v[i].name);
		free(all->v[i].log);
	}
	free(all->v);
	*all = (struct phases){0};
}

const struct phase *phases_find(const struct phases *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].name, name))
			return &all->v[i];
	return NULL;
}

/* The console around the cause, as the phase kept it. */
static void add_context(struct result *r, const struct phase *p)
{
	VT_AUTO_STR struct vt_str lines = VT_STR_INIT;
	const json_t *context = json_object_get(p->json, "context"), *line;
	size_t i;
	json_array_foreach (context, i, line) {
		const char *s = json_string_value(line);
		vt_str_addf(&lines, "%s\n", s ? s : "");
	}
	if (lines.len)
		result_detail(r, lines.s, lines.len);
}

struct result *phase_result(struct results *results, const struct phase *p,
	const char *name, int wanted)
{
	struct result *r = result_new(results, NULL, NULL, "%s", name);
	r->seconds = p->seconds;
	result_expect(
		r, "the %s phase ends with exit status %d", p->name, wanted);
	result_found(r, "%s%sexit status %d, %s after %.1f s", p->cause,
		*p->cause ? ": " : "", p->exit,
		*p->outcome ? p->outcome : "no outcome", p->seconds);
	result_judge(r, p->exit == wanted);
	r->host = p->exit == VT_HOST && p->exit != wanted;
	result_see(r, "%s", p->log);
	if (p->exit != 0)
		add_context(r, p);
	return r;
}
