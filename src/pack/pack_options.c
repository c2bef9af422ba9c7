#include "pack_options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/opt.h"

struct cli_options {
	const char *installer, *output, *power;
	struct vt_strv configs, adds, parts;
	bool user_data, install_deps;
};

#define AT(field) offsetof(struct cli_options, field)
static const struct vt_opt opts[] = {
	{"installer", 0, "PATH", VT_OPT_STR, AT(installer),
		"the installer: an executable, a directory or curtin"},
	{"config", 'c', "FILE", VT_OPT_STRV, AT(configs),
		"add an installer config; several are merged in order into "
		"config/config.yaml in the archive"},
	{"add", 0, "FILE[:NAME]", VT_OPT_STRV, AT(adds),
		"add a file or directory to the archive, as NAME"},
	{"output", 'o', "FILE", VT_OPT_STR, AT(output),
		"write to FILE instead of standard output"},
	{"user-data", 0, NULL, VT_OPT_FLAG, AT(user_data),
		"write cloud-init user-data instead of a script"},
	{"power", 0, "STATE", VT_OPT_STR, AT(power),
		"state of the machine after the user-data has run: off (the "
		"default), on or reboot"},
	{"part", 0, "FILE", VT_OPT_STRV, AT(parts),
		"add a part, a script or a cloud-config, to the user-data"},
	{"install-deps", 0, NULL, VT_OPT_FLAG, AT(install_deps),
		"let curtin install its dependencies in the guest"},
};

static const struct vt_cli cli = {
	.prog = "vt-pack",
	.usage = "DIR\n"
		 "[OPTION]... --installer PATH -- COMMAND [ARG]...",
	.about = "pack an installer, its config and its command line for a "
		 "guest",
	VT_CLI_OPTS(opts),
	.more = "DIR is the directory of a test: vt-pack reads "
		"install/pack.yaml there, and writes\ninstall/config.yaml, "
		"install/user-data and install/meta-data. In the command, "
		"PUBURL\nstands for the URL at which vt-launch publishes "
		"files.",
};

static void free_cli_options(struct cli_options *h)
{
	vt_strv_free(&h->configs);
	vt_strv_free(&h->adds);
	vt_strv_free(&h->parts);
}

static int read_configs(
	const struct cli_options *h, struct pack *p, struct vt_err **err)
{
	struct vt_pack_file *f = &p->file;
	for (size_t i = 0; i < h->configs.n; i++) {
		struct vt_pack_config *c =
			vt_record_add(&f->configs, &f->n_configs, sizeof(*c));
		c->path = pack_own(p, vt_strdup(h->configs.v[i]));
	}
	return f->n_configs ? pack_merge_configs(p, err) : 0;
}

/* Parse FILE[:NAME]. NAME is required if FILE contains a colon. */
static int read_adds(
	const struct cli_options *h, struct pack *p, struct vt_err **err)
{
	for (size_t i = 0; i < h->adds.n; i++) {
		const char *s = h->adds.v[i], *colon = strrchr(s, ':');
		struct vt_pack_add *add = vt_record_add(
			&p->file.adds, &p->file.n_adds, sizeof(*add));
		char *path = colon ? vt_strndup(s, (size_t)(colon - s))
				   : vt_strdup(s);
		add->path = pack_own(p, path);
		for (size_t n = strlen(path); n > 1 && path[n - 1] == '/';)
			path[--n] = '\0';
		add->as = colon ? pack_own(p, vt_strdup(colon + 1))
				: vt_fs_basename(path);
		if (!vt_fs_exists(path))
			return vt_err_set(err, VT_USAGE,
				"--add: '%s' does not exist", path);
	}
	return 0;
}

