/* The options that describe a machine, for vt-launch and vt-xkvm. */
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "qemu/spec.h"

#define AT(field) offsetof(struct vt_machine_options, field)
static const struct vt_opt opts[] = {
	{"arch", 'A', "ARCH", VT_OPT_STR, AT(arch),
		"architecture of the guest: amd64, i386, arm64, ppc64el or "
		"s390x; the host's by default"},
	{"netdev", 'n', "SPEC", VT_OPT_STRV, AT(netdevs),
		"add a network device: user or the name of a bridge, then "
		"[,mac=MAC][,model=DEVICE][,NAME=VALUE]..."},
	{"mem", 0, "SIZE", VT_OPT_STR, AT(mem),
		"memory of the guest, in MiB unless it has a unit (1024)"},
	{"smp", 's', "N", VT_OPT_STR, AT(smp), "processors of the guest (2)"},
	{"uefi", 0, NULL, VT_OPT_FLAG, AT(uefi), "boot with UEFI firmware"},
	{"uefi-nvram", 0, "FILE", VT_OPT_STR, AT(nvram),
		"boot with UEFI firmware that keeps its variables in FILE; "
		"FILE is created if missing"},
	{"secure-boot", 0, NULL, VT_OPT_FLAG, AT(secure_boot),
		"boot with UEFI firmware that enforces Secure Boot"},
	{"bios", 0, "FILE", VT_OPT_STR, AT(bios), "boot with this firmware"},
	{"tpm", 0, "DIR", VT_OPT_STR, AT(tpm),
		"add a TPM 2.0 that keeps its state in DIR"},
	{"serial-log", 0, "FILE", VT_OPT_STR, AT(serial_log),
		"write the guest's console output to FILE; '-' is standard "
		"output, 'none' discards it. What a pipe or terminal does not "
		"take in time is dropped, with a note"},
	{"silent", 0, NULL, VT_OPT_FLAG, AT(silent),
		"do not make the terminal the guest's console"},
	{"no-dowait", 0, NULL, VT_OPT_FLAG, AT(no_dowait),
		"make standard input the guest's console; the default if "
		"standard input and output are a terminal"},
	{"dowait", 0, NULL, VT_OPT_FLAG, AT(dowait),
		"do not make standard input the guest's console"},
	{"vnc", 0, "DISPLAY", VT_OPT_STR, AT(vnc),
		"add a screen and serve it by VNC at DISPLAY, such as :1"},
	{"no-reboot", 0, NULL, VT_OPT_FLAG, AT(no_reboot),
		"stop when the guest reboots"},
	{"kvm", 0, "PROGRAM", VT_OPT_STR, AT(qemu),
		"run this QEMU instead of the architecture's"},
	{"accel", 0, "NAME", VT_OPT_STR, AT(accel),
		"the accelerator: kvm, tcg or auto"},
	{"timeout", 0, "SECONDS", VT_OPT_INT, AT(timeout_s),
		"give up after this time, which is multiplied under TCG; "
		"without it there is no time limit"},
	{"console", 0, NULL, VT_OPT_FLAG, AT(console),
		"start the machine of a test with its console on the terminal, "
		"and change nothing of the test"},
	{"user", 0, "NAME[:PASSWORD]", VT_OPT_STR, AT(login.user),
		"with --console: the user who can log in; " VT_LOGIN_DEFAULT
		" by default"},
	{"ssh-key", 0, "FILE", VT_OPT_STR, AT(login.ssh_key),
		"with --console: public keys that can log in"},
	{"dry-run", 0, NULL, VT_OPT_FLAG, AT(dry_run),
		"print the QEMU command instead of running it, and change "
		"nothing"},
};

const struct vt_opt_table vt_machine_opts = {opts, VT_COUNT(opts)};

void vt_machine_options_free(struct vt_machine_options *o)
{
	vt_strv_free(&o->netdevs);
}

