#include "seed_options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/opt.h"
#include "data/doc.h"

enum { MAX_FILE = 16 << 20 };

struct by_hand {
	const char *output, *format, *output_disk;
	struct vt_strv cloud_configs;
	struct vt_login login;
};

#define AT(field) offsetof(struct by_hand, field)
static const struct vt_opt opts[] = {
	{"output", 'o', "FILE", VT_OPT_STR, AT(output),
		"write the image to FILE instead of seed.img"},
	{"cloud-config", 0, "FILE", VT_OPT_STRV, AT(cloud_configs),
		"add a cloud-config to the user-data"},
	{"format", 0, "iso|vfat", VT_OPT_STR, AT(format),
		"file system of the image; iso by default"},
	{"output-disk", 0, "SERIAL", VT_OPT_STR, AT(output_disk),
		"disk that the guest writes its archive to; " VT_SEED_OUTPUT
		" by default"},
	{"user", 0, "NAME[:PASSWORD]", VT_OPT_STR, AT(login.user),
		"let this user log in, collect nothing, do not power off"},
	{"ssh-key", 0, "FILE", VT_OPT_STR, AT(login.ssh_key),
		"and with these public keys"},
};

static const struct vt_cli cli = {
	.prog = "vt-seed",
	.usage = "DIR\n"
		 "--user NAME[:PASSWORD] [--ssh-key FILE] -o FILE DIR\n"
		 "[OPTION]... [SCRIPT]...",
	.about = "make the NoCloud seed by which an installed system collects "
		 "facts about itself",
	VT_CLI_OPTS(opts),
	.more = "DIR is the directory of one test: boot/seed.yaml there says "
		"what to seed;\nboot/user-data, boot/meta-data and "
		"boot/seed.img are written.\nIn a SCRIPT, OUTPUT_COLLECT_D "
		"stands for the directory to put files into.",
};

static void free_by_hand(struct by_hand *h)
{
	vt_strv_free(&h->cloud_configs);
}

/* The bytes of a text file: a NUL would end the text early. */
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
	char *taken = text;
	text = NULL;
	return taken;
}

static int add_cloud_config(
	const char *path, struct seed *s, struct vt_err **err)
{
	VT_AUTO_FREE char *text = read_text(path, err);
	if (!text)
		return -1;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse(path, text, strlen(text), err);
	if (!doc || vt_node_expect(doc->root, VT_MAP, err) < 0)
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

static int read_by_hand(const struct by_hand *h, const struct vt_strv *scripts,
	struct seed *s, struct vt_err **err)
{
	const char *format = h->format ? h->format : "iso";
	if (strcmp(format, "iso") && strcmp(format, "vfat"))
		return vt_err_set(err, VT_USAGE,
			"format '%s' is neither iso nor vfat", format);
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
	__attribute__((cleanup(free_by_hand))) struct by_hand h = {0};
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	int rc = vt_cli_parse(&cli, argc, argv, &h, &words, err);
	if (rc != 0)
		return rc;
	o->output = h.output ? h.output : "seed.img";
	s->login = h.login;
	bool people = seed_for_people(s);
	bool dir = words.n && vt_fs_is_dir(words.v[0]);
	if (words.n == 0 && h.cloud_configs.n == 0 && !people)
		return vt_err_set(err, VT_USAGE,
			"a test directory, scripts, a cloud-config or a user "
			"are needed (try 'vt-seed --help')");
	if (people && words.n && !dir)
		return vt_err_set(err, VT_USAGE,
			"either a user logs in, or scripts collect");
	if (!dir)
		return read_by_hand(&h, &words, s, err);
	if (words.n != 1 || (h.output && !people) || h.format ||
		h.output_disk || h.cloud_configs.n)
		return vt_err_set(err, VT_USAGE,
			"a test directory stands alone (try 'vt-seed --help')");
	if (people && !h.output)
		return vt_err_set(err, VT_USAGE,
			"a seed for people is none of the test's: say where "
			"it goes (--output FILE)");
	/* argv outlives the copy in words */
	o->dir = argv[argc - 1];
	return 0;
}
