#include "base/mem.h"
#include "capsule.h"
#include "test/bounds.h"

char *capsule_help(const char *more)
{
	VT_AUTO_FREE char *bounds = vt_bounds_help("vt-report",
		"bounds of a capsule; what exceeds one is left out, and "
		"refused by --open");
	return vt_printf("%s\n\n%s", more, bounds);
}

int capsule_command(const char *write, const char *open,
	const struct vt_strv *operands, struct vt_err **err)
{
	if (write && open)
		return vt_err_set(err, VT_USAGE,
			"--capsule and --open exclude each other");
	if (write && operands->n != 1)
		return vt_err_set(err, VT_USAGE,
			"--capsule needs one test directory (try 'vt-report "
			"--help')");
	if (open && operands->n > 1)
		return vt_err_set(err, VT_USAGE,
			"--open takes one directory at most (try 'vt-report "
			"--help')");
	return write ? capsule_write(write, operands->v[0], err)
		     : capsule_open(
			       open, operands->n ? operands->v[0] : NULL, err);
}
