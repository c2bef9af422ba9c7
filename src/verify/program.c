#include "program.h"

#include <sys/prctl.h>

#include "base/contain.h"
#include "base/mem.h"
#include "base/proc.h"

enum {
	RUN_SECONDS = 60,
	MAX_OUTPUT = 16 << 20,
	TAIL_LINES = 20,
};

static void argv_of(const struct check *c, struct vt_strv *argv)
{
	const struct vt_node *n = c->value;
	if (n->kind == VT_SCALAR)
		vt_strv_add(argv, n->text);
	for (size_t i = 0; n->kind == VT_SEQ && i < n->n; i++)
		vt_strv_add(argv, n->items[i]->text);
}

int program_run(const struct verify *v, const struct check *c,
	bool merge_stderr, struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_STRV struct vt_strv env = VT_STRV_INIT;
	argv_of(c, &argv);
	vt_strv_addf(&env, "VT_TEST_DIR=%s", v->dir);
	vt_strv_addf(&env, "VT_COLLECT_DIR=%s/collect", v->dir);
	long seconds = c->timeout_s ? c->timeout_s : RUN_SECONDS;
	struct vt_run run = {.argv = argv.v,
		.env = env.v,
		.cwd = v->dir,
		.timeout_ms = (int)seconds * 1000,
		.max_output = MAX_OUTPUT,
		.out = out,
		.merge_stderr = merge_stderr,
		.contain = true};
	/* if what contains it is killed as well, its children become ours */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	int status = vt_proc_run(&run, err);
	vt_contain_sweep();
	return status;
}

char *program_shown(const struct check *c)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	struct vt_str shown = VT_STR_INIT;
	argv_of(c, &argv);
	vt_str_shjoin(&shown, argv.v);
	return vt_str_take(&shown);
}

void program_failed(struct vt_check_result *r, struct vt_err **err)
{
	vt_check_error(r, err);
	r->host = false;
}

void program_tail(struct vt_check_result *r, const struct vt_str *out)
{
	if (!out->len)
		return;
	const char *tail = vt_str_tail(out->s, out->len, TAIL_LINES);
	vt_check_detail(r, tail, (size_t)(out->s + out->len - tail));
}
