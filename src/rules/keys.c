#include "keys.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "dates.h"
#include "fatal.h"
#include "mem.h"

enum key_type {
	KEY_STR,     /* const char * */
	KEY_INT,     /* long */
	KEY_BOOL,    /* bool */
	KEY_TRI,     /* int: 0, 1 or VT_UNSET */
	KEY_AUTO,    /* the same, with `auto` for VT_UNSET */
	KEY_STRINGS, /* node: list of strings */
	KEY_WORDS,   /* node: the same, or "word,word" */
	KEY_PAIRS,   /* node: list of [name, number] */
	KEY_DATES,   /* node: skip_by_date */
	KEY_SIZES,   /* node: list of sizes */
	KEY_MAP,     /* node: map */
	KEY_FATAL,   /* node: map of changes to fatal lines */
	KEY_ROWS,    /* node: list of lists of three strings */
	KEY_ANY,     /* node: whoever uses it looks at it */
};

static const char *const type_names[] = {
	[KEY_STR] = "text",
	[KEY_INT] = "number",
	[KEY_BOOL] = "true or false",
	[KEY_TRI] = "true or false",
	[KEY_AUTO] = "auto, true or false",
	[KEY_STRINGS] = "list of texts",
	[KEY_WORDS] = "list, or text with commas",
	[KEY_PAIRS] = "list of [name, number]",
	[KEY_DATES] = "map, or list of maps",
	[KEY_SIZES] = "list of sizes",
	[KEY_MAP] = "map",
	[KEY_FATAL] = "map",
	[KEY_ROWS] = "list of lists",
	[KEY_ANY] = "text, list or map",
};

struct key {
	const char *name;
	enum key_type type;
	const char *value; /* default */
	size_t offset;
	long min, max; /* of KEY_INT */
	const char *help;
};

#define AT(field) offsetof(struct vt_def, field)
#define STR(name, value, help)                                                 \
	{                                                                      \
#name, KEY_STR, value, AT(name), 0, 0, help                    \
	}
#define INT(name, value, min, max, help)                                       \
	{                                                                      \
#name, KEY_INT, value, AT(name), min, max, help                \
	}
#define NODE(name, type, help)                                                 \
	{                                                                      \
#name, type, NULL, AT(name), 0, 0, help                        \
	}
