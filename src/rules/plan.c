#include "plan.h"
#include "storage/disks.h"
#include "storage/read.h"
#include "storage/size.h"
#include "storage/types.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "by_date.h"
#include "data/curtin.h"
#include "disks_from.h"
#include "network/net_read.h"
#include "qemu/accel.h"
#include "qemu/machine.h"
#include "test/distro.h"

static int check_arch(const struct vt_def *def, struct vt_err **err)
{
	if (vt_arch(def->arch))
		return 0;
	return vt_node_err(vt_def_node(def, "arch"), err,
		"architecture '%s' is not supported", def->arch);
}

/* The install environment's root must be an image with a file system. */
static int check_ftype(const struct vt_def *def, struct vt_err **err)
{
	if (vt_emit_rootfs(def->ephemeral_ftype))
		return 0;
	return vt_node_err(vt_def_node(def, "ephemeral_ftype"), err,
		"cannot boot from a '%s' image: use squashfs or root-image",
		def->ephemeral_ftype);
}

/* Defaults that follow from other keys. */
static void fill_in(struct vt_def *def)
{
	if (!def->arch)
		def->arch = vt_arch_host() ? vt_arch_host()->name : "amd64";
	if (!def->target_distro)
		def->target_distro = def->distro;
	if (!def->target_release)
		def->target_release = def->release;
	/* before krel defaults to the release: the target may differ */
	if (!def->target_krel)
		def->target_krel = def->krel;
	const char *kflavor = vt_distro(def->distro)->kflavor;
	if (kflavor && !def->krel)
		def->krel = def->release;
	if (kflavor && !def->kflavor)
		def->kflavor = kflavor;
}

static int read_config(
	struct vt_plan *plan, struct vt_world *world, struct vt_err **err)
{
	const struct vt_def *def = &plan->def;
	const struct vt_node *said = vt_def_node(def, "conf_file");
	if (!plan->test->keys)
		plan->conf_path = vt_strdup(plan->test->file);
	else if (def->conf_file)
		plan->conf_path = vt_path_of(said, def->conf_file);
	else if (!def->installer)
		return vt_node_err(def->keys, err, "'conf_file' is missing");
	else
		return 0; /* another installer may need no config */
	if (said && vt_path_need(said, plan->conf_path, err) < 0)
		return -1;
	plan->config = vt_files_config(
		&world->files, plan->conf_path, def->conf_replace, err);
	if (!plan->config || vt_node_expect(plan->config, VT_MAP, err) < 0)
		return -1;
	return plan->speaks_curtin ? vt_curtin_check(plan->config, err) : 0;
}

/* The firmware of ppc64el only loads GRUB from a PReP partition. Curtin's
 * vmtest adds one to such configs; vt does not change configs. */
static int check_prep(const struct vt_plan *plan, struct vt_err **err)
{
	const struct vt_graph *g = &plan->storage;
	const struct vt_dev *disk = NULL;
	for (size_t i = g->n; i-- > 0;)
		if (vt_dev_is_machine_disk(&g->v[i]))
			disk = &g->v[i];
	if (strcmp(plan->def.arch, "ppc64el") != 0 || !plan->speaks_curtin ||
		plan->def.bios || !disk)
		return 0;
	for (size_t i = 0; i < g->n; i++)
		if (vt_dev_is(&g->v[i], VT_PARTITION) &&
			vt_str_eq(vt_dev_text(&g->v[i], "flag"), "prep"))
			return 0;
	return vt_dev_err(disk, NULL, err,
		"ppc64el boots from a PReP partition, but the config has none: "
		"add one of 8M with 'flag: prep', or set 'arch_skip: "
		"[ppc64el]'");
}

static int timeout(
	long asked, const char *setting, long *seconds, struct vt_err **err)
{
	*seconds = asked;
	if (asked != VT_UNSET)
		return 0;
	return vt_setting_int(setting, seconds, err);
}

static bool another_target(const struct vt_def *def)
{
	return strcmp(def->release, def->target_release) ||
	       strcmp(def->distro, def->target_distro);
}

static int find_images(
	struct vt_plan *plan, struct vt_world *world, struct vt_err **err)
{
	const struct vt_def *def = &plan->def;
	const char *const boot[] = {
		"boot-kernel", "boot-initrd", def->ephemeral_ftype, NULL};
	struct vt_image_want want = {def->distro, def->release, def->arch,
		def->krel, def->kflavor, def->subarch, boot};
	plan->images = vt_images_find(&world->images, &want, err);
	if (!plan->images || !another_target(def))
		return plan->images ? 0 : -1;
	const char *const target[] = {def->target_ftype, NULL};
	want = (struct vt_image_want){def->target_distro, def->target_release,
		def->arch, def->target_krel, def->target_kflavor, def->subarch,
		target};
	plan->target = vt_images_find(&world->images, &want, err);
	return plan->target ? 0 : -1;
}

