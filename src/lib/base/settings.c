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
#define TEXT_OR_EMPTY                                                          \
	{                                                                      \
		.kind = VT_SETTING_TEXT, .empty = true                         \
	}
#define BOOLEAN                                                                \
	{                                                                      \
		.kind = VT_SETTING_BOOLEAN, .empty = true                      \
	}
#define WHOLE(MIN, MAX)                                                        \
	{                                                                      \
		.kind = VT_SETTING_WHOLE, .min = (MIN), .max = (MAX)           \
	}

/* Values of vt_setting.of_test. */
#define OF_TEST true
#define OF_RUN false

/* All settings, sorted by name. The bare names are those that curtin's vmtest
 * reads. */
static const struct vt_setting settings[] = {
	{"ACCEL", "auto", NULL, OF_TEST, TEXT,
		"accelerator of the guests: kvm, tcg, or auto (KVM if it "
		"works on this host, else TCG)"},
	{"ADD_REPOS", NULL, NULL, OF_TEST, TEXT,
		"apt repositories to add in the target of each test, "
		"separated by commas; overrides add_repos of the definition"},
	{"APT_PROXY", NULL, "apt_proxy", OF_TEST, TEXT_OR_EMPTY,
		"proxy for apt in the guests; empty for none; default: the "
		"proxy of the host's apt"},
	{"BOOT_TIMEOUT", "300", NULL, OF_TEST, WHOLE(1, 86400),
		"timeout of the boot phase in seconds, before TIMEOUT_SCALE "
		"is applied"},
	{"BRIDGE", "user", NULL, OF_TEST, TEXT,
		"network of the guests: the name of a Linux bridge on the "
		"host, or user for QEMU's user-mode network"},
	{"CACHE", "off", NULL, OF_RUN, TEXT,
		"cache of install and boot phases that passed, from which a "
		"new test directory with the same inputs takes them instead "
		"of running a machine: a directory, on for "
		"$XDG_CACHE_HOME/vt/phases, or off; see below"},
	{"CACHE_SIZE", "20480", NULL, OF_RUN, WHOLE(1, 100000000),
		"maximum size of the cache in MiB; entries that were not used "
		"for the longest time are removed"},
	{"CAPSULE_DISKS", "false", NULL, OF_RUN, BOOLEAN,
		"include the disks of the test in a capsule, with all keys and "
		"passwords on them"},
	{"CURTIN_EXE", NULL, NULL, OF_TEST, TEXT,
		"path of the curtin to test; default: tests use the example "
		"installer, vt-install"},
	{"DEBUG_ALLOW_FAIL", "false", NULL, OF_TEST, BOOLEAN,
		"ignore expected_failure, so that tests which are meant to "
		"fail are reported as failed; shows how a CI job displays a "
		"failure"},
	{"DEVEL_UBUNTU", NULL, "_DEVEL_UBUNTU", OF_TEST, TEXT,
		"Ubuntu releases in development, separated by commas or "
		"spaces; default: the output of ubuntu-distro-info --devel"},
	{"DUMP", "none", NULL, OF_RUN, TEXT,
		"when to dump the memory of a guest into the logs, for "
		"crash(8): hang, before a guest that hangs is ended, or none"},
	{"EXTRA_CONFIG", NULL, NULL, OF_TEST, TEXT,
		"file with an installer config to merge into the config of "
		"each test"},
	{"FILTER", NULL, "FILTER", OF_RUN, TEXT,
		"conditions, separated by spaces, that a test must meet to be "
		"run by make vmtest; 'vt-rules list --help' explains them"},
	{"GUESTS_PER_CPU", "4", NULL, OF_RUN, WHOLE(0, 1000),
		"number of guests that are emulated (TCG) at the same time for "
		"each processor of the host; others wait; 0 for no limit"},
	{"HANG_TIMEOUT", "600", NULL, OF_RUN, WHOLE(0, 86400),
		"seconds after which a guest hangs that prints nothing and "
		"does nothing on its disks, before TIMEOUT_SCALE is applied, "
		"and at most three quarters of the phase's timeout; 0: guests "
		"never hang"},
	{"HOST_CHECKS", "false", NULL, OF_RUN, BOOLEAN,
		"allow checks to run commands on the host (same_as_host)"},
	{"HTTP_PORT", "0", "HTTP_PORT", OF_RUN, WHOLE(0, 65535),
		"TCP port of the web server that serves the install phase; 0 "
		"for any free port"},
	{"IMAGE_DIR", "images/mirror", "IMAGE_DIR", OF_TEST, TEXT,
		"directory of the guest images, a simplestreams tree"},
	{"IMAGE_LOCK_TIMEOUT", "-1", NULL, OF_RUN, WHOLE(-1, 10000000),
		"seconds to wait for the lock of IMAGE_DIR; -1 for no limit"},
	{"IMAGE_SRC_KEYRING",
		"/usr/share/keyrings/ubuntu-cloudimage-keyring.gpg",
		"IMAGE_SRC_KEYRING", OF_TEST, TEXT,
		"keyring with the public keys that verify the signature of "
		"IMAGE_SRC_URL"},
	{"IMAGE_SRC_URL", NULL, "IMAGE_SRC_URL", OF_TEST, TEXT,
		"URL of the simplestreams index from which images are "
		"downloaded; mirrors of it may follow, separated by spaces; "
		"default: the MAAS stream that MAAS_IMAGE_STREAM names"},
	{"IMAGE_STALL_TIMEOUT", "30", NULL, OF_RUN, WHOLE(1, 86400),
		"seconds after which a download that is slower than 1 KiB/s "
		"is retried"},
	{"IMAGE_SYNC", "false", NULL, OF_TEST, BOOLEAN,
		"download the newest images that the tests need, before the "
		"tests are prepared"},
	{"IMAGES_TO_KEEP", "1", "IMAGES_TO_KEEP", OF_TEST, WHOLE(1, 10000),
		"number of versions of each image to keep in IMAGE_DIR"},
	{"INSTALL_TIMEOUT", "3000", NULL, OF_TEST, WHOLE(1, 86400),
		"timeout of the install phase in seconds, before "
		"TIMEOUT_SCALE is applied"},
	{"IP_ADDR", NULL, "IP_ADDR", OF_RUN, TEXT,
		"IPv4 address under which guests reach the web server of the "
		"install phase; default: 10.0.2.2, or the address of BRIDGE"},
	{"ISCSI_PORTAL", NULL, NULL, OF_RUN, TEXT,
		"HOST:PORT of an iSCSI server to use; default: each test "
		"starts a server of its own"},
	{"KEEP_DATA_FAIL", "all", NULL, OF_RUN, TEXT,
		"data to keep of a test that did not pass: all, none, or some "
		"of boot, install, disks, logs and collect, separated by "
		"commas"},
	{"KEEP_DATA_PASS", "all", NULL, OF_RUN, TEXT,
		"data to keep of a test that passed or was skipped; same "
		"values as KEEP_DATA_FAIL"},
	{"KNOWN", "fail", NULL, OF_RUN, TEXT,
		"what known failures (known-issues.yaml) count as: fail or "
		"skip"},
	{"KNOWN_ISSUES", NULL, NULL, OF_TEST, TEXT,
		"file with the known issues of all tests; default: "
		"known-issues.yaml beside a test's definition"},
	{"LOG", NULL, NULL, OF_RUN, TEXT,
		"file to which all tests append a line for each event; "
		"default: TOPDIR/debug.log in make vmtest, otherwise none"},
	{"MAAS_IMAGE_STREAM", "stable", "MAAS_IMAGE_STREAM", OF_TEST, TEXT,
		"MAAS image stream to use if IMAGE_SRC_URL is not set: stable "
		"or candidate"},
	{"NR_CPUS", NULL, NULL, OF_TEST, WHOLE(1, 255),
		"number of processors of each guest; overrides nr_cpus of the "
		"definition"},
	{"PARALLEL", "0", NULL, OF_RUN, TEXT,
		"number of tests to run in parallel if make is called without "
		"-j; 0 or 1: one at a time, -1: one per processor"},
	{"PEER_DIR", "images/out/peer", NULL, OF_TEST, TEXT,
		"directory of the image of the peer on the wire, which 'make "
		"peer-image' builds"},
	{"REUSE_TOPDIR", "false", NULL, OF_RUN, BOOLEAN,
		"make vmtest does not start virtual machines, but verifies "
		"again what earlier runs left in TOPDIR"},
	{"SHUFFLE_TESTS", "true", NULL, OF_RUN, BOOLEAN,
		"make vmtest runs the tests that have not passed before in "
		"random order"},
	{"SKIP_BY_DATE_BUGS", NULL, NULL, OF_TEST, TEXT,
		"bugs whose tests (those with the key skip_by_date) are "
		"skipped, separated by commas or spaces; * for all bugs"},
	{"SYSTEM_UPGRADE", NULL, NULL, OF_TEST, TEXT,
		"whether to upgrade all packages of the target: true, false "
		"or auto; overrides system_upgrade of the definition"},
	{"TAR_DISKS", "false", NULL, OF_RUN, BOOLEAN,
		"pack the disks that are kept into a sparse archive, "
		"disks/disks.tar"},
	{"TGT_IPC_SOCKET", NULL, "TGT_IPC_SOCKET", OF_RUN, TEXT,
		"control socket of the tgtd that serves ISCSI_PORTAL"},
	{"TIMEOUT_SCALE", NULL, NULL, OF_RUN, TEXT,
		"factor by which all timeouts are multiplied; default: 1 with "
		"KVM, 4 with TCG"},
	{"TOPDIR", "tests", NULL, OF_RUN, TEXT,
		"directory in which tests run and leave their results"},
	{"UNSUPPORTED_UBUNTU", NULL, "UNSUPPORTED_UBUNTU", OF_TEST, TEXT,
		"Ubuntu releases whose tests are skipped, separated by commas "
		"or spaces; default: the output of ubuntu-distro-info "
		"--unsupported"},
	{"UPGRADE_PACKAGES", NULL, NULL, OF_TEST, TEXT,
		"packages to upgrade in the target of each test, separated by "
		"commas; overrides upgrade_packages of the definition"},
	{"VERBOSE", "false", NULL, OF_RUN, BOOLEAN,
		"print the consoles of the guests to stderr, with the name of "
		"the test on each line"},
	{"VMRAM", NULL, NULL, OF_TEST, WHOLE(64, 1048576),
		"memory of each guest in MiB; overrides mem of the definition"},
	{"WARM", NULL, NULL, OF_RUN, TEXT,
		"from where install environments start: off: they boot; early: "
		"from a saved machine, before cloud-init; late: from one that "
		"has booted, with cloud-init loaded; overrides warm of the "
		"definition"},
};

