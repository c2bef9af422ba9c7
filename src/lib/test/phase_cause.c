#include "test/phase_cause.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "test/cause_place.h"
#include "test/fatal.h"

const struct vt_hit *vt_phase_decisive(const struct vt_phase *p)
{
	static const enum vt_rule kinds[] = {
		VT_RULE_PANIC, VT_RULE_FAILURE, VT_RULE_AT_END};
	enum vt_rule kind = p->outcome == VT_OUT_PANIC        ? VT_RULE_PANIC
			    : p->outcome == VT_OUT_HALTED     ? VT_RULE_HALT
			    : p->outcome == VT_OUT_FATAL_LINE ? VT_RULE_FAILURE
							      : VT_RULE_AT_END;
	const struct vt_hit *hit;
	if (p->outcome != VT_OUT_HOST_FAULT) {
		hit = vt_console_hit(p->console, kind);
		return hit->id ? hit : NULL;
	}
	for (size_t i = 0; i < VT_COUNT(kinds); i++)
		if ((hit = vt_console_hit(p->console, kinds[i]))->id)
			return hit;
	return NULL;
}

static bool started(const struct vt_phase *p)
{
	return vt_console_hit(p->console, VT_MARK_INSTALLER_START)->id;
}

/* Whose words may explain the failure: bits of enum vt_cause_of. */
static unsigned explained_by(const struct vt_phase *p)
{
	const struct vt_hit *hit = vt_phase_decisive(p);
	if (p->status != VT_FAILED)
		return VT_CAUSE_NONE;
	if (hit)
		return vt_fatal_explained_by(hit->id);
	if (p->outcome == VT_OUT_PANIC)
		return VT_CAUSE_KERNEL;
	if (p->outcome != VT_OUT_POWEROFF || strcmp(p->name, "install") != 0)
		return VT_CAUSE_NONE;
	return started(p) ? VT_CAUSE_INSTALLER : VT_CAUSE_CLOUD_INIT;
}

/* The last line with this text, or n. */
static size_t find(const struct vt_story *s, const struct vt_hit *hit)
{
	for (size_t i = s->n; hit && hit->id && i; i--)
		if (!strcmp(s->v[i - 1].text, hit->line))
			return i - 1;
	return s->n;
}

/* What was printed before an installer started is not of it. */
static size_t begin(const struct vt_phase *p, const struct vt_story *s)
{
	size_t at =
		find(s, vt_console_hit(p->console, VT_MARK_INSTALLER_START));
	return at < s->n ? at : 0;
}

/* What is wrong, without the place in the merged config where that stands: the
 * user has another. */
static const char *without_place(const char *text)
{
	static const char merged[] = "config/config.yaml:";
	if (!vt_str_starts(text, merged))
		return text;
	const char *s = text + strlen(merged);
	s += strspn(s, "0123456789:");
	return *s == ' ' ? s + 1 : text;
}

/* The words of an installer say it all; those of a system do not say what they
 * led to, and a line of the table of fatal lines has its meaning there. */
static void take(struct vt_phase *p, const struct vt_cause *c, bool is_hit)
{
	const struct vt_hit *hit = vt_phase_decisive(p);
	bool more = hit && hit->why &&
		    (is_hit || !(explained_by(p) & VT_CAUSE_INSTALLER));
	VT_AUTO_FREE char *at = p->dir ? vt_cause_place(p->dir, c) : NULL;
	vt_phase_verdict(p, p->status, "%s%s%s%s%s%s",
		at ? without_place(c->text) : c->text, more ? ": " : "",
		more ? hit->why : "", at ? " (" : "", at ? at : "",
		at ? ")" : "");
	free(p->at);
	p->at = at;
	at = NULL;
}

void vt_phase_explain(struct vt_phase *p)
{
	VT_AUTO_STORY struct vt_story s = {0};
	VT_AUTO_CAUSE struct vt_cause c = {0};
	if (!p->console || p->cache.since)
		return;
	vt_console_story(p->console, &s);
	unsigned by = explained_by(p);
	size_t line = find(&s, vt_phase_decisive(p));
	if (by && vt_cause_find(&c, &s, begin(p, &s), by)) {
		take(p, &c, c.line == line && !c.more);
		line = c.line;
	}
	p->cause_line = vt_story_context(
		&s, line < s.n ? line : s.failure, &p->context);
}
