/* vt-sync: mirror, publish and query images in a simplestreams tree. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "sync.h"

static const struct {
	const char *name;
	sync_command *run;
} commands[] = {
	{"mirror", sync_mirror},
	{"query", sync_query},
	{"verify", sync_verify},
	{"clean", sync_clean},
	{"publish", sync_publish},
	{"lock", sync_lock},
};

static int run(const struct options *o, const struct vt_strv *operands,
	struct vt_err **err)
{
	const char *name = operands->n ? operands->v[0] : "";
	for (size_t i = 0; i < VT_COUNT(commands); i++)
		if (!strcmp(commands[i].name, name))
			return commands[i].run(o, operands->v + 1, err);
	return vt_err_set(err, VT_USAGE,
		"unknown command '%s': use mirror, query, verify, clean, "
		"publish or lock (try 'vt-sync --help')",
		name);
}

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STRV struct vt_strv operands = VT_STRV_INIT;
	struct options o = {.jobs = 8};
	vt_proc_die_with_parent();
	int rc = vt_cli_parse(&sync_cli, argc, argv, &o, &operands, &err);
	if (rc == 0)
		run(&o, &operands, &err);
	vt_strv_free(&o.set);
	vt_strv_free(&o.source);
	vt_strv_free(&o.arches);
	return vt_cli_end(err);
}
