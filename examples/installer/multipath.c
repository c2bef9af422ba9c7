#include "multipath.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "holders.h"
#include "step.h"

static const char conf[] = "/etc/multipath.conf";

/* In the initramfs of the target. Source: multipath-tools-boot, which does the
 * same; it is used instead if the target has it. */
static const char hook[] =
	"#!/bin/sh\n"
	"# Written by vt-install: multipath in the initramfs.\n"
	"[ \"${1:-}\" = prereqs ] && { echo udev; exit 0; }\n"
	". /usr/share/initramfs-tools/hook-functions\n"
	"manual_add_modules dm_multipath dm_round_robin dm_queue_length \\\n"
	"\tdm_service_time scsi_dh_alua scsi_dh_emc scsi_dh_rdac\n"
	"copy_exec /sbin/multipath /sbin\n"
	"copy_exec /sbin/kpartx /sbin\n"
	"copy_exec /sbin/dmsetup /sbin\n"
	"for lib in /lib/multipath/*.so; do copy_exec $lib; done\n"
	"mkdir -p \"$DESTDIR/etc/multipath\" \"$DESTDIR/lib/udev/rules.d\"\n"
	"cp -p /etc/multipath.conf \"$DESTDIR/etc\"\n"
	"cp -p /etc/multipath/wwids \"$DESTDIR/etc/multipath\"\n"
	"for rule in 55-dm 56-dm-mpath 56-dm-parts 60-kpartx 60-multipath \\\n"
	"\t60-persistent-storage-dm 95-dm-notify; do\n"
	"\t[ ! -e /lib/udev/rules.d/$rule.rules ] ||\n"
	"\t\tcp -p /lib/udev/rules.d/$rule.rules "
	"\"$DESTDIR/lib/udev/rules.d\"\n"
	"done\n"
	"# `multipath -u` of the rules takes paths for those of a map only if\n"
	"# multipathd runs or is enabled; else LVM is on one of them first\n"
	"wants=$DESTDIR/etc/systemd/system/sysinit.target.wants\n"
	"mkdir -p \"$wants\"\n"
	": >\"$wants/multipathd.service\"\n"
	"for tool in kpartx_id scsi_id; do\n"
	"\t[ ! -e /lib/udev/$tool ] || copy_exec /lib/udev/$tool /lib/udev\n"
	"done\n";
static const char script[] =
	"#!/bin/sh\n"
	"# Written by vt-install: make the maps, when their paths are there.\n"
	"[ \"${1:-}\" = prereqs ] && { echo; exit 0; }\n"
	"modprobe -q dm_multipath\n"
	"for try in 1 2 3 4 5 6 7 8 9 10; do\n"
	"\tudevadm settle\n"
	"\t/sbin/multipath -v1 -B || :\n"
	"\tmissing=\n"
	"\tfor map in %s; do\n"
	"\t\t[ -e \"/dev/mapper/$map\" ] || missing=1\n"
	"\tdone\n"
	"\t[ -n \"$missing\" ] || break\n"
	"\tsleep 1\n"
	"done\n"
	"udevadm settle\n";

bool multipath_names(const struct vt_dev *d)
{
	const char *path = vt_dev_text(d, "path");
	return vt_dev_is(d, VT_DISK) &&
	       (vt_dev_text(d, "multipath") ||
		       (path && vt_str_starts(path, "/dev/mapper/")));
}

char *multipath_map(const char *dev)
{
	VT_AUTO_FREE char *name = device_name(dev);
	VT_AUTO_FREE char *dir =
		vt_printf("/sys/class/block/%s/holders", name ? name : "");
	VT_AUTO_STRV struct vt_strv above = VT_STRV_INIT;
	if (name && device_is_mpath(name)) {
		VT_AUTO_FREE char *map = device_attribute(name, "dm/name");
		return vt_printf("/dev/mapper/%s", map);
	}
	vt_fs_list(dir, &above, NULL);
	for (size_t i = 0; i < above.n; i++) {
		VT_AUTO_FREE char *map =
			device_is_mpath(above.v[i])
				? device_attribute(above.v[i], "dm/name")
				: NULL;
		if (map)
			return vt_printf("/dev/mapper/%s", map);
	}
	return vt_strdup(dev);
}

bool multipath_is_map(const struct plan *plan, const struct vt_dev *disk)
{
	const char *dev = plan_dev(plan, disk);
	VT_AUTO_FREE char *name = dev ? device_name(dev) : NULL;
	return name && device_is_mpath(name);
}