static int choose_installer(
	struct vt_plan *plan, struct vt_world *world, struct vt_err **err)
{
	const struct vt_installer *in =
		vt_installers_get(&world->installers, &plan->def, err);
	if (!in)
		return -1;
	plan->installer = in;
	plan->success = vt_installer_success(in, &plan->def);
	plan->speaks_curtin = vt_installer_reads_curtin(in->kind, in->name);
	return 0;
}

/* On a bridge of the host there is a network already. */
static void plan_wire(struct vt_plan *plan)
{
	int wire = plan->def.wire;
	bool bridge = strcmp(vt_setting("BRIDGE"), "user") != 0;
	if (wire == 1 ||
		(wire == VT_UNSET && !bridge && !vt_plan_no_network(plan)))
		vt_wired_plan(&plan->wired, &plan->network, wire == 1);
}

int vt_plan_make(struct vt_plan *plan, struct vt_world *world,
	const struct vt_test *test, struct vt_err **err)
{
	static const struct vt_node none = {.kind = VT_MAP};
	struct vt_def *def = &plan->def;
	plan->world = world;
	plan->test = test;
	if (vt_def_read(def, test->keys ? test->keys : &none, err) < 0)
		return -1;
	fill_in(def);
	/* report expected failures like others, for debugging */
	if (vt_setting_bool("DEBUG_ALLOW_FAIL"))
		def->expected_failure = false;
	plan->skip = vt_skip_reason(&world->skips, def, test->name);
	plan->forgive =
		vt_dates_forgive(def->skip_by_date, &world->skips.dated);
	if (check_arch(def, err) < 0 || check_ftype(def, err) < 0 ||
		timeout(def->install_timeout, "INSTALL_TIMEOUT",
			&plan->install_timeout_s, err) < 0 ||
		timeout(def->boot_timeout, "BOOT_TIMEOUT",
			&plan->boot_timeout_s, err) < 0 ||
		choose_installer(plan, world, err) < 0 ||
		read_config(plan, world, err) < 0 ||
		vt_storage_read(&plan->storage, plan->config, err) < 0 ||
		vt_storage_sizes(&plan->storage, err) < 0 ||
		(!plan->skip && check_prep(plan, err) < 0) ||
		vt_guest_plan(&plan->guest, def, &plan->storage, err) < 0 ||
		vt_network_read(&plan->network, plan->config, err) < 0 ||
		vt_guest_nics(&plan->guest, &plan->network, test->name, err) <
			0 ||
		vt_disks_from(plan, err) < 0)
		return -1;
	plan_wire(plan);
	/* install again when an initial disk image changes */
	for (size_t i = 0; i < plan->guest.n_disks; i++)
		if (plan->guest.disks[i].from)
			vt_strv_add(&plan->inputs, plan->guest.disks[i].from);
	return find_images(plan, world, err);
}

void vt_plan_free(struct vt_plan *plan)
{
	free(plan->conf_path);
	free(plan->success);
	free(plan->skip);
	vt_graph_free(&plan->storage);
	vt_wired_free(&plan->wired);
	vt_graph_free(&plan->network);
	vt_guest_free(&plan->guest);
	vt_strv_free(&plan->inputs);
	vt_strv_free(&plan->programs);
}

int vt_world_init(struct vt_world *world, struct vt_err **err)
{
	VT_AUTO_FREE char *exe = realpath("/proc/self/exe", NULL);
	enum vt_accel accel;
	world->cwd = getcwd(NULL, 0);
	if (!exe || !world->cwd)
		return vt_err_errno(
			err, "cannot determine the directories of vt-rules");
	/* checked once, not for each test */
	if (vt_settings_check(err) < 0)
		return -1;
	if (vt_accel_parse(vt_setting("ACCEL"), &accel, err) < 0)
		return vt_err_wrap(err, "%s", vt_setting_source("ACCEL"));
	world->bindir = vt_fs_dirname(exe);
	world->images.bindir = world->installers.bindir = world->bindir;
	world->installers.files = &world->files;
	return 0;
}

void vt_world_free(struct vt_world *world)
{
	vt_images_free(&world->images);
	vt_installers_free(&world->installers);
	vt_files_free(&world->files);
	vt_skips_free(&world->skips);
	vt_known_files_free(&world->known);
	free(world->apt_proxy);
	free(world->cwd);
	free(world->bindir);
}
