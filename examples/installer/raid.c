/* MD RAID arrays. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "entries.h"
#include "layers.h"
#include "step.h"

/* Its level for mdadm: "1" of raid1; NULL: not supported */
static const char *level_of(const struct vt_dev *raid)
{
	static const char *const levels[] = {
		"0", "1", "4", "5", "6", "10", "linear", NULL};
	const char *level = vt_dev_text(raid, "raidlevel");
	if (vt_str_eq(level, "stripe"))
		return "0";
	if (vt_str_starts(level, "raid"))
		level += strlen("raid");
	return vt_str_in(levels, level) ? level : NULL;
}

/* Of metadata, as mdadm names it; NULL: not supported */
static const char *format_of(const struct vt_dev *raid)
{
	static const char *const formats[] = {
		"0.90", "1.0", "1.1", "1.2", NULL};
	static const char *const old[] = {"0", "0.9", NULL};
	static const char *const newest[] = {"default", "1", NULL};
	const char *word = vt_dev_text(raid, "metadata");
	if (!word || vt_str_in(newest, word))
		return "1.2";
	if (vt_str_in(old, word))
		return "0.90";
	return vt_str_in(formats, word) ? word : NULL;
}

/* Its name without directories: a config may have a path. */
static const char *name_of(const struct vt_dev *raid)
{
	const char *name = vt_dev_text(raid, "name");
	name += vt_str_starts(name, "/dev/") ? strlen("/dev/") : 0;
	return name + (vt_str_starts(name, "md/") ? strlen("md/") : 0);
}

/* Its node, owned: /dev/md0, or /dev/md/NAME */
static char *node_of(const struct vt_dev *raid)
{
	const char *name = name_of(raid);
	bool number = vt_str_starts(name, "md") && name[2] &&
		      !name[2 + strspn(name + 2, "0123456789")];
	return vt_printf(number ? "/dev/%s" : "/dev/md/%s", name);
}

int raid_check(const struct vt_dev *d, struct vt_err **err)
{
	const char *name = name_of(d);
	if (vt_dev_ref(d, "container") ||
		vt_str_eq(vt_dev_text(d, "raidlevel"), "container"))
		return vt_dev_err(d, vt_dev_node(d, "container"), err,
			"containers are not supported by vt-install");
	if (*name == '-' || *name == '.' || strpbrk(name, "/ \t\n"))
		return vt_dev_err(d, vt_dev_node(d, "name"), err,
			"'%s' is not a valid device name", name);
	if (!level_of(d))
		return vt_dev_err(d, vt_dev_node(d, "raidlevel"), err,
			"raidlevel '%s' is not 0, 1, 4, 5, 6, 10 or linear",
			vt_dev_text(d, "raidlevel"));
	if (!format_of(d))
		return vt_dev_err(d, vt_dev_node(d, "metadata"), err,
			"metadata '%s' is not 0.90, 1.0, 1.1 or 1.2",
			vt_dev_text(d, "metadata"));
	if (vt_dev_text(d, "mdname") && !strcmp(format_of(d), "0.90"))
		return vt_dev_err(d, vt_dev_node(d, "mdname"), err,
			"metadata 0.90 has no names");
	return 0;
}

/* Members that are all zero are in sync, so no kernel thread computes parity
 * during the copy and the boot. */
static int add_members(struct vt_strv *argv, size_t *n, const struct plan *plan,
	const struct vt_dev *d, const char *role, struct vt_err **err)
{
	for (size_t i = 0; i < d->n_refs; i++) {
		const char *dev = plan_dev(plan, d->refs[i].used);
		if (strcmp(d->refs[i].key->word, role) != 0)
			continue;
		if (device_zero(dev, err) < 0)
			return -1;
		vt_strv_add(argv, dev);
		++*n;
	}
	return 0;
}

static int create(const struct plan *plan, const struct vt_dev *d,
	const char *dev, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT, members = VT_STRV_INIT;
	const char *name = vt_dev_text(d, "mdname");
	size_t n = 0, n_spares = 0;
	if (add_members(&members, &n, plan, d, "devices", err) < 0 ||
		add_members(
			&members, &n_spares, plan, d, "spare_devices", err) < 0)
		return -1;
	VT_AUTO_FREE char *active = vt_printf("--raid-devices=%zu", n);
	VT_AUTO_FREE char *spares = vt_printf("--spare-devices=%zu", n_spares);
	/* any host name, so that the installed system uses the same name */
	vt_strv_addv(&argv, "mdadm", "--create", dev, "--run", "--quiet",
		"--homehost=any", "--assume-clean", "--metadata", format_of(d),
		"--level", level_of(d), active, NULL);
	if (n_spares)
		vt_strv_add(&argv, spares);
	if (name)
		vt_strv_addv(&argv, "--name", name, NULL);
	for (size_t i = 0; i < members.n; i++)
		vt_strv_add(&argv, members.v[i]);
	return step_argv(argv.v, NULL, NULL, err);
}