static int read_parts(
	const struct cli_options *h, struct pack *p, struct vt_err **err)
{
	if (h->parts.n && !h->user_data)
		return vt_err_set(err, VT_USAGE, "--part requires --user-data");
	for (size_t i = 0; i < h->parts.n; i++) {
		char *text =
			vt_fs_read(h->parts.v[i], PACK_MAX_FILE, NULL, err);
		if (!text)
			return -1;
		struct vt_pack_part *part = vt_record_add(
			&p->file.parts, &p->file.n_parts, sizeof(*part));
		part->content = pack_own(p, text);
		part->type = vt_pack_part_type(text);
		if (!part->type)
			return vt_err_set(err, VT_USAGE,
				"--part: '%s' starts with neither '#!' nor "
				"'#cloud-config'",
				h->parts.v[i]);
		if (pack_check_part(part, h->parts.v[i], err) < 0)
			return -1;
	}
	return 0;
}

static enum vt_installer_kind kind_of(const char *path)
{
	if (vt_fs_is_dir(path))
		return VT_INSTALLER_TREE;
	return strcmp(vt_fs_basename(path), "curtin") ? VT_INSTALLER_EXE
						      : VT_INSTALLER_CURTIN;
}

static int read_command(const struct cli_options *h,
	const struct vt_strv *words, struct pack *p, struct vt_err **err)
{
	if (words->n == 0)
		return vt_err_set(err, VT_USAGE,
			"no command after '--' (try 'vt-pack --help')");
	const char *path = pack_own(p, vt_strdup(h->installer));
	enum vt_installer_kind kind = kind_of(path);
	VT_AUTO_FREE char *real = realpath(path, NULL);
	bool by_real = kind == VT_INSTALLER_TREE && real;
	p->file.installer.path = path;
	p->file.installer.kind = kind;
	p->file.installer.name =
		pack_own(p, vt_strdup(vt_fs_basename(by_real ? real : path)));
	bool curtin =
		kind == VT_INSTALLER_CURTIN && !strcmp(words->v[0], "curtin");
	if (h->install_deps && !curtin)
		return vt_err_set(err, VT_USAGE,
			"--install-deps requires curtin, as the installer and "
			"as the command");
	for (size_t i = 0; i < words->n; i++) {
		vt_strv_add(&p->file.command, words->v[i]);
		if (i == 0 && h->install_deps)
			vt_strv_add(&p->file.command, "--install-deps");
	}
	return 0;
}

static int read_power(const char *state, struct pack *p, struct vt_err **err)
{
	if (!state || !strcmp(state, "off"))
		return 0;
	p->power = strcmp(state, "reboot") ? NULL : "reboot";
	if (p->power || !strcmp(state, "on") || !strcmp(state, "none"))
		return 0;
	return vt_err_set(err, VT_USAGE,
		"--power: '%s' is not one of off, on, reboot", state);
}

static int read_cli_options(const struct cli_options *h,
	const struct vt_strv *words, struct pack *p, struct vt_err **err)
{
	if (read_power(h->power, p, err) < 0 ||
		read_command(h, words, p, err) < 0 ||
		read_configs(h, p, err) < 0 || read_adds(h, p, err) < 0)
		return -1;
	return read_parts(h, p, err);
}

static bool any_option(const struct cli_options *h)
{
	return h->output || h->user_data || h->install_deps || h->power ||
	       h->configs.n || h->adds.n || h->parts.n;
}

int options_parse(int argc, char **argv, struct options *o, struct pack *p,
	struct vt_err **err)
{
	__attribute__((cleanup(free_cli_options))) struct cli_options h = {0};
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	int rc = vt_cli_parse(&cli, argc, argv, &h, &words, err);
	if (rc != 0)
		return rc;
	o->output = h.output ? h.output : "-";
	o->user_data = h.user_data;
	if (h.installer)
		return read_cli_options(&h, &words, p, err);
	if (words.n != 1 || any_option(&h))
		return vt_err_set(err, VT_USAGE,
			"give either one test directory or --installer "
			"(try 'vt-pack --help')");
	/* words is freed on return, argv is not */
	o->dir = argv[argc - 1];
	return 0;
}
