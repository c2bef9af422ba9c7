/* Finds and runs tgtadm: Debian installs it in /usr/sbin, which is not in the
 * PATH of ordinary users. */
#include "host/tgt_internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

enum { ADMIN_LIMIT_MS = 10000 };

char *vt_tgt_tool(const char *name, struct vt_err **err)
{
	static const char *const dirs[] = {
		"/usr/sbin", "/usr/local/sbin", "/sbin"};
	if (vt_proc_in_path(name))
		return vt_strdup(name);
	for (size_t i = 0; i < VT_COUNT(dirs); i++) {
		char *path = vt_printf("%s/%s", dirs[i], name);
		if (access(path, X_OK) == 0)
			return path;
		vt_freep(&path);
	}
	vt_err_set(err, VT_HOST,
		"'%s' is not installed: install the Debian package 'tgt'",
		name);
	return NULL;
}

char *vt_tgt_preload(struct vt_err **err)
{
	static const char *const places[] = {"", "../lib/vt/"};
	VT_AUTO_FREE char *self = realpath("/proc/self/exe", NULL);
	VT_AUTO_FREE char *dir = vt_fs_dirname(self ? self : "./");
	for (size_t i = 0; i < VT_COUNT(places); i++) {
		VT_AUTO_FREE char *path =
			vt_printf("%s/%svt-tgt.so", dir, places[i]);
		if (access(path, R_OK) == 0)
			return vt_printf("LD_PRELOAD=%s", path);
	}
	vt_err_set(err, VT_HOST,
		"cannot find 'vt-tgt.so' in '%s' or '%s/../lib/vt': run make",
		dir, dir);
	return NULL;
}

/* An error with tgtadm's output, on one line. It names only mode and operation:
 * the other arguments may contain passwords. */
static int admin_failed(const struct vt_strv *argv, const struct vt_str *output,
	struct vt_err **err)
{
	VT_AUTO_STR struct vt_str line = VT_STR_INIT;
	size_t n = output->len;
	while (n && output->s[n - 1] == '\n')
		n--;
	vt_str_printable(&line, vt_str_c(output), n, false);
	return vt_err_set(err, VT_HOST, "tgtadm %s %s: %s", argv->v[4],
		argv->v[6], line.len ? line.s : "failed");
}

int vt_tgt_admin(
	const struct vt_tgt *t, struct vt_str *out, struct vt_err **err, ...)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str own = VT_STR_INIT;
	VT_AUTO_FREE char *tool = vt_tgt_tool("tgtadm", err);
	VT_AUTO_FREE char *socket = NULL;
	const char *arg;
	va_list ap;
	if (!tool)
		return -1;
	vt_strv_addv(&argv, tool, "--lld", "iscsi", (char *)NULL);
	va_start(ap, err);
	while ((arg = va_arg(ap, const char *)))
		vt_strv_add(&argv, arg);
	va_end(ap);
	/* relative to the directory: the length of a socket's path is limited
	 */
	if (t->dir || t->ipc)
		socket = vt_printf(
			"TGT_IPC_SOCKET=%s", t->dir ? TGT_SOCKET : t->ipc);
	struct vt_run run = {.argv = argv.v,
		.env = socket ? (char *const[]){socket, NULL} : NULL,
		.cwd = t->dir,
		.timeout_ms = ADMIN_LIMIT_MS,
		.out = out ? out : &own,
		.merge_stderr = true};
	int rc = vt_proc_run(&run, err);
	return rc > 0 ? admin_failed(&argv, run.out, err) : rc;
}