static int memory(const char *s, long *mib, struct vt_err **err)
{
	uint64_t bytes;
	if (!s)
		return 0;
	if (!s[strspn(s, "0123456789")])
		return vt_parse_int(s, 1, 1 << 24, mib, err) < 0
			       ? vt_err_wrap(err, "--mem")
			       : 0;
	if (vt_parse_size(s, &bytes, err) < 0)
		return vt_err_wrap(err, "--mem");
	*mib = (long)(bytes >> 20);
	return *mib ? 0
		    : vt_err_set(err, VT_USAGE,
			      "--mem: '%s' is less than 1 MiB", s);
}

static int firmware(struct vt_machine *m, const struct vt_machine_options *o,
	struct vt_err **err)
{
	bool uefi = o->uefi || o->nvram || o->secure_boot;
	if (o->bios && uefi)
		return vt_err_set(err, VT_USAGE,
			"--bios cannot be used with --uefi, --uefi-nvram or "
			"--secure-boot");
	m->bios = o->bios;
	m->nvram = o->nvram;
	m->firmware = o->secure_boot ? VT_FW_SECURE_BOOT
		      : uefi         ? VT_FW_UEFI
				     : m->arch->firmware;
	return 0;
}

static int architecture(struct vt_machine *m,
	const struct vt_machine_options *o, struct vt_err **err)
{
	m->arch = o->arch ? vt_arch(o->arch) : vt_arch_host();
	if (!m->arch && o->arch)
		return vt_err_set(err, VT_USAGE,
			"architecture '%s' is not one of %s", o->arch,
			vt_arches());
	if (!m->arch)
		return vt_err_set(err, VT_HOST,
			"the host's architecture is unknown: use --arch with "
			"one of %s",
			vt_arches());
	return 0;
}

int vt_machine_check_options(const struct vt_cli *cli, const void *out,
	const struct vt_machine_options *o, struct vt_err **err)
{
	static const char *const either[] = {"dry-run", "console", NULL};
	static const char *const session[] = {
		"console", "user", "ssh-key", "vnc", NULL};
	const char *given =
		vt_cli_given(cli, out, o->console ? session : either);
	if (given && o->console)
		return vt_err_set(err, VT_USAGE,
			"--console cannot be used with --%s", given);
	if (given && (!strcmp(given, "user") || !strcmp(given, "ssh-key")))
		return vt_err_set(err, VT_USAGE, "--%s needs --console", given);
	if (given)
		return vt_err_set(err, VT_USAGE,
			"--%s cannot be used with a test's directory, whose "
			"files describe the machine",
			given);
	return 0;
}

int vt_machine_from_options(struct vt_machine *m,
	const struct vt_machine_options *o, struct vt_err **err)
{
	const char *accel = o->accel ? o->accel : vt_setting("ACCEL");
	if (architecture(m, o, err) < 0 || firmware(m, o, err) < 0 ||
		vt_accel_parse(accel, &m->accel, err) < 0 ||
		memory(o->mem, &m->mem_mib, err) < 0)
		return -1;
	if (o->smp && vt_parse_int(o->smp, 1, 1024, &m->cpus, err) < 0)
		return vt_err_wrap(err, "--smp");
	if (o->console || o->login.user || o->login.ssh_key)
		return vt_err_set(err, VT_USAGE,
			"--console, --user and --ssh-key need a test's "
			"directory");
	if (o->dowait && o->no_dowait)
		return vt_err_set(err, VT_USAGE,
			"--dowait cannot be used with --no-dowait");
	m->qemu = o->qemu;
	m->tpm = o->tpm;
	m->vnc = o->vnc;
	m->timeout_s = o->timeout_s;
	m->reboots = !o->no_reboot;
	m->interactive = o->no_dowait ||
			 (!o->dowait && !o->silent && isatty(STDIN_FILENO) &&
				 isatty(STDOUT_FILENO));
	for (size_t i = 0; i < o->netdevs.n; i++)
		if (vt_spec_netdev(m, o->netdevs.v[i], err) < 0)
			return -1;
	if (!o->netdevs.n)
		vt_machine_add_nic(m);
	return 0;
}

const char *vt_machine_log(
	const struct vt_machine_options *o, const char *unset)
{
	const char *log = o->serial_log ? o->serial_log : unset;
	if (!strcmp(log, "stdio"))
		return "-";
	return strcmp(log, "none") ? log : "/dev/null";
}
