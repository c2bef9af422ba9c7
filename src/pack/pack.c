#include "pack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/userdata.h"
#include "image/archiver.h"

void pack_free(struct pack *p)
{
	vt_pack_file_free(&p->file);
	vt_strv_free(&p->owned);
	free(p->config);
}

const char *pack_own(struct pack *p, char *s)
{
	vt_strv_take(&p->owned, s);
	return s;
}

void pack_mark_iscsi(struct pack *p)
{
	static const char placeholder[] = "__RFC4173__";
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	const char *from = p->config, *at;
	for (size_t n = 1; from && (at = strstr(from, placeholder)); n++) {
		vt_str_addn(&out, from, (size_t)(at - from));
		vt_str_addf(&out, "@VT_ISCSI_%zu@", n);
		from = at + strlen(placeholder);
		p->has_markers = true;
	}
	if (!p->has_markers)
		return;
	vt_str_add(&out, from);
	free(p->config);
	p->config = vt_str_take(&out);
}

static int check_name(const char *name, struct vt_err **err)
{
	if (!vt_archive_name_ok(name) || strchr(name, '/') || name[0] == '-')
		return vt_err_set(err, VT_USAGE,
			"invalid installer name '%s': it becomes the name of "
			"a command",
			name);
	return 0;
}

int pack_check_part(
	const struct vt_pack_part *part, const char *name, struct vt_err **err)
{
	if (strcmp(part->type, "text/cloud-config"))
		return 0;
	return vt_userdata_check_config(name, part->content, err);
}

/* The kernel would look for the interpreter "sh\r". */
static int check_line_ends(const char *path, struct vt_err **err)
{
	VT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	char head[256];
	ssize_t n = fd < 0 ? 0 : read(fd, head, sizeof(head));
	const char *end = n > 2 ? memchr(head, '\n', (size_t)n) : NULL;
	if (!end || memcmp(head, "#!", 2) != 0 || end[-1] != '\r')
		return 0;
	return vt_err_set(err, VT_USAGE,
		"installer '%s' is a script with the line ends of Windows, "
		"which the guest cannot run: convert it, for example with "
		"dos2unix",
		path);
}

int pack_check(const struct pack *p, struct vt_err **err)
{
	const struct vt_pack_file *f = &p->file;
	const char *path = f->installer.path;
	if (!vt_fs_exists(path))
		return vt_err_set(
			err, VT_USAGE, "installer '%s' does not exist", path);
	bool dir = vt_fs_is_dir(path);
	if (dir != (f->installer.kind == VT_INSTALLER_TREE))
		return vt_err_set(err, VT_USAGE, "installer '%s' is %s", path,
			dir ? "a directory" : "not a directory");
	if (check_name(f->installer.name, err) < 0 ||
		(!dir && check_line_ends(path, err) < 0))
		return -1;
	if (f->command.n == 0 || f->command.v[0][0] == '\0' ||
		f->command.v[0][0] == '-')
		return vt_err_set(err, VT_USAGE,
			"no command to run in the guest (try 'vt-pack "
			"--help')");
	for (size_t i = 0; i < f->n_adds; i++)
		if (!vt_archive_name_ok(f->adds[i].as))
			return vt_err_set(err, VT_USAGE,
				"cannot add '%s' to the archive: use a "
				"relative "
				"name without '..'",
				f->adds[i].as);
	return 0;
}
