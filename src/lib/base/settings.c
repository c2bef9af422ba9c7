#include "base/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define TEXT                                                                   \
	{                                                                      \
		.kind = VT_SETTING_TEXT                                        \
	}
#define BOOLEAN                                                                \
	{                                                                      \
		.kind = VT_SETTING_BOOLEAN                                     \
	}
#define WHOLE(MIN, MAX)                                                        \
	{                                                                      \
		.kind = VT_SETTING_WHOLE, .min = (MIN), .max = (MAX)           \
	}

/* What a setting is about, see vt_setting.of_test. */
#define OF_TEST true
#define OF_RUN false

/* The table. What a bare name sets, the reference reads by that name. */
static const struct vt_setting settings[] = {
	{"ACCEL", "auto", NULL, OF_TEST, TEXT,
		"kvm, tcg or auto: what runs the guests"},
	{"ADD_REPOS", NULL, NULL, OF_TEST, TEXT,
		"apt repositories that tests add to their target, "
		"comma-separated; wins over a definition's add_repos"},
	{"APT_PROXY", NULL, "apt_proxy", OF_TEST, TEXT,
		"apt proxy of guests; empty for none; default: the host's"},
	{"BOOT_TIMEOUT", "300", NULL, OF_TEST, WHOLE(1, 86400),
		"seconds for the boot phase, unscaled"},
	{"BRIDGE", "user", NULL, OF_TEST, TEXT,
		"where the guests' NICs are: a Linux bridge of the host, or "
		"user"},
	{"CURTIN_EXE", NULL, NULL, OF_TEST, TEXT,
		"curtin to test; without it vt-install"},
	{"DEBUG_ALLOW_FAIL", "false", NULL, OF_TEST, BOOLEAN,
		"a test that is expected to fail counts as failed when it "
		"does: shows what a failure looks like to a CI"},
	{"DEVEL_UBUNTU", NULL, "_DEVEL_UBUNTU", OF_TEST, TEXT,
		"releases of Ubuntu that are in development; default: what "
		"ubuntu-distro-info says"},
	{"EXTRA_CONFIG", NULL, NULL, OF_TEST, TEXT,
		"a config merged into every test's"},
	{"FILTER", NULL, "FILTER", OF_RUN, TEXT,
		"which tests make vmtest runs: filters of vt-rules list, apart "
		"by spaces; all must hold"},
	{"HOST_CHECKS", "false", NULL, OF_RUN, BOOLEAN,
		"checks may run commands on the host (same_as_host)"},
	{"HTTP_PORT", "0", "HTTP_PORT", OF_RUN, WHOLE(0, 65535),
		"port of the install phase's web server; 0: any"},
	{"IMAGE_DIR", "images/mirror", "IMAGE_DIR", OF_TEST, TEXT,
		"simplestreams tree of images"},
	{"IMAGE_LOCK_TIMEOUT", "-1", NULL, OF_RUN, WHOLE(-1, 10000000),
		"seconds to wait for the lock of IMAGE_DIR; -1: for ever"},
	{"IMAGE_SRC_KEYRING",
		"/usr/share/keyrings/ubuntu-cloudimage-keyring.gpg",
		"IMAGE_SRC_KEYRING", OF_TEST, TEXT,
		"keys that sign the stream of IMAGE_SRC_URL"},
	{"IMAGE_SRC_URL", NULL, "IMAGE_SRC_URL", OF_TEST, TEXT,
		"stream that images are synced from, several servers of it "
		"apart by spaces; default: MAAS's of MAAS_IMAGE_STREAM"},
	{"IMAGE_STALL_TIMEOUT", "30", NULL, OF_RUN, WHOLE(1, 86400),
		"seconds below 1 KiB/s until a download is tried again"},
	{"IMAGE_SYNC", "false", NULL, OF_TEST, BOOLEAN,
		"sync the images that tests need before they are looked for"},
	{"IMAGES_TO_KEEP", "1", "IMAGES_TO_KEEP", OF_TEST, WHOLE(1, 10000),
		"versions of an image that are kept"},
	{"INSTALL_TIMEOUT", "3000", NULL, OF_TEST, WHOLE(1, 86400),
		"seconds for the install phase, unscaled"},
	{"IP_ADDR", NULL, "IP_ADDR", OF_RUN, TEXT,
		"IPv4 address at which guests reach that server; default: "
		"10.0.2.2, or the bridge's"},
	{"ISCSI_PORTAL", NULL, NULL, OF_RUN, TEXT,
		"HOST:PORT of an iSCSI server to use instead of an own one"},
	{"KEEP_DATA_FAIL", "all", NULL, OF_RUN, TEXT,
		"what stays of a test that did not pass: all, none, or some of "
		"boot, install, disks, logs, collect, comma-separated"},
	{"KEEP_DATA_PASS", "all", NULL, OF_RUN, TEXT,
		"the same for a test that passed or was skipped"},
	{"LOG", NULL, NULL, OF_RUN, TEXT,
		"file that gets a line for each event of all tests; default: "
		"of make vmtest, TOPDIR/debug.log, else none"},
	{"MAAS_IMAGE_STREAM", "stable", "MAAS_IMAGE_STREAM", OF_TEST, TEXT,
		"stream of MAAS images: stable or candidate"},
	{"NR_CPUS", NULL, NULL, OF_TEST, WHOLE(1, 255),
		"processors of each guest"},
	{"PARALLEL", "0", NULL, OF_RUN, TEXT,
		"tests at a time when make was given no -j; 0 or 1: one after "
		"the other, -1: as many as there are processors"},
	{"REUSE_TOPDIR", "false", NULL, OF_RUN, BOOLEAN,
		"make vmtest verifies what earlier runs left in TOPDIR, and "
		"starts no machine"},
	{"SHUFFLE_TESTS", "true", NULL, OF_RUN, BOOLEAN,
		"make vmtest runs tests in random order"},
	{"SKIP_BY_DATE_BUGS", NULL, NULL, OF_TEST, TEXT,
		"bugs whose skip_by_date tests are skipped, apart by commas or "
		"spaces; * for all"},
	{"SYSTEM_UPGRADE", NULL, NULL, OF_TEST, TEXT,
		"whether targets are upgraded as a whole: true, false, or "
		"auto; wins over a definition's system_upgrade"},
	{"TAR_DISKS", "false", NULL, OF_RUN, BOOLEAN,
		"disks that are kept are put into disks/disks.tar, sparse"},
	{"TGT_IPC_SOCKET", NULL, "TGT_IPC_SOCKET", OF_RUN, TEXT,
		"control socket of the tgtd at ISCSI_PORTAL"},
	{"TIMEOUT_SCALE", NULL, NULL, OF_RUN, TEXT,
		"factor for all timeouts; default by accelerator"},
	{"TOPDIR", "tests", NULL, OF_RUN, TEXT,
		"where tests run and leave their results"},
	{"UNSUPPORTED_UBUNTU", NULL, "UNSUPPORTED_UBUNTU", OF_TEST, TEXT,
		"releases of Ubuntu that no test uses, apart by commas or "
		"spaces; default: what ubuntu-distro-info says"},
	{"UPGRADE_PACKAGES", NULL, NULL, OF_TEST, TEXT,
		"packages that tests upgrade in their target, comma-separated; "
		"wins over a definition's upgrade_packages"},
	{"VERBOSE", "false", NULL, OF_RUN, BOOLEAN,
		"the guests' consoles on stderr, each line after the name of "
		"its test"},
	{"VMRAM", NULL, NULL, OF_TEST, WHOLE(64, 1048576),
		"memory of each guest in MiB"},
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

/* Return: as vt_parse_int() */
static int read_whole(
	const struct vt_setting *s, long *out, struct vt_err **err)
{
	const char *value, *from = lookup(s, &value);
	if (!value)
		return vt_err_set(err, VT_USAGE, "VT_%s is not set", s->name);
	if (vt_parse_int(value, s->form.min, s->form.max, out, err) < 0)
		return vt_err_wrap(err, "%s", from ? from : s->name);
	return 0;
}

int vt_setting_int(const char *name, long *out, struct vt_err **err)
{
	return read_whole(find(name), out, err);
}

int vt_settings_check(struct vt_err **err)
{
	for (size_t i = 0; i < VT_COUNT(settings); i++) {
		const struct vt_setting *s = &settings[i];
		const char *value;
		long unused;
		lookup(s, &value);
		if (s->form.kind == VT_SETTING_WHOLE && value && *value &&
			read_whole(s, &unused, err) < 0)
			return -1;
	}
	return 0;
}