static const struct key keys[] = {
	NODE(add_repos, KEY_WORDS,
		"apt repositories to add; proposed is the release's pocket; the"
		" setting ADD_REPOS wins over it"),
	STR(arch, NULL, "architecture; default: the host's"),
	NODE(arch_skip, KEY_WORDS, "architectures on which it is skipped"),
	STR(bios, NULL,
		"firmware file instead of BIOS or UEFI, relative to the"
		" definition"),
	NODE(boot_cloudconf, KEY_MAP, "cloud-config for the installed system"),
	INT(boot_timeout, NULL, 1, 86400,
		"seconds of the boot phase; default: setting BOOT_TIMEOUT"),
	NODE(collect_scripts, KEY_STRINGS,
		"scripts instead of the default ones"),
	STR(conf_file, NULL, "installer config, relative to the definition"),
	NODE(conf_replace, KEY_MAP, "text to replace in conf_file"),
	{"crashdump", KEY_BOOL, "false", AT(crashdump), 0, 0,
		"2 GiB more memory, and room for a crash kernel"},
	STR(dirty_disk_config, NULL,
		"config of dirty_disks, relative to the definition; default: "
		"one"
		" of our own"),
	{"dirty_disks", KEY_BOOL, "false", AT(dirty_disks), 0, 0,
		"the disks are in use when the install begins: early_commands"
		" lay them out as the config says"},
	INT(disk_block_size, "512", 512, 32768, "block size of each disk"),
	STR(disk_driver, NULL,
		"virtio-blk, scsi-hd, ...; default: as the config's wwn or path"
		" asks, else virtio-blk"),
	NODE(disk_to_check, KEY_PAIRS,
		"[name, partition] of links in /dev/disk/by-dname; partition 0:"
		" the disk"),
	STR(distro, "debian", "distribution of the install environment"),
	STR(ephemeral_ftype, "squashfs", "image item it boots from"),
	{"expected_failure", KEY_BOOL, "false", AT(expected_failure), 0, 0,
		"the installer must fail"},
	NODE(extra_collect_scripts, KEY_STRINGS,
		"scripts after the default ones"),
	NODE(extra_disks, KEY_SIZES,
		"sizes of disks after the first; default: from the config"),
	STR(extra_kern_args, NULL, "more kernel arguments for the install"),
	NODE(fatal_lines, KEY_FATAL,
		"{ID: off | ERE}: lines of the console that end a phase; see "
		"vt-rules(1)"),
	NODE(fstab_expected, KEY_ROWS,
		"[spec, mount point, options] of lines in the target's fstab"),
	NODE(installer, KEY_ANY,
		"path, or {path, success: ERE}, relative to the definition;"
		" default: setting CURTIN_EXE, else vt-install"),
	INT(install_timeout, NULL, 1, 86400,
		"seconds of the install phase; default: setting"
		" INSTALL_TIMEOUT"),
	{"interactive", KEY_BOOL, "false", AT(interactive), 0, 0,
		"a person runs it: skipped, for make "
		"tests/NAME.install-console"},
	NODE(iscsi_disks, KEY_ANY,
		"[{size, auth: USER:PASSWORD, iauth: USER:PASSWORD}] of iSCSI"
		" disks, in the order of __RFC4173__ in the config; default:"
		" from the config"),
	STR(kflavor, NULL, "kernel flavour of the image"),
	STR(krel, NULL, "kernel release of the image"),
	NODE(matrix, KEY_MAP, "{key: [values]}: one test for each combination"),
	INT(mem, "2048", 64, 1 << 20,
		"MiB of memory; the setting VMRAM wins over it"),
	{"multipath", KEY_BOOL, "false", AT(multipath), 0, 0,
		"several paths to each disk, whose driver is scsi-hd then"},
	INT(multipath_num_paths, "2", 2, 16, "how many"),
	INT(nr_cpus, "2", 1, 255,
		"processors; the setting NR_CPUS wins over it"),
	NODE(nvme_disks, KEY_SIZES,
		"sizes of NVMe disks; default: from the config"),
	{"pairwise", KEY_BOOL, "false", AT(pairwise), 0, 0,
		"of a matrix, only so many combinations that every two values"
		" meet"},
	STR(release, "bookworm", "release of the install environment"),
	NODE(releases, KEY_WORDS,
		"rows of releases.yaml beside the definition: one test for each"
		" of a list; a single word makes none"),
	{"secure_boot", KEY_BOOL, "false", AT(secure_boot), 0, 0,
		"UEFI firmware that only starts what is signed"},
	NODE(skip_by_date, KEY_DATES,
		"{bug, fixby, removeby, tests, install}: a known failure until"
		" fixby, a failure to have it still after removeby; see"
		" vt-rules(1)"),
	STR(subarch, NULL, "subarchitecture of the image"),
	NODE(supported_releases, KEY_WORDS,
		"releases that are run although out of support"),
	{"system_upgrade", KEY_AUTO, "auto", AT(system_upgrade), 0, 0,
		"upgrade the target; auto: when there are add_repos; the "
		"setting"
		" SYSTEM_UPGRADE wins over it"},
	STR(target_distro, NULL, "what is installed; default: distro"),
	STR(target_ftype, "squashfs",
		"image item that is installed when it is another release"),
	STR(target_kernel_package, NULL, "kernel package for the target"),
	STR(target_kflavor, NULL, "kernel flavour of the target image"),
	STR(target_krel, NULL, "kernel release of the target image"),
	STR(target_release, NULL, "default: release"),
	{"tpm", KEY_BOOL, "false", AT(tpm), 0, 0,
		"the machine has a TPM 2.0, which keeps its state"},
	{"uefi", KEY_TRI, NULL, AT(uefi), 0, 0,
		"UEFI or BIOS; default: whether the config has an EFI system"
		" partition"},
	NODE(upgrade_packages, KEY_WORDS,
		"packages to install in the target at the end; the setting"
		" UPGRADE_PACKAGES wins over it"),
	NODE(verify, KEY_ANY, "checks of collected files"),
};

