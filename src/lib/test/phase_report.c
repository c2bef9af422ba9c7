#include "test/phase_report.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "data/json.h"

char *vt_phase_report_path(const struct vt_phase *p)
{
	VT_AUTO_FREE char *name = vt_printf("logs/%s.json", p->name);
	return vt_fs_join(p->dir, name);
}

static json_t *text(const char *s)
{
	return vt_json_text(s ? s : "", s ? strlen(s) : 0);
}

static json_t *list(const struct vt_strv *l)
{
	json_t *a = json_array();
	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(a, text(l->v[i]));
	return a;
}

/* In seconds, to the millisecond. */
static json_t *seconds(uint64_t ms)
{
	return json_real((double)ms / 1000);
}

/* When what was first seen, in seconds since the phase began. */
static json_t *times(const struct vt_phase *p)
{
	static const char *const marks[VT_MARKS] = {
		[VT_MARK_KERNEL] = "kernel",
		[VT_MARK_INIT] = "init",
		[VT_MARK_CLOUD_INIT] = "cloud_init",
		[VT_MARK_INSTALLER_START] = "installer_start",
		[VT_MARK_INSTALLER_END] = "installer_end",
	};
	json_t *map = json_object();
	if (p->power_on_ms)
		json_object_set_new(map, "power_on", seconds(p->power_on_ms));
	for (int i = 0; p->console && i < VT_MARKS; i++) {
		const struct vt_hit *hit =
			vt_console_hit(p->console, (enum vt_rule)i);
		if (hit->id)
			json_object_set_new(map, marks[i], seconds(hit->at_ms));
	}
	if (p->power_off_ms)
		json_object_set_new(map, "power_off", seconds(p->power_off_ms));
	return map;
}

/* The line that decided, or NULL. A host that was too busy for its guest shows
 * in a line like those of guests that fail by themselves. */
static const struct vt_hit *decisive(const struct vt_phase *p)
{
	static const enum vt_rule kinds[] = {
		VT_RULE_PANIC, VT_RULE_FAILURE, VT_RULE_AT_END};
	enum vt_rule kind = p->outcome == VT_OUT_PANIC        ? VT_RULE_PANIC
			    : p->outcome == VT_OUT_HALTED     ? VT_RULE_HALT
			    : p->outcome == VT_OUT_FATAL_LINE ? VT_RULE_FAILURE
							      : VT_RULE_AT_END;
	const struct vt_hit *hit;
	if (!p->console)
		return NULL;
	if (p->outcome != VT_OUT_HOST_FAULT) {
		hit = vt_console_hit(p->console, kind);
		return hit->id ? hit : NULL;
	}
	for (size_t i = 0; i < VT_COUNT(kinds); i++)
		if ((hit = vt_console_hit(p->console, kinds[i]))->id)
			return hit;
	return NULL;
}

static json_t *rule(const struct vt_phase *p)
{
	const struct vt_hit *hit = decisive(p);
	if (!hit)
		return NULL;
	json_t *map = json_object();
	json_object_set_new(map, "id", text(hit->id));
	json_object_set_new(map, "line", text(hit->line));
	json_object_set_new(map, "at", seconds(hit->at_ms));
	if (hit->why)
		json_object_set_new(map, "why", text(hit->why));
	return map;
}

int vt_phase_report_write(const struct vt_phase *p, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_phase_report_path(p);
	VT_AUTO_STRV struct vt_strv context = VT_STRV_INIT;
	VT_AUTO_JSON json_t *j = json_object();
	char started[32];
	struct tm tm;
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ",
		gmtime_r(&p->started, &tm));
	if (p->console)
		vt_console_context(p->console, &context);
	json_object_set_new(j, "format", json_integer(1));
	json_object_set_new(j, "test", text(p->test));
	json_object_set_new(j, "phase", text(p->name));
	json_object_set_new(j, "exit",
		json_integer(p->signal ? 128 + p->signal : (int)p->status));
	json_object_set_new(j, "outcome", text(vt_outcome_name(p->outcome)));
	json_object_set_new(j, "cause", text(p->cause));
	json_object_set_new(j, "accel",
		text(p->accel == VT_ACCEL_AUTO ? NULL
					       : vt_accel_name(p->accel)));
	if (p->retried)
		json_object_set_new(j, "retried", text(p->retried));
	json_object_set_new(j, "started", text(started));
	json_object_set_new(j, "seconds", seconds(vt_now_ms() - p->start_ms));
	json_object_set_new(j, "waited", seconds(p->waited_ms));
	json_object_set_new(j, "times", times(p));
	json_t *fired = rule(p);
	if (fired)
		json_object_set_new(j, "rule", fired);
	if (p->told.n)
		json_object_set_new(j, "channel", list(&p->told));
	json_object_set_new(j, "context", list(&context));
	json_object_set_new(j, "command", list(&p->command));
	return vt_json_write(path, j, err);
}
