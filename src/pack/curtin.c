/* Pack curtin, by its own command `curtin pack`. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/tmp.h"
#include "pack.h"

enum { TIMEOUT_MS = 120000, MAX_SCRIPT = 256 << 20 };

/* curtin splits --add=NAME:PATH at the first colon. */
static int add_files(
	const struct pack *p, struct vt_strv *argv, struct vt_err **err)
{
	for (size_t i = 0; i < p->file.n_adds; i++) {
		const struct vt_pack_add *a = &p->file.adds[i];
		if (strchr(a->as, ':'))
			return vt_err_set(err, VT_USAGE,
				"cannot pack '%s' as '%s': curtin does not "
				"support names with a colon",
				a->path, a->as);
		vt_strv_addf(argv, "--add=%s:%s", a->as, a->path);
	}
	return 0;
}

/* curtin's script unpacks its archive into a directory beside our config, and
 * runs the command in that directory. */
static const char copy_config[] =
	"mkdir -p config && cp -p ../config/config.yaml config/ && "
	"exec \"$0\" \"$@\"";

static int run(
	const struct vt_strv *argv, struct vt_str *out, struct vt_err **err)
{
	/* The first keeps Python from writing to the checkout. Without the
	 * second, curtin tries each version of Python that it knows. */
	const char *env[] = {"PYTHONDONTWRITEBYTECODE=1", NULL, NULL};
	if (!getenv("PY3OR2_PYTHON"))
		env[1] = "PY3OR2_PYTHON=python3";
	struct vt_run how = {.argv = argv->v,
		.env = (char *const *)env,
		.timeout_ms = TIMEOUT_MS,
		.max_output = MAX_SCRIPT,
		.out = out};
	if (vt_proc_check(&how, err) < 0) {
		bool module = err && (*err)->detail &&
			      strstr((*err)->detail, "ModuleNotFoundError");
		return vt_err_wrap(err, "cannot pack curtin%s",
			module ? " (install python3-yaml, python3-attr, "
				 "python3-packaging and python3-debian)"
			       : "");
	}
	if (out->len == 0)
		return vt_err_set(err, VT_HOST,
			"cannot pack curtin: '%s pack' printed nothing",
			argv->v[0]);
	if (strlen(out->s) != out->len)
		return vt_err_set(err, VT_HOST,
			"cannot pack curtin: '%s pack' printed a NUL byte",
			argv->v[0]);
	return 0;
}

int pack_curtin(const struct pack *p, const struct vt_strv *command,
	struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_TMP struct vt_tmp config = VT_TMP_INIT;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	/* an absolute path, since a bare name would be looked up in PATH */
	const char *path = p->file.installer.path;
	VT_AUTO_FREE char *exe = realpath(path, NULL);
	vt_strv_addv(&argv, exe ? exe : path, "pack", (char *)NULL);
	if (p->config && !p->has_markers) {
		if (vt_tmp_scratch(&config, 0644, err) < 0 ||
			vt_fs_write_all(config.fd, p->config, strlen(p->config),
				err) < 0)
			return vt_err_wrap(err,
				"cannot write curtin's config to a temporary "
				"file (set TMPDIR)");
		vt_strv_addf(&argv, "--add=config/config.yaml:%s", config.tmp);
	}
	if (add_files(p, &argv, err) < 0)
		return -1;
	vt_strv_add(&argv, "--");
	if (p->has_markers)
		vt_strv_addv(&argv, "sh", "-c", copy_config, (char *)NULL);
	for (size_t i = 0; i < command->n; i++)
		vt_strv_add(&argv, command->v[i]);
	return run(&argv, out, err);
}