/* Read before the others: not a value of the test. */
static const char extends[] = "extends";

int vt_keys_check(const struct vt_node *map, struct vt_err **err)
{
	const char *names[VT_COUNT(keys) + 2];
	for (size_t i = 0; i < VT_COUNT(keys); i++)
		names[i] = keys[i].name;
	names[VT_COUNT(keys)] = extends;
	names[VT_COUNT(keys) + 1] = NULL;
	return vt_node_keys_known(map, names, err);
}

static int check_strings(const struct vt_node *n, struct vt_err **err)
{
	const char *s;
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++)
		if (vt_node_str(n->items[i], &s, err) < 0)
			return -1;
	return 0;
}

static int check_sizes(const struct vt_node *n, struct vt_err **err)
{
	uint64_t bytes;
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		const char *text = vt_node_text(n->items[i]);
		if (!(text && *text == '/') && /* an image of the user's */
			vt_node_size(n->items[i], &bytes, err) < 0)
			return -1;
	}
	return 0;
}

static int check_rows(const struct vt_node *n, struct vt_err **err)
{
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		if (check_strings(n->items[i], err) < 0)
			return -1;
		if (n->items[i]->n != 3)
			return vt_node_err(n->items[i], err,
				"expected [spec, mount point, options], found "
				"%zu words",
				n->items[i]->n);
	}
	return 0;
}

static int check_words(const struct vt_node *n, struct vt_err **err)
{
	const char *s;
	return n->kind == VT_SCALAR ? vt_node_str(n, &s, err)
				    : check_strings(n, err);
}

