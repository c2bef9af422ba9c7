#include "pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "image/archiver.h"

void pack_free(struct pack *p)
{
	free(p->installer);
	free(p->name);
	vt_strv_free(&p->command);
	free(p->config);
	for (size_t i = 0; i < p->n_adds; i++) {
		free(p->adds[i].path);
		free(p->adds[i].as);
	}
	free(p->adds);
	for (size_t i = 0; i < p->n_parts; i++) {
		free(p->parts[i].type);
		free(p->parts[i].content);
	}
	free(p->parts);
}

void pack_add_file(struct pack *p, const char *path, const char *as)
{
	p->adds = vt_realloc(p->adds, p->n_adds + 1, sizeof(*p->adds));
	p->adds[p->n_adds++] =
		(struct pack_add){vt_strdup(path), vt_strdup(as)};
}

void pack_add_part(struct pack *p, const char *type, const char *content)
{
	p->parts = vt_realloc(p->parts, p->n_parts + 1, sizeof(*p->parts));
	p->parts[p->n_parts++] =
		(struct pack_part){vt_strdup(type), vt_strdup(content)};
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
		p->late = true;
	}
	if (!p->late)
		return;
	vt_str_add(&out, from);
	free(p->config);
	p->config = vt_str_take(&out);
}

const char *pack_part_type(const char *content)
{
	if (vt_str_starts(content, "#!"))
		return "text/x-shellscript";
	if (vt_str_starts(content, "#cloud-config\n") ||
		vt_str_starts(content, "#cloud-config\r\n"))
		return "text/cloud-config";
	return NULL;
}

static int check_name(const struct pack *p, struct vt_err **err)
{
	if (!vt_archive_name_ok(p->name) || strchr(p->name, '/') ||
		p->name[0] == '-')
		return vt_err_set(err, VT_USAGE,
			"'%s' cannot be the name of a command", p->name);
	return 0;
}

int pack_check(const struct pack *p, struct vt_err **err)
{
	if (!vt_fs_exists(p->installer))
		return vt_err_set(
			err, VT_USAGE, "no installer at '%s'", p->installer);
	bool dir = vt_fs_is_dir(p->installer);
	if (dir != (p->kind == PACK_TREE))
		return vt_err_set(err, VT_USAGE, "installer '%s' is %s",
			p->installer, dir ? "a directory" : "no directory");
	if (check_name(p, err) < 0)
		return -1;
	if (p->command.n == 0 || p->command.v[0][0] == '\0' ||
		p->command.v[0][0] == '-')
		return vt_err_set(err, VT_USAGE,
			"no command to run in the guest (vt-pack --help)");
	for (size_t i = 0; i < p->n_adds; i++)
		if (!vt_archive_name_ok(p->adds[i].as))
			return vt_err_set(err, VT_USAGE,
				"'%s' cannot stand in the archive: a relative "
				"name without '..' is needed",
				p->adds[i].as);
	return 0;
}
