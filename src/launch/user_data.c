/* User-data for vt-launch without a test's directory: the packed command, with
 * a login, the user's SSH keys and proxies. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/tmp.h"
#include "data/doc.h"
#include "http/apt_proxy.h"
#include "launch.h"

enum { MAX_KEY = 65536 };

/* The public keys in ~/.ssh: the first line of each file. */
static void add_ssh_keys(struct vt_doc *doc)
{
	const char *home = getenv("HOME");
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	VT_AUTO_FREE char *dir = vt_printf("%s/.ssh", home ? home : "");
	struct vt_node *keys = vt_node_seq(doc);
	if (vt_fs_list(dir, &names, NULL) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		if (!vt_str_ends(names.v[i], ".pub"))
			continue;
		VT_AUTO_FREE char *path = vt_fs_join(dir, names.v[i]);
		VT_AUTO_FREE char *key = vt_fs_read(path, MAX_KEY, NULL, NULL);
		if (!key || !*key || *key == '\n')
			continue;
		key[strcspn(key, "\n")] = '\0';
		vt_node_push(doc, keys, vt_node_string(doc, key));
	}
	if (keys->n)
		vt_node_set(doc, doc->root, "ssh_authorized_keys", keys);
}

/* The same login as the reference's tools/launch. */
static int cloud_config(struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_FREE char *proxy = vt_apt_proxy();
	struct vt_node *change = vt_node_map(doc);
	vt_node_set_str(doc, doc->root, "password", "passw0rd");
	vt_node_set(doc, change, "expire", vt_node_boolean(doc, false));
	vt_node_set(doc, doc->root, "chpasswd", change);
	add_ssh_keys(doc);
	vt_node_set_str(doc, doc->root, "apt_proxy", proxy);
	vt_str_add(out, "#cloud-config\n");
	return vt_node_emit(doc->root, out, err);
}

/* Options that pass this host's proxies to curtin. */
static void add_proxies(struct vt_strv *words, const char *host)
{
	static const char *const names[] = {"http_proxy", "https_proxy"};
	size_t before = words->n;
	for (size_t i = 0; i < VT_COUNT(names); i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			vt_strv_addf(
				words, "--set=proxy/%s=%s", names[i], value);
	}
	/* the web server with the published files needs no proxy */
	const char *no = getenv("no_proxy");
	if (words->n > before)
		vt_strv_addf(words, "--set=proxy/no_proxy=%s%s%s", no ? no : "",
			no && *no ? "," : "", host);
}

/* The command for the guest, and the files that vt-pack adds for it. */
struct command {
	struct vt_strv words, adds;
};

/* Add a config file of this host to the archive, under a unique name.
 * Return: the name; owned */
static char *add_config(struct command *c, const char *path)
{
	VT_AUTO_FREE char *as = vt_printf("config/%s", vt_fs_basename(path));
	for (size_t i = 0, n = 1; i < c->adds.n; i++) {
		VT_AUTO_FREE char *end = vt_printf(":%s", as);
		if (!vt_str_ends(c->adds.v[i], end))
			continue;
		vt_freep(&as);
		as = vt_printf("config/%zu-%s", ++n, vt_fs_basename(path));
		i = (size_t)-1; /* check the new name from the start */
	}
	vt_strv_take(&c->adds, vt_printf("%s:%s", path, as));
	return vt_strdup(as);
}

/* Read the command; --config=FILE, --config FILE and -c FILE name files of this
 * host, which are added to the archive. */
static void read_command(struct command *c, const struct launch *l)
{
	static const char option[] = "--config=";
	const struct vt_strv *given = &l->command;
	for (size_t i = 0; i < given->n; i++) {
		const char *w = given->v[i];
		if (i > 0 && vt_str_starts(w, option)) {
			VT_AUTO_FREE char *as =
				add_config(c, w + strlen(option));
			vt_strv_addf(&c->words, "%s%s", option, as);
			continue;
		}
		vt_strv_add(&c->words, w);
		if (i == 0 && l->proxies && !strcmp(w, "curtin"))
			add_proxies(&c->words, l->host);
		if (i > 0 && i + 1 < given->n &&
			(!strcmp(w, "--config") || !strcmp(w, "-c")))
			vt_strv_take(&c->words, add_config(c, given->v[++i]));
	}
}

static void free_command(struct command *c)
{
	vt_strv_free(&c->words);
	vt_strv_free(&c->adds);
}

/* Pack the command with the vt-pack in our directory. */
static char *pack(const struct launch *l, const char *part, struct vt_err **err)
{
	__attribute__((cleanup(free_command))) struct command c = {
		VT_STRV_INIT, VT_STRV_INIT};
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	VT_AUTO_FREE char *tool = vt_proc_sibling("vt-pack");
	read_command(&c, l);
	vt_strv_addv(&argv, tool, "--user-data", "--installer", l->installer,
		"--part", part, "--power", l->power, NULL);
	if (l->install_deps && !strcmp(l->command.v[0], "curtin"))
		vt_strv_add(&argv, "--install-deps");
	for (size_t i = 0; i < l->adds.n; i++)
		vt_strv_addv(&argv, "--add", l->adds.v[i], NULL);
	for (size_t i = 0; i < c.adds.n; i++)
		vt_strv_addv(&argv, "--add", c.adds.v[i], NULL);
	vt_strv_add(&argv, "--");
	for (size_t i = 0; i < c.words.n; i++)
		vt_strv_add(&argv, c.words.v[i]);
	struct vt_run run = {.argv = argv.v,
		.timeout_ms = 300000,
		.max_output = LAUNCH_MAX_USER_DATA,
		.out = &out};
	return vt_proc_check(&run, err) < 0 ? NULL : vt_str_take(&out);
}

char *launch_user_data(const struct launch *l, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_TMP struct vt_tmp part = VT_TMP_INIT;
	if (cloud_config(&text, err) < 0)
		return NULL;
	if (!l->command.n)
		return vt_str_take(&text);
	if (vt_tmp_scratch(&part, 0600, err) < 0 ||
		vt_fs_write_all(part.fd, text.s, text.len, err) < 0)
		return NULL;
	return pack(l, part.tmp, err);
}
