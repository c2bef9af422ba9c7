/* Encrypted volumes: LUKS, and plain ones with a random key for swap. */
#include "crypt.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "names.h"
#include "step.h"

const char *crypt_name(const struct vt_dev *d)
{
	const char *name = vt_dev_text(d, "dm_name");
	return name ? name : d->id;
}

/* A value that curtin reads and that no check needs, or NULL. */
static const char *value(const struct vt_dev *d, const char *key)
{
	const struct vt_node *n = vt_node_get(d->at, key);
	return vt_node_is_null(n) ? NULL : vt_node_text(n);
}

int crypt_check(const struct vt_dev *d, struct vt_err **err)
{
	const char *name = crypt_name(d), *word;
	const struct vt_node *options = vt_node_get(d->at, "options");
	if (*name == '-' || strpbrk(name, "/ \t\n\\"))
		return vt_dev_err(d, vt_dev_node(d, "dm_name"), err,
			"'%s' is not a valid name of a volume", name);
	for (size_t i = 0; options && i < options->n; i++)
		if (vt_node_str(options->items[i], &word, err) < 0)
			return -1;
		else if (strpbrk(word, " \t\n\\,"))
			return vt_node_err(options->items[i], err,
				"'%s' must be one option of crypttab", word);
	if (vt_dev_is_random(d) && vt_dev_num(d, "preserve"))
		return vt_dev_err(d, vt_dev_node(d, "preserve"), err,
			"nothing can be preserved with a random key");
	return 0;
}

int crypt_check_files(const struct plan *plan, struct vt_err **err)
{
	for (size_t i = 0; i < plan->graph.n; i++) {
		const struct vt_dev *d = &plan->graph.v[i];
		static const char *const keys[] = {
			"keyfile", "recovery_keyfile"};
		for (size_t k = 0; k < VT_COUNT(keys); k++) {
			const char *file = value(d, keys[k]);
			if (vt_dev_is(d, VT_DM_CRYPT) && file &&
				!vt_fs_exists(file))
				return vt_dev_err(d, vt_dev_node(d, keys[k]),
					err, "key file '%s' does not exist",
					file);
		}
	}
	return 0;
}

/* cryptsetup, which reads the key from its input: it is in no argument. */
static int run(
	const struct vt_dev *d, struct vt_strv *argv, struct vt_err **err)
{
	const char *key = vt_dev_text(d, "key");
	vt_strv_addv(argv, "--key-file", key ? "-" : vt_dev_text(d, "keyfile"),
		NULL);
	return step_argv(argv->v, key, NULL, err);
}

static void add_cipher(struct vt_strv *argv, const struct vt_dev *d)
{
	const char *cipher = value(d, "cipher"), *bits = value(d, "keysize");
	if (cipher)
		vt_strv_addv(argv, "--cipher", cipher, NULL);
	if (bits)
		vt_strv_addv(argv, "--key-size", bits, NULL);
}

static int format(const struct vt_dev *d, const char *dev, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT, more = VT_STRV_INIT;
	const char *recovery = value(d, "recovery_keyfile");
	vt_strv_addv(&argv, "cryptsetup", "luksFormat", "--batch-mode",
		"--type", "luks2", NULL);
	add_cipher(&argv, d);
	vt_strv_add(&argv, dev);
	if (run(d, &argv, err) < 0)
		return -1;
	if (!recovery)
		return 0;
	vt_strv_addv(&more, "cryptsetup", "luksAddKey", dev, recovery, NULL);
	return run(d, &more, err);
}

static int open_volume(
	const struct vt_dev *d, const char *dev, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	bool random = vt_dev_is_random(d);
	vt_strv_addv(&argv, "cryptsetup", "open", "--type",
		random ? "plain" : "luks", dev, crypt_name(d), NULL);
	if (random)
		add_cipher(&argv, d);
	return run(d, &argv, err);
}

/* Open what is there, unless it is open. */
static int keep(const struct vt_dev *d, const char *dev, const char *mapped,
	struct vt_err **err)
{
	if (step(NULL, "cryptsetup", "isLuks", dev, NULL) < 0)
		return vt_dev_err(d, vt_dev_node(d, "preserve"), err,
			"there is no LUKS volume on %s to preserve", dev);
	return vt_fs_exists(mapped) ? 0 : open_volume(d, dev, err);
}

int crypt_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	const char *dev = plan_dev(plan, below(d));
	char *mapped = vt_printf("/dev/mapper/%s", crypt_name(d));
	plan_made(plan, d)->dev = mapped;
	if (vt_dev_num(d, "preserve"))
		return keep(d, dev, mapped, err);
	if ((!vt_dev_is_random(d) && format(d, dev, err) < 0) ||
		open_volume(d, dev, err) < 0)
		return -1;
	return entry_wipe(plan, d, err);
}

int crypt_release(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	(void)plan;
	return step(err, "cryptsetup", "close", crypt_name(d), NULL);
}

/* "NAME DEVICE KEYFILE OPTIONS". As curtin does, it names no key file, except
 * for a random key: the file is of the install environment. */
static int add_line(struct vt_str *tab, const struct plan *plan,
	const struct vt_dev *d, struct vt_err **err)
{
	const struct vt_node *options = vt_node_get(d->at, "options");
	const char *dev = plan_dev(plan, below(d));
	bool random = vt_dev_is_random(d);
	VT_AUTO_STR struct vt_str list = VT_STR_INIT;
	VT_AUTO_FREE char *uuid =
		random ? NULL
		       : step_output(err, "cryptsetup", "luksUUID", dev, NULL);
	VT_AUTO_FREE char *spec = uuid     ? vt_printf("UUID=%s", uuid)
				  : random ? names_stable(dev, err)
					   : NULL;
	if (!spec)
		return -1;
	for (size_t i = 0; options && i < options->n; i++)
		vt_str_item(&list, ",", options->items[i]->text);
	vt_str_addf(tab, "%s %s %s %s\n", crypt_name(d), spec,
		random ? vt_dev_text(d, "keyfile") : "none",
		vt_node_is_null(options) ? "luks" : vt_str_c(&list));
	return 0;
}

int crypt_configure(
	const struct plan *plan, const char *root, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str tab = VT_STR_INIT;
	VT_AUTO_FREE char *path = vt_printf("%s/etc/crypttab", root);
	for (size_t i = 0; i < plan->graph.n; i++)
		if (vt_dev_is(&plan->graph.v[i], VT_DM_CRYPT) &&
			add_line(&tab, plan, &plan->graph.v[i], err) < 0)
			return -1;
	return tab.len ? vt_fs_write(path, tab.s, tab.len, 0644, err) : 0;
}