/* The array that udev has assembled of a member, or NULL; owned */
static char *holder_of(const char *member)
{
	VT_AUTO_FREE char *real = realpath(member, NULL);
	VT_AUTO_STRV struct vt_strv holders = VT_STRV_INIT;
	VT_AUTO_FREE char *dir = vt_printf("/sys/class/block/%s/holders",
		real ? strrchr(real, '/') + 1 : "");
	if (vt_fs_list(dir, &holders, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < holders.n; i++)
		if (vt_str_starts(holders.v[i], "md"))
			return vt_printf("/dev/%s", holders.v[i]);
	return NULL;
}

/* KEY=VALUE of `mdadm --detail --export`, or NULL */
static const char *detail(const struct vt_strv *lines, const char *key)
{
	const char *value = NULL;
	for (size_t i = 0; i < lines->n && !value; i++)
		value = vt_str_value(lines->v[i], key);
	return value;
}

/* Whether an array is what the config says. */
static int check_kept(
	const struct vt_dev *d, const char *dev, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	VT_AUTO_FREE char *text =
		step_output(err, "mdadm", "--detail", "--export", dev, NULL);
	size_t n = 0;
	if (!text)
		return -1;
	vt_str_split(text, '\n', &lines);
	const char *level = detail(&lines, "MD_LEVEL");
	const char *has = detail(&lines, "MD_DEVICES");
	for (size_t i = 0; i < d->n_refs; i++)
		n += !strcmp(d->refs[i].key->word, "devices");
	if (level && vt_str_starts(level, "raid"))
		level += strlen("raid");
	if (!vt_str_eq(level, level_of(d)))
		return vt_dev_err(d, vt_dev_node(d, "raidlevel"), err,
			"%s, which is preserved, has level '%s'", dev,
			level ? level : "unknown");
	if (!has || strtoul(has, NULL, 10) != n)
		return vt_dev_err(d, vt_dev_node(d, "devices"), err,
			"%s, which is preserved, has %s devices", dev,
			has ? has : "no");
	return 0;
}

static int assemble(const struct plan *plan, const struct vt_dev *d,
	const char *dev, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	vt_strv_addv(&argv, "mdadm", "--assemble", "--quiet", dev, NULL);
	for (size_t i = 0; i < d->n_refs; i++)
		vt_strv_add(&argv, plan_dev(plan, d->refs[i].used));
	if (step_argv(argv.v, NULL, NULL, err) < 0)
		return vt_err_wrap(
			err, "cannot assemble the array, which is preserved");
	return 0;
}

static int stop(const char *dev, struct vt_err **err)
{
	return step(err, "mdadm", "--stop", "--quiet", dev, NULL);
}

/* Whether udev has not seen all members yet. */
static bool is_inactive(const char *dev)
{
	VT_AUTO_FREE char *path = vt_printf(
		"/sys/class/block/%s/md/array_state", strrchr(dev, '/') + 1);
	VT_AUTO_FREE char *state = vt_fs_read(path, 64, NULL, NULL);
	return state && vt_str_starts(state, "inactive");
}

/* Assemble what is there, unless udev has, perhaps under another name. */
static int keep(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	struct made *made = plan_made(plan, d);
	VT_AUTO_FREE char *held = holder_of(plan_dev(plan, below(d)));
	if (held && is_inactive(held)) {
		if (stop(held, err) < 0)
			return -1;
		free(held);
		held = NULL;
	}
	if (!held && assemble(plan, d, made->dev, err) < 0)
		return -1;
	VT_AUTO_FREE char *real = realpath(made->dev, NULL);
	if (held && !vt_str_eq(real, held)) {
		free(made->dev);
		made->dev = vt_strdup(held);
	}
	return check_kept(d, made->dev, err);
}

int raid_make(struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	char *dev = node_of(d);
	plan_made(plan, d)->dev = dev;
	int rc = vt_dev_num(d, "preserve") ? keep(plan, d, err)
					   : create(plan, d, dev, err);
	return rc < 0 ? -1 : layer_finish(plan, d, err);
}

int raid_release(
	const struct plan *plan, const struct vt_dev *d, struct vt_err **err)
{
	return stop(plan_dev(plan, d), err);
}

int raid_configure(
	const struct plan *plan, const char *root, struct vt_err **err)
{
	bool any = false;
	for (size_t i = 0; i < plan->graph.n; i++)
		any |= vt_dev_is(&plan->graph.v[i], VT_RAID);
	if (!any)
		return 0;
	VT_AUTO_FREE char *arrays =
		step_output(err, "mdadm", "--detail", "--scan", NULL);
	VT_AUTO_FREE char *path = vt_printf("%s/etc/mdadm/mdadm.conf", root);
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	if (!arrays)
		return -1;
	vt_str_addf(&text,
		"# Written by vt-install.\n"
		"HOMEHOST <system>\n"
		"MAILADDR root\n"
		"%s\n",
		arrays);
	return vt_fs_write(path, text.s, text.len, 0644, err);
}
