/* Health reports of the booted system: cloud-init, systemd and the collect
 * scripts. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "check.h"
#include "data/json.h"
#include "evidence.h"
#include "test/bounds.h"

enum { LOG_LINES = 15 };

/* Show the last lines of output of a failed script. */
static void script_failed(
	struct verify *v, struct vt_check_result *r, const char *name)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_FREE char *log = vt_printf("vt-collect/%s.log", name);
	vt_check_see(r, "logs/boot-serial.log");
	if (facts_read(&v->facts, log, &fact, NULL) != 1)
		return;
	const char *tail = vt_str_tail(fact.text, fact.len, LOG_LINES);
	vt_check_see(r, "collect/%s", log);
	vt_check_detail(r, tail, (size_t)(fact.text + fact.len - tail));
}

static void check_script(
	struct verify *v, const struct check *c, const json_t *script)
{
	const char *name = vt_json_str(script, "name");
	const json_t *status = json_object_get(script, "status");
	bool known = json_is_integer(status);
	bool pass = known && json_integer_value(status) == 0;
	struct vt_check_result *r =
		check_result(v, c, "collect script %s", name ? name : "?");
	vt_check_expect(r, "exit status 0");
	if (known)
		vt_check_found(r, "exit status %lld",
			(long long)json_integer_value(status));
	else
		vt_check_found(r, "no exit status");
	vt_check_judge(r, pass);
	if (!pass && name)
		script_failed(v, r, name);
}

/* Whether the sentinel has a script of this name. */
static bool has_script(const json_t *scripts, const char *name)
{
	for (size_t i = 0; i < json_array_size(scripts); i++)
		if (vt_str_eq(vt_json_str(json_array_get(scripts, i), "name"),
			    name))
			return true;
	return false;
}

/* Scripts that boot/seed.yaml has and that did not run. */
static void check_missing(
	struct verify *v, const struct check *c, const json_t *scripts)
{
	const struct vt_strv *all = &v->file.collect_scripts;
	for (size_t i = 0; i < all->n; i++) {
		if (has_script(scripts, all->v[i]))
			continue;
		struct vt_check_result *r =
			check_result(v, c, "collect script %s", all->v[i]);
		vt_check_expect(r, "exit status 0");
		vt_check_found(r, "it did not run");
		vt_check_see(r, "collect/vt-sentinel.json");
	}
}

void check_scripts(struct verify *v, const struct check *c)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_JSON json_t *sentinel = NULL;
	int rc = facts_json(&v->facts, "vt-sentinel.json", &sentinel, &err);
	if (rc != 1) {
		struct vt_check_result *r =
			check_result(v, c, "collect scripts");
		if (rc < 0)
			vt_check_error(r, &err);
		else
			vt_check_found(
				r, "no 'vt-sentinel.json' was collected");
		return;
	}
	const json_t *scripts = json_object_get(sentinel, "scripts");
	size_t n = json_array_size(scripts), most = vt_bound(VT_BOUND_SCRIPTS);
	for (size_t i = 0; i < n && i < most; i++)
		check_script(v, c, json_array_get(scripts, i));
	check_missing(v, c, scripts);
	if (n > most) {
		struct vt_check_result *r =
			check_result(v, c, "collect scripts");
		VT_AUTO_FREE char *what =
			vt_printf("'vt-sentinel.json' with %zu scripts", n);
		vt_check_see(r, "collect/vt-sentinel.json");
		vt_bound_error(VT_BOUND_SCRIPTS, what, &err);
		vt_check_error(r, &err);
	}
}

/* Append the texts of all lists named `key` in a status of cloud-init. */
static void errors_of(
	const json_t *j, const char *key, const char *stage, struct vt_str *out)
{
	const char *name;
	json_t *member;
	json_object_foreach ((json_t *)j, name, member) {
		if (json_is_object(member))
			errors_of(member, key, name, out);
		if (strcmp(name, key) || !json_is_array(member))
			continue;
		for (size_t i = 0; i < json_array_size(member); i++) {
			const char *text =
				json_string_value(json_array_get(member, i));
			vt_str_addf(out, "%s: %s\n", stage,
				text ? text : "an error");
		}
	}
}

/* Read one file. Return: 1; 0: no such file; -1: unreadable, r has the error */
static int look(struct verify *v, struct vt_check_result *r, const char *file,
	struct vt_str *errors)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_JSON json_t *j = NULL;
	int rc = facts_json(&v->facts, file, &j, &err);
	if (rc < 0)
		vt_check_error(r, &err);
	if (rc != 1)
		return rc;
	vt_check_see(r, "collect/%s", file);
	errors_of(j, "errors", file, errors);
	const char *status = vt_json_str(j, "status");
	if (!errors->len && status && !strcmp(status, "error"))
		vt_str_addf(errors, "%s: status is 'error'\n", file);
	return 1;
}

void check_cloud_init(struct verify *v, const struct check *c)
{
	static const char *const files[] = {"cloud-init-status.json",
		"run_cloud-init/status.json", "run_cloud-init/result.json",
		"var_lib_cloud/data/status.json",
		"var_lib_cloud/data/result.json", NULL};
	VT_AUTO_STR struct vt_str errors = VT_STR_INIT;
	struct vt_check_result *r = check_result(v, c, "cloud_init_status");
	bool any = false;
	vt_check_expect(r, "no cloud-init errors in the booted system");
	for (const char *const *file = files; *file && !errors.len; file++) {
		int rc = look(v, r, *file, &errors);
		if (rc < 0)
			return;
		any = any || rc == 1;
	}
	if (!any) {
		if (evidence_required(v, files[0]))
			vt_check_found(r, "no cloud-init status was collected");
		else
			vt_check_skip(r, "no cloud-init status was collected");
		return;
	}
	vt_check_found(r, "%s", errors.len ? errors.s : "no errors");
	vt_check_judge(r, !errors.len);
}

void check_failed_units(struct verify *v, const struct check *c)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_STR struct vt_str units = VT_STR_INIT;
	struct vt_check_result *r = check_result(v, c, "failed_units");
	const char *s;
	size_t at = 0, len;
	vt_check_expect(r, "no failed units in the booted system");
	if (!check_fact(v, r, "failed-units", &fact))
		return;
	while (fact_line(&fact, &at, &s, &len)) {
		VT_AUTO_FREE char *line = vt_strndup(s, len);
		if (line[strspn(line, " \t\r")])
			vt_str_addf(&units, "%s\n", line);
	}
	vt_check_found(r, "%s", units.len ? units.s : "none");
	vt_check_judge(r, !units.len);
}