static int check_pairs(const struct vt_node *n, struct vt_err **err)
{
	const char *name;
	long part;
	if (vt_node_expect(n, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		const struct vt_node *pair = n->items[i];
		if (vt_node_expect(pair, VT_SEQ, err) < 0)
			return -1;
		if (pair->n != 2)
			return vt_node_err(pair, err,
				"expected [name, partition], found %zu words",
				pair->n);
		if (vt_node_str(pair->items[0], &name, err) < 0 ||
			vt_node_int(pair->items[1], 0, 256, &part, err) < 0)
			return -1;
	}
	return 0;
}

static int store(const struct key *key, struct vt_def *def,
	const struct vt_node *n, struct vt_err **err)
{
	void *at = (char *)def + key->offset;
	bool flag;
	switch (key->type) {
	case KEY_STR:
		return vt_node_str(n, at, err);
	case KEY_INT:
		return vt_node_int(n, key->min, key->max, at, err);
	case KEY_BOOL:
		return vt_node_bool(n, at, err);
	case KEY_AUTO:
		if (vt_str_eq(vt_node_text(n), "auto"))
			return 0;
		/* fallthrough */
	case KEY_TRI:
		if (vt_node_bool(n, &flag, err) < 0)
			return -1;
		*(int *)at = flag;
		return 0;
	case KEY_STRINGS:
		*(const struct vt_node **)at = n;
		return check_strings(n, err);
	case KEY_SIZES:
		*(const struct vt_node **)at = n;
		return check_sizes(n, err);
	case KEY_ROWS:
		*(const struct vt_node **)at = n;
		return check_rows(n, err);
	case KEY_MAP:
		*(const struct vt_node **)at = n;
		return vt_node_expect(n, VT_MAP, err);
	case KEY_FATAL:
		*(const struct vt_node **)at = n;
		return vt_fatals_check(n, err);
	case KEY_ANY:
		*(const struct vt_node **)at = n;
		return 0;
	case KEY_WORDS:
		*(const struct vt_node **)at = n;
		return check_words(n, err);
	case KEY_PAIRS:
		*(const struct vt_node **)at = n;
		return check_pairs(n, err);
	case KEY_DATES:
		*(const struct vt_node **)at = n;
		return vt_dates_check(n, err);
	}
	return 0;
}

static void set_default(const struct key *key, struct vt_def *def)
{
	void *at = (char *)def + key->offset;
	switch (key->type) {
	case KEY_STR:
		*(const char **)at = key->value;
		break;
	case KEY_INT:
		*(long *)at = VT_UNSET;
		if (key->value)
			vt_parse_int(key->value, LONG_MIN, LONG_MAX, at, NULL);
		break;
	case KEY_AUTO:
	case KEY_TRI:
		*(int *)at = VT_UNSET;
		break;
	default:
		break; /* zero */
	}
}

int vt_def_read(
	struct vt_def *def, const struct vt_node *map, struct vt_err **err)
{
	*def = (struct vt_def){.keys = map};
	for (size_t i = 0; i < VT_COUNT(keys); i++) {
		set_default(&keys[i], def);
		const struct vt_node *n = vt_node_get(map, keys[i].name);
		/* null takes back what was inherited */
		if (n && !vt_node_is_null(n) &&
			store(&keys[i], def, n, err) < 0)
			return -1;
	}
	return 0;
}

const struct vt_node *vt_def_node(const struct vt_def *def, const char *key)
{
	return vt_node_get(def->keys, key);
}

const char *vt_keys_each(size_t i, const char **type, const char **help)
{
	if (i == VT_COUNT(keys))
		return NULL;
	*type = type_names[keys[i].type];
	*help = keys[i].help;
	return keys[i].name;
}

void vt_words_of(const struct vt_node *n, struct vt_strv *out)
{
	if (n && n->kind == VT_SEQ)
		for (size_t i = 0; i < n->n; i++)
			vt_strv_add(out, n->items[i]->text);
	for (const char *s = vt_node_text(n); s && *s;) {
		size_t len = strcspn(s, ", ");
		if (len)
			vt_strv_take(out, vt_strndup(s, len));
		s += len + (s[len] != '\0');
	}
}

char *vt_keys_help(void)
{
	struct vt_str s = VT_STR_INIT;
	vt_str_add(&s, "keys of a definition:\n");
	vt_str_addf(&s, "  %-22s%s\n", extends,
		"inherit another definition (NAME beside it, or a path)");
	for (size_t i = 0; i < VT_COUNT(keys); i++) {
		const struct key *k = &keys[i];
		vt_str_addf(&s, "  %-22s%s", k->name, k->help);
		if (k->value)
			vt_str_addf(&s, "; default: %s", k->value);
		vt_str_addc(&s, '\n');
	}
	s.s[--s.len] = '\0';
	return vt_str_take(&s);
}

void vt_def_emit(
	const struct vt_def *def, struct vt_doc *doc, struct vt_node *map)
{
	for (size_t i = 0; i < VT_COUNT(keys); i++) {
		const struct key *k = &keys[i];
		const void *at = (const char *)def + k->offset;
		struct vt_node *v = NULL;
		if (k->type == KEY_STR && *(const char *const *)at)
			v = vt_node_string(doc, *(const char *const *)at);
		else if (k->type == KEY_INT && *(const long *)at != VT_UNSET)
			v = vt_node_number(doc, *(const long *)at);
		else if (k->type == KEY_BOOL)
			v = vt_node_boolean(doc, *(const bool *)at);
		else if (k->type == KEY_AUTO && *(const int *)at == VT_UNSET)
			v = vt_node_string(doc, "auto");
		else if ((k->type == KEY_TRI || k->type == KEY_AUTO) &&
			 *(const int *)at != VT_UNSET)
			v = vt_node_boolean(doc, *(const int *)at);
		else if (k->type >= KEY_STRINGS &&
			 *(const struct vt_node *const *)at)
			v = vt_node_copy(
				doc, *(const struct vt_node *const *)at);
		if (v)
			vt_node_set(doc, map, k->name, v);
	}
}
