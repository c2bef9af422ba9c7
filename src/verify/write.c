#include "write.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/json.h"
#include "test/history.h"
#include "test/keep.h"

static void set_text(json_t *o, const char *key, const char *s)
{
	if (s)
		json_object_set_new(o, key, vt_json_text(s, strlen(s)));
}

static json_t *result_json(const struct result *r)
{
	static const char *const words[] = {
		[RESULT_OK] = "ok",
		[RESULT_NOT_OK] = "not ok",
		[RESULT_SKIP] = "skip",
	};
	json_t *o = json_object();
	set_text(o, "name", r->name);
	set_text(o, "status", words[r->status]);
	set_text(o, "expected", r->expected);
	set_text(o, "found", r->found);
	set_text(o, "detail", r->detail);
	set_text(o, "at", r->at);
	set_text(o, "why", r->why);
	set_text(o, "see", r->see);
	json_object_set_new(o, "seconds", json_real(r->seconds));
	return o;
}

static json_t *phases_json(const struct phases *all)
{
	json_t *o = json_object();
	for (size_t i = 0; i < all->n; i++) {
		const struct phase *p = &all->v[i];
		json_t *one = json_object();
		json_object_set_new(one, "seconds", json_real(p->seconds));
		set_text(one, "outcome", p->outcome);
		json_object_set_new(one, "exit", json_integer(p->exit));
		set_text(one, "started", p->started);
		json_object_set_new(o, p->name, one);
	}
	return o;
}

json_t *write_json(const struct verify *v, const struct verdict *verdict)
{
	json_t *o = json_object(), *checks = json_array();
	json_object_set_new(o, "format", json_integer(1));
	set_text(o, "test", v->test);
	set_text(o, "status", verdict->word);
	json_object_set_new(o, "exit", json_integer(verdict->exit));
	set_text(o, "cause", verdict->cause);
	set_text(o, "see", verdict->see);
	json_object_set_new(o, "phases", phases_json(&v->phases));
	for (size_t i = 0; i < v->results.n; i++)
		json_array_append_new(checks, result_json(v->results.v[i]));
	json_object_set_new(o, "checks", checks);
	return o;
}

static int write_file(const struct verify *v, const char *name,
	const struct vt_str *text, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(v->dir, name);
	return vt_fs_write(path, text->s, text->len, 0644, err);
}

/* The last act of a test that passed. */
static int stamp(const struct verify *v, const struct verdict *verdict,
	bool skip_too, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_printf("%s.done", v->dir);
	VT_AUTO_FREE char *line = vt_printf(
		"%s: %s, %zu checks\n", v->test, verdict->word, v->results.n);
	if (verdict->exit == VT_OK || (skip_too && verdict->exit == VT_SKIPPED))
		return vt_fs_write(path, line, strlen(line), 0644, err);
	if (unlink(path) < 0 && errno != ENOENT)
		return vt_err_errno(err, "cannot remove '%s'", path);
	return 0;
}

/* Which phase ended the test, as history has it. */
static const char *last_phase(const struct verify *v, int status)
{
	if (status == VT_OK || status == VT_SKIPPED)
		return "-";
	for (size_t i = 0; i < v->phases.n; i++)
		if (v->phases.v[i].exit != 0)
			return v->phases.v[i].name;
	return "verify";
}

int write_all(const struct verify *v, const struct verdict *verdict,
	bool skip_too, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str tap = VT_STR_INIT, xml = VT_STR_INIT;
	VT_AUTO_JSON json_t *json = write_json(v, verdict);
	VT_AUTO_FREE char *json_path = vt_fs_join(v->dir, "result.json");
	write_tap(v, &tap);
	write_junit(v, verdict, &xml);
	fwrite(tap.s, 1, tap.len, stdout);
	if (fflush(stdout) == EOF)
		return vt_err_errno(err, "cannot write standard output");
	if (write_file(v, "result.tap", &tap, err) < 0 ||
		write_file(v, "result.xml", &xml, err) < 0 ||
		vt_json_write(json_path, json, err) < 0 ||
		vt_history_add(v->dir, verdict->exit,
			last_phase(v, verdict->exit), err) < 0)
		return -1;
	bool good = verdict->exit == VT_OK || verdict->exit == VT_SKIPPED;
	if (vt_keep_apply(v->dir, good, err) < 0)
		return -1;
	return stamp(v, verdict, skip_too, err);
}
