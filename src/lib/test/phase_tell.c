#include "test/phase_tell.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "test/phases.h"

/* Limits of the console excerpt; the report has more. */
enum { LINES_BEFORE = 8, LINES_AFTER = 4, MAX_SHOWN = 500 };

/* Lines of a guest may be too long for a terminal. */
static void add_short(struct vt_str *out, const char *s)
{
	size_t len = strlen(s);
	if (len <= MAX_SHOWN)
		vt_str_add(out, s);
	else
		vt_str_addf(
			out, "%.*s... (%zu bytes in total)", MAX_SHOWN, s, len);
}

static void add_lines(const struct vt_phase *p, struct vt_str *out)
{
	const struct vt_strv *lines = &p->context;
	if (p->detail) {
		vt_str_add(out, p->detail);
		return;
	}
	size_t at = p->cause_line;
	size_t from = at > LINES_BEFORE ? at - LINES_BEFORE : 0;
	for (size_t i = from; i < lines->n && i <= at + LINES_AFTER; i++) {
		add_short(out, lines->v[i]);
		vt_str_addc(out, '\n');
	}
}

/* Quote as one word of a shell. */
static char *quoted(const char *s)
{
	struct vt_str out = VT_STR_INIT;
	vt_str_shquote(&out, s);
	return vt_str_take(&out);
}

/* Where to look at a guest that hung; the console is told anyway. */
static void log_autopsy(const struct vt_phase *p)
{
	for (int i = 0; i < VT_AUTOPSY_PARTS; i++) {
		VT_AUTO_FREE char *what = vt_printf(
			"%s:", vt_autopsy_name((enum vt_autopsy_what)i));
		if (p->autopsy.parts[i].there && i != VT_AUTOPSY_TASKS)
			vt_log_info("%-12s %s", what, p->autopsy.files[i]);
		else if (p->autopsy.parts[i].why)
			vt_log_info("%-12s none: %s", what,
				p->autopsy.parts[i].why);
	}
}

static void log_next_steps(const struct vt_phase *p)
{
	VT_AUTO_FREE char *serial = vt_phase_serial_log(p);
	VT_AUTO_FREE char *report = vt_phases_report(p->dir, p->name);
	VT_AUTO_FREE char *journal =
		vt_phases_log(p->dir, p->name, VT_PHASES_JOURNAL);
	VT_AUTO_FREE char *tool = quoted(program_invocation_name);
	VT_AUTO_FREE char *dir = quoted(p->dir);
	struct stat st;
	if (p->console && stat(serial, &st) == 0 && st.st_size > 0)
		vt_log_info("console:     %s", serial);
	if (stat(journal, &st) == 0)
		vt_log_info("journal:     %s", journal);
	log_autopsy(p);
	vt_log_info("report:      %s", report);
	vt_log_info("debug:       %s --console %s", tool, dir);
	vt_log_info("retry:       %s %s", tool, dir);
}

void vt_phase_tell(const struct vt_phase *p)
{
	double seconds = (double)(vt_now_ms() - p->start_ms) / 1000;
	if (p->cache.since) {
		vt_log_info("%s: taken from the cache, made %s", p->name,
			p->cache.since);
		return;
	}
	if (p->status == VT_OK) {
		if (!p->attended)
			vt_log_info("%s passed in %.1f s", p->name, seconds);
		return;
	}
	VT_AUTO_STR struct vt_str text = VT_STR_INIT, cause = VT_STR_INIT;
	struct vt_err *err = NULL;
	add_lines(p, &text);
	add_short(&cause, p->cause ? p->cause : "?");
	vt_err_set(&err, p->status, "%s: %s (%s, %.1f s)%s", p->name,
		vt_str_c(&cause), vt_outcome_name(p->outcome), seconds,
		p->expected_failure ? ", as expected" : "");
	vt_err_detail(err ? &err : NULL, text.s);
	vt_log_err(err);
	vt_err_free(err);
	if (p->dir)
		log_next_steps(p);
}