static const struct vt_setting *find(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(settings); i++)
		if (!strcmp(settings[i].name, name))
			return &settings[i];
	abort(); /* a bug: callers pass names of the table */
}

const struct vt_setting *vt_setting_at(size_t i)
{
	return i < VT_COUNT(settings) ? &settings[i] : NULL;
}

/* The value of a variable; NULL if it does not count as set. */
static const char *value_of(const struct vt_setting *s, const char *variable)
{
	const char *value = getenv(variable);
	return value && !*value && !s->form.empty ? NULL : value;
}

/* Find the value of a setting. Return: the name of the variable that has it,
 * NULL for the default; valid until the next call */
static const char *lookup(const struct vt_setting *s, const char **value)
{
	static const char *const prefixes[] = {"VT_", "CURTIN_VMTEST_"};
	static char name[80];
	for (size_t i = 0; i < VT_COUNT(prefixes); i++) {
		snprintf(name, sizeof(name), "%s%s", prefixes[i], s->name);
		*value = value_of(s, name);
		if (*value)
			return name;
	}
	*value = s->bare ? value_of(s, s->bare) : NULL;
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
		if (s->form.kind == VT_SETTING_WHOLE && value &&
			read_whole(s, &unused, err) < 0)
			return -1;
	}
	return 0;
}
