#include "apt.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "step.h"
#include "target.h"

#define APT_GET                                                                \
	"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet",         \
		"--assume-yes", "-o", "Dpkg::Options::=--force-confold"

/* An optional text; NULL if it is absent or empty. */
static int text_of(const struct vt_node *map, const char *key, const char **out,
	struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	*out = NULL;
	if (vt_node_is_null(n))
		return 0;
	if (vt_node_str(n, out, err) < 0)
		return -1;
	*out = **out ? *out : NULL;
	return 0;
}

static int bool_of(const struct vt_node *map, const char *key, bool absent,
	bool *out, struct vt_err **err)
{
	const struct vt_node *n = vt_node_get(map, key);
	*out = absent;
	return vt_node_is_null(n) ? 0 : vt_node_bool(n, out, err);
}

/* An optional map under a key; NULL if it is absent. */
static int map_of(const struct vt_node *config, const char *key,
	const struct vt_node **out, struct vt_err **err)
{
	*out = vt_node_get(config, key);
	if (vt_node_is_null(*out))
		*out = NULL;
	return *out ? vt_node_expect(*out, VT_MAP, err) : 0;
}

/* The first mirror of primary or security: [{arches, uri}]. */
static const char *mirror(const struct vt_node *apt, const char *key)
{
	const struct vt_node *list = vt_node_get(apt, key);
	const struct vt_node *first =
		list && list->kind == VT_SEQ && list->n ? list->items[0] : NULL;
	return vt_node_text(vt_node_get(first, "uri"));
}

/* $MIRROR, $PRIMARY, $SECURITY and $RELEASE of a template; owned. */
static char *rendered(
	const struct vt_node *apt, const char *release, const char *text)
{
	const char *primary = mirror(apt, "primary");
	const char *security = mirror(apt, "security");
	const struct {
		const char *word, *value;
	} words[] = {
		{"$MIRROR", primary},
		{"$PRIMARY", primary},
		{"$SECURITY", security ? security : primary},
		{"$RELEASE", release},
	};
	char *out = vt_strdup(text);
	for (size_t i = 0; i < VT_COUNT(words); i++) {
		VT_AUTO_FREE char *old = out;
		out = vt_str_replace(old, words[i].word,
			words[i].value ? words[i].value : words[i].word);
	}
	return out;
}

static int check_source(
	const char *name, const struct vt_node *n, struct vt_err **err)
{
	static const char *const known[] = {
		"source", "filename", "key", "keyid", "keyserver", NULL};
	const char *source, *file, *key, *keyid;
	if (vt_node_expect(n, VT_MAP, err) < 0 ||
		vt_node_keys_known(n, known, err) < 0 ||
		text_of(n, "source", &source, err) < 0 ||
		text_of(n, "filename", &file, err) < 0 ||
		text_of(n, "key", &key, err) < 0 ||
		text_of(n, "keyid", &keyid, err) < 0)
		return -1;
	if (key || keyid)
		return vt_node_err(n, err,
			"source '%s': keys are not supported: say "
			"[trusted=yes] "
			"or [signed-by=PATH] in it",
			name);
	if (source && !vt_str_starts(source, "deb ") &&
		!vt_str_starts(source, "deb-src "))
		return vt_node_err(vt_node_get(n, "source"), err,
			"source '%s' is not a line that begins with 'deb'",
			source);
	if (strchr(file ? file : name, '/'))
		return vt_node_err(n, err,
			"source '%s': the name must not be a path", name);
	return 0;
}

int apt_check(const struct vt_node *config, struct vt_err **err)
{
	static const char *const known[] = {"conf", "preserve_sources_list",
		"primary", "proxy", "security", "sources", "sources_list",
		NULL};
	static const char *const upgrade_keys[] = {"enabled", NULL};
	const struct vt_node *apt, *sources, *upgrade;
	const char *s;
	bool b;
	if (text_of(config, "apt_proxy", &s, err) < 0 ||
		map_of(config, "system_upgrade", &upgrade, err) < 0 ||
		(upgrade &&
			vt_node_keys_known(upgrade, upgrade_keys, err) < 0) ||
		bool_of(upgrade, "enabled", false, &b, err) < 0 ||
		map_of(config, "apt", &apt, err) < 0 ||
		map_of(apt, "sources", &sources, err) < 0 ||
		text_of(apt, "conf", &s, err) < 0 ||
		text_of(apt, "proxy", &s, err) < 0 ||
		text_of(apt, "sources_list", &s, err) < 0 ||
		bool_of(apt, "preserve_sources_list", true, &b, err) < 0)
		return -1;
	for (size_t i = 0; apt && i < apt->n; i++)
		if (!vt_str_in(known, apt->keys[i]->text))
			say("warning: '%s' of section 'apt' has no effect here",
				apt->keys[i]->text);
	for (size_t i = 0; sources && i < sources->n; i++)
		if (check_source(
			    sources->keys[i]->text, sources->items[i], err) < 0)
			return -1;
	return 0;
}

