#include "commands.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "step.h"
#include "target.h"

static int words_of(const struct vt_node *command, struct vt_strv *argv,
	struct vt_err **err)
{
	const char *word;
	if (command->kind == VT_SCALAR && !vt_node_is_null(command)) {
		vt_strv_addv(argv, "sh", "-c", command->text, NULL);
		return 0;
	}
	if (command->kind != VT_SEQ || !command->n)
		return vt_node_err(command, err,
			"a command is a list of words or a line for the shell");
	for (size_t i = 0; i < command->n; i++) {
		if (vt_node_str(command->items[i], &word, err) < 0)
			return -1;
		vt_strv_add(argv, word);
	}
	return 0;
}

static int run_one(
	const struct vt_node *command, const char *root, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (words_of(command, &argv, err) < 0)
		return -1;
	char **v = argv.v;
	if (argv.n > 2 && !strcmp(v[1], "in-target") &&
		(!strcmp(v[0], "curtin") || !strcmp(v[0], "vt-install")))
		return target_run(root, v + (strcmp(v[2], "--") ? 2 : 3), err);
	VT_AUTO_FREE char *env = vt_printf("TARGET_MOUNT_POINT=%s", root);
	return step_argv(v, NULL, env, err);
}

/* A section of commands, or NULL. */
static int find_section(const struct vt_node *config, const char *section,
	const struct vt_node **map, struct vt_err **err)
{
	*map = vt_node_get(config, section);
	if (vt_node_is_null(*map))
		*map = NULL;
	return *map ? vt_node_expect(*map, VT_MAP, err) : 0;
}

int commands_run(const struct vt_node *config, const char *section,
	const char *root, struct vt_err **err)
{
	const struct vt_node *map;
	if (find_section(config, section, &map, err) < 0)
		return -1;
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	for (size_t i = 0; map && i < map->n; i++)
		vt_strv_add(&names, map->keys[i]->text);
	vt_strv_sort(&names);
	for (size_t i = 0; i < names.n; i++) {
		say("%s: %s", section, names.v[i]);
		if (run_one(vt_node_get(map, names.v[i]), root, err) < 0)
			return vt_err_wrap(err, "%s '%s'", section, names.v[i]);
	}
	return 0;
}

struct file {
	const char *path, *permissions;
	char *owner, *group;
	struct vt_str content;
};

static void file_free(struct file *f)
{
	free(f->owner);
	free(f->group);
	vt_str_free(&f->content);
}
#define AUTO_FILE __attribute__((cleanup(file_free)))

static int field(const struct vt_node *map, const char *key, const char **out,
	struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	return vt_node_is_null(n) ? 0 : vt_node_str(n, out, err);
}

static int decode(
	const struct vt_node *at, struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str packed = VT_STR_INIT;
	for (const char *s = vt_node_text(at); *s; s++)
		if (!isspace((unsigned char)*s))
			vt_str_addc(&packed, *s);
	VT_AUTO_FREE unsigned char *bytes = vt_alloc(packed.len + 1);
	int n = EVP_DecodeBlock(bytes, (const unsigned char *)vt_str_c(&packed),
		(int)packed.len);
	if (n < 0)
		return vt_node_err(at, err, "'content' is not base64");
	/* the padding was decoded to zeros */
	while (packed.len && packed.s[packed.len - 1] == '=') {
		packed.len--;
		n--;
	}
	vt_str_addn(out, bytes, (size_t)n);
	return 0;
}

static int read_content(
	const struct vt_node *map, struct file *f, struct vt_err **err)
{
	const char *encoding = NULL, *content = "";
	if (field(map, "encoding", &encoding, err) < 0 ||
		field(map, "content", &content, err) < 0)
		return -1;
	if (!encoding || !*content) {
		vt_str_add(&f->content, content);
		return 0;
	}
	if (strcmp(encoding, "b64") && strcmp(encoding, "base64"))
		return vt_node_err(vt_node_get(map, "encoding"), err,
			"encoding '%s' is not b64 or base64", encoding);
	return decode(vt_node_get(map, "content"), &f->content, err);
}

static int read_file(
	const struct vt_node *map, struct file *f, struct vt_err **err)
{
	static const char *const keys[] = {
		"path", "content", "permissions", "owner", "encoding", NULL};
	const char *owner = "root:root";
	f->permissions = "0644";
	if (vt_node_keys_known(map, keys, err) < 0 ||
		field(map, "path", &f->path, err) < 0 ||
		field(map, "permissions", &f->permissions, err) < 0 ||
		field(map, "owner", &owner, err) < 0 ||
		read_content(map, f, err) < 0)
		return -1;
	if (!f->path || f->path[0] != '/')
		return vt_node_err(map, err, "'path' must be absolute");
	size_t len = strcspn(owner, ":");
	f->owner = vt_strndup(owner, len);
	f->group = vt_strdup(owner[len] ? owner + len + 1 : f->owner);
	return 0;
}

/* With the target's install(1), so that symbolic links stay in the target. */
static int write_one(
	const struct vt_node *map, const char *root, struct vt_err **err)
{
	AUTO_FILE struct file f = {0};
	VT_AUTO_FREE char *tmp = vt_printf("%s/.vt-install.file", root);
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (read_file(map, &f, err) < 0 ||
		vt_fs_write(tmp, vt_str_c(&f.content), f.content.len, 0600,
			err) < 0)
		return -1;
	vt_strv_addv(&argv, "install", "-D", "-m", f.permissions, "-o", f.owner,
		"-g", f.group, "/.vt-install.file", f.path, NULL);
	int rc = target_run(root, argv.v, err);
	vt_fs_rmtree(tmp, NULL);
	return rc;
}

int files_write(
	const struct vt_node *config, const char *root, struct vt_err **err)
{
	const struct vt_node *map;
	if (find_section(config, "write_files", &map, err) < 0)
		return -1;
	for (size_t i = 0; map && i < map->n; i++)
		if (write_one(map->items[i], root, err) < 0)
			return vt_err_wrap(
				err, "write_files '%s'", map->keys[i]->text);
	return 0;
}

int commands_check(const struct vt_node *config, struct vt_err **err)
{
	static const char *const sections[] = {
		"early_commands", "late_commands"};
	const struct vt_node *map;
	for (size_t i = 0; i < VT_COUNT(sections); i++) {
		if (find_section(config, sections[i], &map, err) < 0)
			return -1;
		for (size_t k = 0; map && k < map->n; k++) {
			VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
			if (words_of(map->items[k], &argv, err) < 0)
				return -1;
		}
	}
	if (find_section(config, "write_files", &map, err) < 0)
		return -1;
	for (size_t i = 0; map && i < map->n; i++) {
		AUTO_FILE struct file f = {0};
		if (read_file(map->items[i], &f, err) < 0)
			return -1;
	}
	return 0;
}
