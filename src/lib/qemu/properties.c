#include "qemu/properties.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cache.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

enum { MAX_ANSWER = 1 << 20 };

/* Return: the name of the cache entry, or NULL if the binary is not found */
static char *entry_name(const char *qemu, const char *device)
{
	struct stat st;
	VT_AUTO_FREE char *path = vt_proc_find(qemu);
	if (!path || stat(path, &st) < 0)
		return NULL;
	return vt_printf("devices/%s-%lld-%lld/%s", strrchr(path, '/') + 1,
		(long long)st.st_size, (long long)st.st_mtim.tv_sec, device);
}

/* Return: a heading, then lines "  NAME=<type> - description"; owned, or NULL
 */
static char *ask(const char *qemu, const char *device, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_FREE char *what = vt_printf("%s,help", device);
	VT_AUTO_FREE char *program = vt_strdup(qemu);
	char *const argv[] = {program, (char[]){"-machine"}, (char[]){"none"},
		(char[]){"-device"}, what, NULL};
	struct vt_run run = {.argv = argv,
		.timeout_ms = 30000,
		.max_output = MAX_ANSWER,
		.out = &out};
	if (vt_proc_run(&run, err) < 0)
		return NULL;
	/* QEMU's exit status is 0 for unknown devices as well */
	if (out.len)
		return vt_str_take(&out);
	vt_err_set(err, VT_USAGE, "'%s' has no device '%s'", qemu, device);
	return NULL;
}

static bool is_listed(const char *answer, const char *name, size_t len)
{
	for (const char *p = answer; p; p = strchr(p, '\n')) {
		p += strspn(p, " \n");
		if (!strncmp(p, name, len) && p[len] == '=')
			return true;
	}
	return false;
}

int vt_qemu_has_property(const char *qemu, const char *device,
	const char *property, bool *takes, struct vt_err **err)
{
	if (strchr(device, '/') || !*device)
		return vt_err_set(
			err, VT_USAGE, "'%s' is not a QEMU device", device);
	VT_AUTO_FREE char *entry = entry_name(qemu, device);
	VT_AUTO_FREE char *answer =
		entry ? vt_cache_get(entry, MAX_ANSWER) : NULL;
	if (!answer) {
		answer = ask(qemu, device, err);
		if (!answer)
			return -1;
		if (entry)
			vt_cache_put(entry, answer);
	}
	*takes = is_listed(answer, property, strcspn(property, "="));
	return 0;
}
