/* vt-extract: extract the archive on an output disk, or files of an image. */
#include "base/err.h"
#include "base/fs.h"
#include "base/opt.h"
#include "base/proc.h"
#include "collect.h"
#include "extract_options.h"
#include "extract_phase.h"
#include "image.h"

static int run(const struct options *o, struct vt_err **err)
{
	if (o->image) {
		struct image_job job = {
			.image = o->image,
			.out = o->output ? o->output : ".",
			.patterns = &o->operands,
		};
		return image_run(&job, err);
	}
	struct collect_job job = {
		.disk = o->operands.v[0],
		.out = o->output ? o->output : "collect",
	};
	return collect_run(&job, err);
}

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	AUTO_OPTIONS struct options o = OPTIONS_INIT;
	vt_proc_die_with_parent();
	int rc = options_parse(argc, argv, &o, &err);
	if (rc == 0 && !o.image && !o.output && vt_fs_is_dir(o.operands.v[0]))
		return collect_phase(o.operands.v[0]);
	if (rc == 0)
		run(&o, &err);
	return vt_cli_end(err);
}
