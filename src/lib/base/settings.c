#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "str.h"

/* The table. What a bare name sets, the reference reads by that name. */
static const struct vt_setting settings[] = {
	{"ACCEL", "auto", NULL, false,
		"kvm, tcg or auto: what runs the guests"},
	{"ADD_REPOS", NULL, NULL, false,
		"apt repositories that tests add to their target, "
		"comma-separated; wins over a definition's add_repos"},
	{"APT_PROXY", NULL, "apt_proxy", false,
		"apt proxy of guests; empty for none; default: the host's"},
	{"BOOT_TIMEOUT", "300", NULL, false,
		"seconds for the boot phase, unscaled"},
	{"BRIDGE", "user", NULL, false,
		"where the guests' NICs are: a Linux bridge of the host, or "
		"user"},
	{"CURTIN_EXE", NULL, NULL, false,
		"curtin to test; without it vt-install"},
	{"DEBUG_ALLOW_FAIL", "false", NULL, true,
		"a test that is expected to fail counts as failed when it "
		"does: shows what a failure looks like to a CI"},
	{"DEVEL_UBUNTU", NULL, "_DEVEL_UBUNTU", false,
		"releases of Ubuntu that are in development; default: what "
		"ubuntu-distro-info says"},
	{"EXTRA_CONFIG", NULL, NULL, false,
		"a config merged into every test's"},
	{"FILTER", NULL, "FILTER", false,
		"which tests make vmtest runs: filters of vt-rules list, apart "
		"by spaces; all must hold"},
	{"HOST_CHECKS", "false", NULL, true,
		"checks may run commands on the host (same_as_host)"},
	{"HTTP_PORT", "0", "HTTP_PORT", false,
		"port of the install phase's web server; 0: any"},
	{"IMAGE_DIR", "images/mirror", "IMAGE_DIR", false,
		"simplestreams tree of images"},
	{"IMAGE_LOCK_TIMEOUT", "-1", NULL, false,
		"seconds to wait for the lock of IMAGE_DIR; -1: for ever"},
	{"IMAGE_SRC_KEYRING",
		"/usr/share/keyrings/ubuntu-cloudimage-keyring.gpg",
		"IMAGE_SRC_KEYRING", false,
		"keys that sign the stream of IMAGE_SRC_URL"},
	{"IMAGE_SRC_URL", NULL, "IMAGE_SRC_URL", false,
		"stream that images are synced from, several servers of it "
		"apart by spaces; default: MAAS's of MAAS_IMAGE_STREAM"},
	{"IMAGE_STALL_TIMEOUT", "30", NULL, false,
		"seconds below 1 KiB/s until a download is tried again"},
	{"IMAGE_SYNC", "false", NULL, true,
		"sync the images that tests need before they are looked for"},
	{"IMAGES_TO_KEEP", "1", "IMAGES_TO_KEEP", false,
		"versions of an image that are kept"},
	{"INSTALL_TIMEOUT", "3000", NULL, false,
		"seconds for the install phase, unscaled"},
	{"IP_ADDR", NULL, "IP_ADDR", false,
		"IPv4 address at which guests reach that server; default: "
		"10.0.2.2, or the bridge's"},
	{"ISCSI_PORTAL", NULL, NULL, false,
		"HOST:PORT of an iSCSI server to use instead of an own one"},
	{"KEEP_DATA_FAIL", "all", NULL, false,
		"what stays of a test that did not pass: all, none, or some of "
		"boot, install, disks, logs, collect, comma-separated"},
	{"KEEP_DATA_PASS", "all", NULL, false,
		"the same for a test that passed or was skipped"},
	{"LOG", NULL, NULL, false,
		"file that gets a line for each event of all tests; default: "
		"of make vmtest, TOPDIR/debug.log, else none"},
	{"MAAS_IMAGE_STREAM", "stable", "MAAS_IMAGE_STREAM", false,
		"stream of MAAS images: stable or candidate"},
	{"NR_CPUS", NULL, NULL, false, "processors of each guest"},
	{"PARALLEL", "0", NULL, false,
		"tests at a time when make was given no -j; 0 or 1: one after "
		"the other, -1: as many as there are processors"},
	{"REUSE_TOPDIR", "false", NULL, true,
		"make vmtest verifies what earlier runs left in TOPDIR, and "
		"starts no machine"},
	{"SHUFFLE_TESTS", "true", NULL, true,
		"make vmtest runs tests in random order"},
	{"SKIP_BY_DATE_BUGS", NULL, NULL, false,
		"bugs whose skip_by_date tests are skipped, apart by commas or "
		"spaces; * for all"},
	{"SYSTEM_UPGRADE", NULL, NULL, false,
		"whether targets are upgraded as a whole: true, false, or "
		"auto; wins over a definition's system_upgrade"},
	{"TAR_DISKS", "false", NULL, true,
		"disks that are kept are put into disks/disks.tar, sparse"},
	{"TGT_IPC_SOCKET", NULL, "TGT_IPC_SOCKET", false,
		"control socket of the tgtd at ISCSI_PORTAL"},
	{"TIMEOUT_SCALE", NULL, NULL, false,
		"factor for all timeouts; default by accelerator"},
	{"TOPDIR", "tests", NULL, false,
		"where tests run and leave their results"},
	{"UNSUPPORTED_UBUNTU", NULL, "UNSUPPORTED_UBUNTU", false,
		"releases of Ubuntu that no test uses, apart by commas or "
		"spaces; default: what ubuntu-distro-info says"},
	{"UPGRADE_PACKAGES", NULL, NULL, false,
		"packages that tests upgrade in their target, comma-separated; "
		"wins over a definition's upgrade_packages"},
	{"VERBOSE", "false", NULL, true,
		"the guests' consoles on stderr, each line after the name of "
		"its test"},
	{"VMRAM", NULL, NULL, false, "memory of each guest in MiB"},
};

static const struct vt_setting *find(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(settings); i++)
		if (!strcmp(settings[i].name, name))
			return &settings[i];
	abort(); /* a programmer's error */
}

const struct vt_setting *vt_setting_at(size_t i)
{
	return i < VT_COUNT(settings) ? &settings[i] : NULL;
}

/* The variable that sets it, and its value. */
static const char *lookup(const struct vt_setting *s, const char **value)
{
	static const char *const prefixes[] = {"VT_", "CURTIN_VMTEST_"};
	static char name[80];
	for (size_t i = 0; i < VT_COUNT(prefixes); i++) {
		snprintf(name, sizeof(name), "%s%s", prefixes[i], s->name);
		*value = getenv(name);
		if (*value)
			return name;
	}
	*value = s->bare ? getenv(s->bare) : NULL;
	if (*value)
		return s->bare;
	*value = s->value;
	return NULL;
}

const char *vt_setting(const char *name)
{
	const char *value;
	lookup(find(name), &value);
	return value;
}

const char *vt_setting_source(const char *name)
{
	const char *value;
	return lookup(find(name), &value);
}

bool vt_setting_bool(const char *name)
{
	const char *value = vt_setting(name);
	return value && vt_parse_bool(value);
}

int vt_setting_int(
	const char *name, long min, long max, long *out, struct vt_err **err)
{
	const char *value, *from = lookup(find(name), &value);
	if (!value)
		return vt_err_set(err, VT_USAGE, "VT_%s is not set", name);
	if (vt_parse_int(value, min, max, out, err) < 0)
		return vt_err_wrap(err, "%s", from ? from : name);
	return 0;
}