/* The disk gets the name that the config has for its map. */
static void add_alias(
	struct vt_str *out, const struct plan *plan, const struct vt_dev *d)
{
	const char *alias = vt_dev_text(d, "multipath");
	const char *dev = plan_dev(plan, d);
	VT_AUTO_FREE char *wwid =
		alias && dev
			? step_output(NULL, "udevadm", "info",
				  "--query=property", "--property=ID_SERIAL",
				  "--value", "--name", dev, NULL)
			: NULL;
	if (wwid && *wwid && !strchr(wwid, '"'))
		vt_str_addf(out,
			"\tmultipath {\n\t\twwid \"%s\"\n\t\talias \"%s\"\n"
			"\t}\n",
			wwid, alias);
}

static int write_conf(const struct plan *plan, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	vt_str_add(&text, "# Written by vt-install.\n"
			  "defaults {\n"
			  "\tuser_friendly_names yes\n"
			  "\tfind_multipaths yes\n"
			  "}\n"
			  "multipaths {\n");
	for (size_t i = 0; i < plan->graph.n; i++)
		if (multipath_names(&plan->graph.v[i]))
			add_alias(&text, plan, &plan->graph.v[i]);
	vt_str_add(&text, "}\n");
	return vt_fs_write(conf, text.s, text.len, 0644, err);
}

/* Whether a disk that should be a map is none yet. */
static bool is_missing(const struct plan *plan, const struct vt_dev *d)
{
	const char *dev = plan_dev(plan, d);
	VT_AUTO_FREE char *map = dev ? multipath_map(dev) : NULL;
	return multipath_names(d) &&
	       (!map || !vt_str_starts(map, "/dev/mapper/"));
}

int multipath_start(const struct plan *plan, struct vt_err **err)
{
	bool missing = false;
	for (size_t i = 0; i < plan->graph.n; i++)
		missing |= is_missing(plan, &plan->graph.v[i]);
	if (!missing)
		return 0;
	if (!vt_fs_exists(conf) && write_conf(plan, err) < 0)
		return -1;
	/* the daemon would give the maps the names that it had read before */
	if (step(err, "systemctl", "restart", "multipathd.service", NULL) < 0 ||
		step(err, "multipath", "-v2", NULL) < 0)
		return -1;
	return step(err, "udevadm", "settle", "--timeout=60", NULL);
}

static int write_script(const char *root, const char *path, const char *text,
	struct vt_err **err)
{
	VT_AUTO_FREE char *to = vt_printf("%s%s", root, path);
	VT_AUTO_FREE char *dir = vt_fs_dirname(to);
	if (vt_fs_mkdirs(dir, 0755, err) < 0)
		return -1;
	return vt_fs_write(to, text, strlen(text), 0755, err);
}

static int configure_initramfs(
	const char *root, const char *maps, struct vt_err **err)
{
	VT_AUTO_FREE char *theirs =
		vt_printf("%s/usr/share/initramfs-tools/hooks/multipath", root);
	VT_AUTO_FREE char *text = vt_str_replace(script, "%s", maps);
	if (vt_fs_exists(theirs))
		return 0;
	if (write_script(root, "/etc/initramfs-tools/hooks/vt-multipath", hook,
		    err) < 0)
		return -1;
	return write_script(root,
		"/etc/initramfs-tools/scripts/local-top/vt-multipath", text,
		err);
}

int multipath_configure(
	const struct plan *plan, const char *root, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str maps = VT_STR_INIT;
	VT_AUTO_FREE char *etc = vt_printf("%s/etc/", root);
	VT_AUTO_FREE char *dir = vt_printf("%s/etc/multipath/", root);
	for (size_t i = 0; i < plan->graph.n; i++)
		if (vt_dev_is(&plan->graph.v[i], VT_DISK) &&
			multipath_is_map(plan, &plan->graph.v[i]))
			vt_str_item(&maps, " ",
				plan_dev(plan, &plan->graph.v[i]) +
					strlen("/dev/mapper/"));
	if (!maps.len)
		return 0;
	if (vt_fs_mkdirs(dir, 0755, err) < 0 ||
		step(err, "cp", conf, etc, NULL) < 0 ||
		step(err, "cp", "/etc/multipath/wwids", dir, NULL) < 0)
		return -1;
	return configure_initramfs(root, maps.s, err);
}