static int write_file(const char *root, const char *name, const char *text,
	struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_printf("%s/etc/%s", root, name);
	VT_AUTO_FREE char *line =
		vt_printf("%s%s", text, vt_str_ends(text, "\n") ? "" : "\n");
	return vt_fs_write(path, line, strlen(line), 0644, err);
}

static int write_proxy(const struct vt_node *config, const struct vt_node *apt,
	const char *root, struct vt_err **err)
{
	const char *proxy = vt_node_text(vt_node_get(apt, "proxy"));
	if (!proxy)
		proxy = vt_node_text(vt_node_get(config, "apt_proxy"));
	if (!proxy || !*proxy)
		return 0;
	VT_AUTO_FREE char *text =
		vt_printf("Acquire::http::Proxy \"%s\";", proxy);
	return write_file(root, "apt/apt.conf.d/90curtin-aptproxy", text, err);
}

/* Write the list, and keep cloud-init from writing another. */
static int write_list(const struct vt_node *apt, const char *root,
	const char *release, struct vt_err **err)
{
	const char *list;
	bool preserve;
	bool_of(apt, "preserve_sources_list", true, &preserve, NULL);
	text_of(apt, "sources_list", &list, NULL);
	if (preserve)
		return 0;
	VT_AUTO_FREE char *text = list ? rendered(apt, release, list) : NULL;
	if (text && write_file(root, "apt/sources.list", text, err) < 0)
		return -1;
	return write_file(root, "cloud/cloud.cfg.d/curtin-preserve-sources.cfg",
		"apt:\n  preserve_sources_list: true\n", err);
}

/* Return: whether there is one, or -1 */
static int write_sources(const struct vt_node *apt, const char *root,
	const char *release, struct vt_err **err)
{
	const struct vt_node *sources = vt_node_get(apt, "sources");
	bool any = false;
	for (size_t i = 0; sources && i < sources->n; i++) {
		const char *source, *file;
		const struct vt_node *n = sources->items[i];
		text_of(n, "source", &source, NULL);
		text_of(n, "filename", &file, NULL);
		if (!source)
			continue;
		file = file ? file : sources->keys[i]->text;
		VT_AUTO_FREE char *name = vt_printf("apt/sources.list.d/%s%s",
			file, vt_str_ends(file, ".list") ? "" : ".list");
		VT_AUTO_FREE char *text = rendered(apt, release, source);
		if (write_file(root, name, text, err) < 0)
			return -1;
		any = true;
	}
	return any;
}

/* VERSION_CODENAME of the target, or NULL. */
static char *codename(const char *root)
{
	static const char key[] = "\nVERSION_CODENAME=";
	VT_AUTO_FREE char *path = vt_printf("%s/etc/os-release", root);
	VT_AUTO_FREE char *text = vt_fs_read(path, 65536, NULL, NULL);
	const char *at = text ? strstr(text, key) : NULL;
	at = at ? at + strlen(key) + (at[strlen(key)] == '"') : NULL;
	return at ? vt_strndup(at, strcspn(at, "\"\n")) : NULL;
}

static int upgrade(
	const struct vt_node *config, const char *root, struct vt_err **err)
{
	char *all[] = {APT_GET, "dist-upgrade", NULL};
	const struct vt_node *map = vt_node_get(config, "system_upgrade");
	bool enabled;
	bool_of(map, "enabled", false, &enabled, NULL);
	return enabled ? target_run(root, all, err) : 0;
}

int apt_configure(
	const struct vt_node *config, const char *root, struct vt_err **err)
{
	char *update[] = {APT_GET, "update", NULL};
	const struct vt_node *apt = vt_node_get(config, "apt");
	const char *conf;
	VT_AUTO_FREE char *release = codename(root);
	text_of(apt, "conf", &conf, NULL);
	if (write_proxy(config, apt, root, err) < 0 ||
		(conf && write_file(root, "apt/apt.conf.d/94curtin-config",
				 conf, err) < 0) ||
		write_list(apt, root, release, err) < 0)
		return -1;
	int any = write_sources(apt, root, release, err);
	if (any < 0 || (any && target_run(root, update, err) < 0))
		return -1;
	return upgrade(config, root, err);
}
