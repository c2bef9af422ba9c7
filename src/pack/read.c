/* Read install/pack.yaml and the configs that it names. */
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "merge.h"
#include "pack.h"

/* Check that a directory contains the installer's command. Otherwise it would
 * fail in the guest, minutes later. */
static int check_tree(const struct vt_pack_file *f, struct vt_err **err)
{
	const char *path = f->installer.path, *name = f->installer.name;
	VT_AUTO_FREE char *in_bin = vt_printf("%s/bin/%s", path, name);
	VT_AUTO_FREE char *at_top = vt_printf("%s/%s", path, name);
	if (f->installer.kind != VT_INSTALLER_TREE || !vt_fs_is_dir(path) ||
		vt_fs_exists(in_bin) || vt_fs_exists(at_top))
		return 0;
	return vt_node_err(vt_node_get(f->doc->root, "installer"), err,
		"'%s' contains neither 'bin/%s' nor '%s'", path, name, name);
}

static int read_config(const struct vt_pack_file *f,
	const struct vt_pack_config *from, struct config *c,
	struct vt_err **err)
{
	if (from->content) {
		c->name = f->doc->root->pos.file;
		c->text = vt_strdup(from->content);
		return 0;
	}
	c->name = from->path;
	c->text = vt_fs_read(from->path, PACK_MAX_FILE, NULL, err);
	return c->text ? 0 : -1;
}

int pack_merge_configs(struct pack *p, struct vt_err **err)
{
	const struct vt_pack_file *f = &p->file;
	struct config *configs = vt_calloc(f->n_configs + 1, sizeof(*configs));
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < f->n_configs; i++)
		rc = read_config(f, &f->configs[i], &configs[i], err);
	if (rc == 0)
		p->config = config_merge(configs, f->n_configs, f->replace,
			vt_installer_reads_curtin(
				f->installer.kind, f->installer.name),
			err);
	for (size_t i = 0; i < f->n_configs; i++)
		free(configs[i].text);
	free(configs);
	return p->config ? 0 : -1;
}

static int check_parts(const struct vt_pack_file *f, struct vt_err **err)
{
	for (size_t i = 0; i < f->n_parts; i++) {
		VT_AUTO_FREE char *name = vt_printf(
			"%s: part %zu", f->doc->root->pos.file, i + 1);
		if (pack_check_part(&f->parts[i], name, err) < 0)
			return -1;
	}
	return 0;
}

int pack_read_test(const char *dir, struct pack *p, struct vt_err **err)
{
	if (vt_pack_file_read(&p->file, dir, err) < 0 ||
		check_tree(&p->file, err) < 0 || check_parts(&p->file, err) < 0)
		return -1;
	return pack_merge_configs(p, err);
}
