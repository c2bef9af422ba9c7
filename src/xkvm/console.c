/* vt-xkvm --console: boots the installed system with its console on the
 * terminal. */
#include "base/mem.h"
#include "base/proc.h"
#include "xkvm.h"

/* Create the test's seed with vt-seed, with a login instead of the scripts and
 * the power off. */
static int make_seed(struct xkvm *x, struct vt_err **err)
{
	const struct vt_login *login = &x->session.login;
	struct vt_machine *m = &x->vm.machine;
	VT_AUTO_FREE char *tool = vt_proc_sibling("vt-seed");
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str image = VT_STR_INIT;
	if (!m->seed.path)
		return 0;
	vt_strv_addv(&argv, tool, "--user",
		login->user ? login->user : VT_LOGIN_DEFAULT, "--output", "-",
		NULL);
	if (login->ssh_key)
		vt_strv_addv(&argv, "--ssh-key", login->ssh_key, NULL);
	vt_strv_addv(&argv, "--", x->dir, NULL);
	struct vt_run run = {
		.argv = argv.v, .timeout_ms = 60000, .out = &image};
	if (vt_proc_check(&run, err) < 0)
		return -1;
	m->seed.path = vt_session_file(&x->session, image.s, image.len, err);
	return m->seed.path ? 0 : -1;
}

int xkvm_console(struct xkvm *x)
{
	struct vt_session *s = &x->session;
	struct vt_err *err = NULL;
	if (vt_session_begin(s, &x->vm, x->dir, "boot/vm.yaml", &err) == 0)
		make_seed(x, &err);
	return vt_session_end(s, &x->vm, NULL, err);
}
