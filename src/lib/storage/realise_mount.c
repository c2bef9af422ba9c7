/* Mounts and encrypted volumes: lines of fstab(5) and crypttab(5). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/disks.h"
#include "storage/fstypes.h"
#include "storage/realise.h"
#include "storage/types.h"

/* Of a swap device; less is the kernel's own choice. Source: swapon(8). */
enum { MAX_PRIORITY = 32767 };

/* A field of fstab, escaped. */
static void add_word(struct vt_str *line, const char *word)
{
	if (line->len)
		vt_str_addc(line, ' ');
	for (; *word; word++)
		if (strchr(" \t\n\\", *word))
			vt_str_addf(line, "\\%03o", (unsigned char)*word);
		else
			vt_str_addc(line, *word);
}

/* "NAME DEVICE KEYFILE OPTIONS"; the device is * for what names the volume. Of
 * key files only the random ones are written. Source: curtin's
 * dm_crypt_handler(). */
void vt_realise_dm_crypt(struct vt_graph *g, struct vt_dev *d)
{
	const struct vt_node *options = vt_node_get(d->at, "options");
	struct vt_str list = VT_STR_INIT, line = VT_STR_INIT;
	if (!vt_dev_text(d, "dm_name"))
		vt_dev_derive(g, d, "dm_name", vt_strdup(d->id), 0);
	/* of a volume that is kept, curtin does not use it */
	vt_dev_expect(
		d, "key", vt_dev_text(d, "key") && !vt_dev_num(d, "preserve"));
	for (size_t i = 0; options && i < options->n; i++)
		vt_str_item(&list, ",", options->items[i]->text);
	add_word(&line, vt_dev_text(d, "dm_name"));
	add_word(&line, "*");
	add_word(&line,
		vt_dev_is_random(d) ? vt_dev_text(d, "keyfile") : "none");
	add_word(&line,
		options && options->kind == VT_SEQ ? vt_str_c(&list) : "luks");
	struct vt_field *keyfile =
		(struct vt_field *)vt_dev_field(d, "keyfile");
	if (keyfile)
		keyfile->ignored = !vt_dev_is_random(d);
	vt_dev_derive(g, d, "crypttab", vt_str_take(&line), 0);
	vt_str_free(&list);
}

const char *vt_realise_fstype(const struct vt_dev *mount)
{
	const struct vt_dev *format = vt_dev_ref(mount, "device");
	const char *fstype = vt_dev_text(mount, "fstype");
	if (!fstype && format)
		fstype = vt_dev_text(format, "fstype");
	/* a bind mount */
	return fstype ? vt_fstype_mount_type(fstype) : "none";
}

char *vt_realise_options(const struct vt_dev *mount)
{
	const char *options = vt_dev_text(mount, "options");
	bool netdev = mount->on_iscsi;
	options = options ? options : "defaults";
	/* curtin adds it: the network is needed first */
	if (netdev && !strstr(options, "_netdev"))
		return vt_printf("%s,_netdev", options);
	if (!strcmp(options, "defaults") &&
		!strcmp(vt_realise_fstype(mount), "swap"))
		options = "sw";
	return vt_strdup(options);
}

static bool has_word(const char *list, const char *word)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	vt_str_split(list, ',', &words);
	return vt_strv_has(&words, word);
}

/* "pri=5": which the kernel shows, if it is in its range. */
static void realise_priority(
	struct vt_graph *g, struct vt_dev *d, const char *options)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	vt_str_split(options, ',', &words);
	for (size_t i = 0; i < words.n; i++) {
		const char *pri = words.v[i] + strlen("pri=");
		if (vt_str_starts(words.v[i], "pri=") && *pri &&
			strspn(pri, "0123456789") == strlen(pri) &&
			strtoul(pri, NULL, 10) <= MAX_PRIORITY)
			vt_dev_derive(g, d, "priority",
				vt_printf("%lu", strtoul(pri, NULL, 10)), 0);
	}
}

/* Fields 5 and 6 of fstab have defaults of the installer's: only those that are
 * given are expected. A negative passno is given for the default. */
static void realise_fsck(struct vt_dev *d)
{
	const char *passno = vt_dev_text(d, "passno");
	vt_dev_expect(d, "freq", vt_dev_text(d, "freq"));
	vt_dev_expect(d, "passno", passno && *passno != '-');
}

/* The root, without a line in fstab. */
static void realise_zfsroot_mount(struct vt_graph *g, struct vt_dev *d)
{
	for (size_t i = 0; i < d->n_fields; i++)
		d->fields[i].expected = false;
	vt_dev_derive(g, d, "dataset", vt_strdup("rpool/ROOT/zfsroot"), 0);
}

/* "SPEC PATH FSTYPE OPTIONS"; the spec is * for what names the device. A swap
 * has no mount point, but its path is written. */
void vt_realise_mount(struct vt_graph *g, struct vt_dev *d)
{
	const struct vt_dev *format = vt_dev_ref(d, "device");
	const char *fstype = vt_realise_fstype(d);
	const char *options = vt_graph_own(g, vt_realise_options(d));
	const char *path = vt_dev_text(d, "path");
	const char *spec = vt_dev_text(d, "spec");
	bool swap = !strcmp(fstype, "swap");
	bool now = !has_word(options, "noauto");
	struct vt_str line = VT_STR_INIT;
	if (vt_dev_text(d, "absent"))
		return;
	if (format && vt_str_eq(vt_dev_text(format, "fstype"), "zfs_member")) {
		realise_zfsroot_mount(g, d);
		return;
	}
	path = path ? path : "none";
	vt_dev_set(d, vt_type_key(d->type, "path"), swap ? "none" : path, 0);
	vt_dev_set(d, vt_type_key(d->type, "options"), options, 0);
	/* for a tmpfs the kernel shows other words than the options */
	vt_dev_expect(d, "options", format && !swap && now);
	if (format || swap)
		vt_dev_derive(g, d, "mounted", NULL, now);
	if (swap && now)
		realise_priority(g, d, options);
	realise_fsck(d);
	add_word(&line, spec ? spec : "*");
	add_word(&line, path);
	add_word(&line, fstype);
	add_word(&line, options);
	vt_dev_derive(g, d, "fstab", vt_str_take(&line), 0);
}
