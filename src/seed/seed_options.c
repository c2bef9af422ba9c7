#include "seed_options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/opt.h"
#include "data/userdata.h"

enum { MAX_FILE = 16 << 20 };

struct cli_options {
	const char *output, *format, *output_disk;
	struct vt_strv cloud_configs;
	struct vt_login login;
};

#define AT(field) offsetof(struct cli_options, field)
static const struct vt_opt opts[] = {
	{"output", 'o', "FILE", VT_OPT_STR, AT(output),
		"write the image to FILE instead of seed.img"},
	{"cloud-config", 0, "FILE", VT_OPT_STRV, AT(cloud_configs),
		"add a cloud-config to the user-data"},
	{"format", 0, "iso|vfat", VT_OPT_STR, AT(format),
		"file system of the image (default: iso)"},
	{"output-disk", 0, "SERIAL", VT_OPT_STR, AT(output_disk),
		"serial number of the disk to which the guest writes the "
		"archive (default: " VT_SEED_OUTPUT ")"},
	{"user", 0, "NAME[:PASSWORD]", VT_OPT_STR, AT(login.user),
		"make an interactive seed: this user can log in, no facts are "
		"collected, the machine stays on"},
	{"ssh-key", 0, "FILE", VT_OPT_STR, AT(login.ssh_key),
		"the user can log in with the public keys in FILE"},
};

static const struct vt_cli cli = {
	.prog = "vt-seed",
	.usage = "DIR\n"
		 "--user NAME[:PASSWORD] [--ssh-key FILE] -o FILE DIR\n"
		 "[OPTION]... [SCRIPT]...",
	.about = "create a NoCloud seed image, with which an installed system "
		 "collects facts about itself",
	VT_CLI_OPTS(opts),
	.more = "DIR is the directory of a test: vt-seed reads boot/seed.yaml "
		"there, and writes\nboot/user-data, boot/meta-data and "
		"boot/seed.img. In a SCRIPT, OUTPUT_COLLECT_D\nstands for the "
		"directory to which the script writes its files.",
};

static void free_cli_options(struct cli_options *h)
{
	vt_strv_free(&h->cloud_configs);
}

/* Read a text file. A NUL would cut off the text, and so is an error. */
static char *read_text(const char *path, struct vt_err **err)
{
	size_t len = 0;
	VT_AUTO_FREE char *text = vt_fs_read(path, MAX_FILE, &len, err);
	if (!text)
		return NULL;
	if (strlen(text) != len) {
		vt_err_set(err, VT_USAGE, "'%s' is not a text file", path);
		return NULL;
	}
	char *result = text;
	text = NULL;
	return result;
}

static int add_cloud_config(
	const char *path, struct seed *s, struct vt_err **err)
{
	VT_AUTO_FREE char *text = read_text(path, err);
	if (!text)
		return -1;
	if (vt_userdata_check_config(path, text, err) < 0)
		return -1;
	vt_strv_add(&s->cloud_configs, text);
	return 0;
}

static int add_script(const char *path, struct seed *s, struct vt_err **err)
{
	struct vt_seed_file *f = &s->file;
	char *text = read_text(path, err);
	if (!text)
		return -1;
	char *name =
		vt_strdup(strcmp(path, "-") ? vt_fs_basename(path) : "stdin");
	if (vt_str_ends(name, ".sh"))
		name[strlen(name) - 3] = '\0';
	vt_strv_take(&s->owned, text);
	vt_strv_take(&s->owned, name);
	struct vt_seed_script *script =
		vt_record_add(&f->scripts, &f->n_scripts, sizeof(*script));
	script->name = name;
	script->content = text;
	if (vt_seed_check_script(f->scripts, f->n_scripts, err) < 0)
		return vt_err_wrap(err, "'%s'", path);
	return 0;
}

static int read_cli_options(const struct cli_options *h,
	const struct vt_strv *scripts, struct seed *s, struct vt_err **err)
{
	const char *format = h->format ? h->format : "iso";
	if (strcmp(format, "iso") && strcmp(format, "vfat"))
		return vt_err_set(err, VT_USAGE,
			"--format: '%s' is not one of iso, vfat", format);
	s->format = strcmp(format, "iso") ? SEED_VFAT : SEED_ISO;
	s->file.output = h->output_disk ? h->output_disk : VT_SEED_OUTPUT;
	if (vt_seed_check_output(s->file.output, err) < 0)
		return -1;
	for (size_t i = 0; i < h->cloud_configs.n; i++)
		if (add_cloud_config(h->cloud_configs.v[i], s, err) < 0)
			return -1;
	for (size_t i = 0; i < scripts->n; i++)
		if (add_script(scripts->v[i], s, err) < 0)
			return -1;
	return 0;
}

int options_parse(int argc, char **argv, struct options *o, struct seed *s,
	struct vt_err **err)
{
	__attribute__((cleanup(free_cli_options))) struct cli_options h = {0};
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	int rc = vt_cli_parse(&cli, argc, argv, &h, &words, err);
	if (rc != 0)
		return rc;
	o->output = h.output ? h.output : "seed.img";
	s->login = h.login;
	bool interactive = seed_is_interactive(s);
	bool dir = words.n && vt_fs_is_dir(words.v[0]);
	if (words.n == 0 && h.cloud_configs.n == 0 && !interactive)
		return vt_err_set(err, VT_USAGE,
			"give a test directory, a script, --cloud-config or "
			"--user (try 'vt-seed --help')");
	if (interactive && words.n && !dir)
		return vt_err_set(err, VT_USAGE,
			"scripts cannot be used with --user or --ssh-key");
	if (!dir)
		return read_cli_options(&h, &words, s, err);
	if (words.n != 1 || (h.output && !interactive) || h.format ||
		h.output_disk || h.cloud_configs.n)
		return vt_err_set(err, VT_USAGE,
			"a test directory cannot be used with these options "
			"and operands (try 'vt-seed --help')");
	if (interactive && !h.output)
		return vt_err_set(err, VT_USAGE,
			"--user and --ssh-key require --output FILE");
	/* words is freed on return, argv is not */
	o->dir = argv[argc - 1];
	return 0;
}
