/* Lines of a console that no passing guest should print, and that yet need not
 * mean a failure: noted in the result, or with `strict` a failed check. (Lines
 * that always fail a phase: test/fatal.c.) */
#include "notes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "consoles.h"

static const struct row {
	const char *id, *ere, *what;
} table[] = {
	/* of older kernels, of newer ones, and the trace below either */
	{"kernel-warning",
		"WARNING: (CPU: [0-9]+ PID: [0-9]+|[^ ]+:[0-9]+) at |"
		"Call Trace:",
		"the kernel warns"},
	{"segfault",
		"\\]: segfault at [0-9a-f]+ ip |"
		"traps: .*\\] (general protection|trap [a-z ]+).* ip:",
		"a program crashed"},
	{"core-dump",
		"(Main|Control) process exited, code=dumped|"
		"Process [0-9]+ \\(.*\\) of user [0-9]+ dumped core",
		"a unit of systemd dumped core"},
};
enum { ROWS = VT_COUNT(table) };

/* "boot: a program crashed: [ 4.5] x[77]: segfault at 0 (3 times)" */
static char *describe(
	const char *phase, size_t row, const struct console_found *f)
{
	VT_AUTO_FREE char *times =
		f->n > 1 ? vt_printf(" (%zu times)", f->n) : vt_strdup("");
	return vt_printf(
		"%s: %s: %s%s", phase, table[row].what, f->text, times);
}

/* What was found on the consoles of all phases, by row. */
struct noted {
	struct vt_str text[ROWS];
	char *see[ROWS];
	struct vt_err *err;
};

static void look(struct verify *v, struct noted *all, const char *phase)
{
	const char *eres[ROWS];
	for (size_t i = 0; i < ROWS; i++)
		eres[i] = table[i].ere;
	VT_AUTO_FREE struct console_found *found =
		consoles_search(v, phase, eres, ROWS, &all->err);
	for (size_t i = 0; found && i < ROWS; i++) {
		if (!found[i].n)
			continue;
		VT_AUTO_FREE char *text = describe(phase, i, &found[i]);
		VT_AUTO_FREE char *see = consoles_see(&found[i], phase);
		vt_str_item(&all->text[i], "\n", text);
		if (!v->file.strict)
			vt_result_note(&v->result, see, "%s", text);
		if (!all->see[i])
			all->see[i] = vt_strdup(see);
	}
}

static void add_checks(struct verify *v, const struct noted *all)
{
	for (size_t i = 0; i < ROWS; i++) {
		struct vt_check_result *r = vt_check_new(&v->result.checks,
			NULL, NULL, "strict %s", table[i].id);
		vt_check_expect(r, "no line on a console that says that %s",
			table[i].what);
		if (all->err)
			vt_check_found(r, "%s", all->err->msg);
		else
			vt_check_found(r, "%s",
				all->text[i].len ? all->text[i].s : "none");
		r->host = vt_err_status(all->err) == VT_HOST;
		vt_check_see(r, "%s", all->see[i] ? all->see[i] : "logs");
		vt_check_judge(r, !all->err && !all->text[i].len);
	}
}

void notes_take(struct verify *v)
{
	struct noted all = {0};
	for (size_t i = 0; i < v->phases.n && !all.err; i++)
		look(v, &all, v->phases.v[i].name);
	if (v->file.strict)
		add_checks(v, &all);
	else if (all.err)
		vt_result_note(&v->result, NULL, "%s", all.err->msg);
	for (size_t i = 0; i < ROWS; i++) {
		vt_str_free(&all.text[i]);
		free(all.see[i]);
	}
	vt_err_free(all.err);
}
