#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "str.h"

/* The table. `bare` names also work without a prefix, as in the reference. */
static const struct setting {
	const char *name;
	const char *value; /* default, NULL for none */
	bool bare;
	const char *help;
} settings[] = {
	{"ACCEL", "auto", false, "kvm, tcg or auto: what runs the guests"},
	{"ADD_REPOS", NULL, false,
		"apt repositories to add to every target, with commas"},
	{"APT_PROXY", NULL, false,
		"apt proxy of guests; empty for none; default: the host's"},
	{"BOOT_TIMEOUT", "300", false, "seconds for the boot phase, unscaled"},
	{"BRIDGE", "user", false,
		"where the guests' NICs are: a Linux bridge of the host, or "
		"user"},
	{"CURTIN_EXE", NULL, false, "curtin to test; without it vt-install"},
	{"DEVEL_UBUNTU", NULL, false,
		"Ubuntu releases in development; default: ubuntu-distro-info"},
	{"EXTRA_CONFIG", NULL, false, "a config merged into every test's"},
	{"HOST_CHECKS", "false", false,
		"checks may run commands on the host (same_as_host)"},
	{"HTTP_PORT", "0", true,
		"port of the install phase's web server; 0: any"},
	{"IMAGE_DIR", "images/mirror", true, "simplestreams tree of images"},
	{"IMAGE_LOCK_TIMEOUT", "-1", false,
		"seconds to wait for the lock of IMAGE_DIR; -1: for ever"},
	{"IMAGE_SRC_KEYRING",
		"/usr/share/keyrings/ubuntu-cloudimage-keyring.gpg", true,
		"keys that sign the stream of IMAGE_SRC_URL"},
	{"IMAGE_SRC_URL", NULL, true,
		"stream that images are synced from, several servers of it "
		"apart by spaces; default: MAAS's of MAAS_IMAGE_STREAM"},
	{"IMAGE_STALL_TIMEOUT", "30", false,
		"seconds below 1 KiB/s until a download is tried again"},
	{"IMAGE_SYNC", "false", false,
		"sync the images that tests need before they are looked for"},
	{"IMAGES_TO_KEEP", "1", true, "versions of an image that are kept"},
	{"INSTALL_TIMEOUT", "3000", false,
		"seconds for the install phase, unscaled"},
	{"IP_ADDR", NULL, true,
		"IPv4 address at which guests reach that server; default: "
		"10.0.2.2, or the bridge's"},
	{"ISCSI_PORTAL", NULL, false,
		"HOST:PORT of an iSCSI server to use instead of an own one"},
	{"MAAS_IMAGE_STREAM", "stable", true,
		"stream of MAAS images: stable or candidate"},
	{"NR_CPUS", NULL, false, "processors of each guest"},
	{"SKIP_BY_DATE_BUGS", NULL, false,
		"bugs whose tests are skipped now; * for all"},
	{"SYSTEM_UPGRADE", NULL, false,
		"auto, or whether to upgrade every target"},
	{"TGT_IPC_SOCKET", NULL, true, "control socket of that server's tgtd"},
	{"TIMEOUT_SCALE", NULL, false,
		"factor for all timeouts; default by accelerator"},
	{"TOPDIR", "tests", false, "where tests run and leave their results"},
	{"UNSUPPORTED_UBUNTU", NULL, true,
		"Ubuntu releases that are skipped; default: "
		"ubuntu-distro-info"},
	{"UPGRADE_PACKAGES", NULL, false,
		"packages to install in every target, with commas"},
	{"VMRAM", NULL, false, "memory of each guest in MiB"},
};

static const struct setting *find(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(settings); i++)
		if (!strcmp(settings[i].name, name))
			return &settings[i];
	abort(); /* a programmer's error */
}

/* The variable that sets it, and its value. */
static const char *lookup(const struct setting *s, const char **value)
{
	static const char *const prefixes[] = {"VT_", "CURTIN_VMTEST_", ""};
	static char name[80];
	for (size_t i = 0; i < VT_COUNT(prefixes); i++) {
		if (!*prefixes[i] && !s->bare)
			break;
		snprintf(name, sizeof(name), "%s%s", prefixes[i], s->name);
		*value = getenv(name);
		if (*value)
			return name;
	}
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
