/* vt-launch --console: boots the install environment with its console on the
 * terminal, without running the installer. */
#include "base/mem.h"
#include "data/userdata.h"
#include "launch.h"

/* Serve user-data that only creates a login, instead of the test's. */
static int serve_login(struct launch *l, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *ud = vt_userdata_new();
	VT_AUTO_STR struct vt_str config = VT_STR_INIT, user = VT_STR_INIT,
				  meta = VT_STR_INIT;
	if (vt_login_config(&l->session.login, &config, err) < 0)
		return -1;
	vt_userdata_add(ud, "text/cloud-config", config.s);
	if (vt_userdata_emit(ud, &user, err) < 0 ||
		vt_userdata_meta("vt-console", &user, &meta, err) < 0)
		return -1;
	return launch_serve_texts(l, user.s, meta.s, err);
}

int launch_console(struct launch *l)
{
	struct vt_session *s = &l->session;
	struct vt_err *err = NULL;
	struct vt_watch watch = {0};
	s->fresh = true; /* empty disks if nothing is installed yet */
	if (vt_session_begin(s, &l->vm, l->dir, "install/vm.yaml", &err) == 0 &&
		launch_check_files(l, &err) == 0 && serve_login(l, &err) == 0)
		watch = launch_watch(l);
	return vt_session_end(s, &l->vm, &watch, err);
}
