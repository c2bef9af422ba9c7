/* The options of a machine that is made by hand. */
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "qemu/spec.h"

#define AT(field) offsetof(struct vt_machine_words, field)
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
		"and keep its variables in FILE, which is made when missing"},
	{"secure-boot", 0, NULL, VT_OPT_FLAG, AT(secure_boot),
		"boot with UEFI firmware that enforces Secure Boot"},
	{"bios", 0, "FILE", VT_OPT_STR, AT(bios), "boot with this firmware"},
	{"tpm", 0, "DIR", VT_OPT_STR, AT(tpm),
		"add a TPM 2.0 that keeps its state in DIR"},
	{"serial-log", 0, "FILE", VT_OPT_STR, AT(serial_log),
		"write the guest's console to FILE, '-' for standard output, "
		"'none' for nowhere"},
	{"silent", 0, NULL, VT_OPT_FLAG, AT(silent),
		"do not make the terminal the guest's console"},
	{"no-dowait", 0, NULL, VT_OPT_FLAG, AT(no_dowait),
		"make standard input the guest's console; so it is without "
		"this option when input and output are a terminal"},
	{"dowait", 0, NULL, VT_OPT_FLAG, AT(dowait), "do not"},
	{"vnc", 0, "DISPLAY", VT_OPT_STR, AT(vnc),
		"add a screen that VNC clients see at DISPLAY, such as :1"},
	{"no-reboot", 0, NULL, VT_OPT_FLAG, AT(no_reboot),
		"a guest that reboots is over"},
	{"kvm", 0, "PROGRAM", VT_OPT_STR, AT(qemu),
		"run this QEMU instead of the architecture's"},
	{"accel", 0, "NAME", VT_OPT_STR, AT(accel), "kvm, tcg or auto"},
	{"timeout", 0, "SECONDS", VT_OPT_INT, AT(timeout_s),
		"give up after that time, which is scaled under TCG"},
	{"console", 0, NULL, VT_OPT_FLAG, AT(console),
		"step into the machine of a test, its console on the terminal, "
		"and change nothing of the test"},
	{"user", 0, "NAME[:PASSWORD]", VT_OPT_STR, AT(login.user),
		"who can log in there; " VT_LOGIN_DEFAULT " by default"},
	{"ssh-key", 0, "FILE", VT_OPT_STR, AT(login.ssh_key),
		"and with these public keys"},
	{"dry-run", 0, NULL, VT_OPT_FLAG, AT(dry_run),
		"print the command that would be run, and touch nothing"},
};

const struct vt_opt_table vt_machine_opts = {opts, VT_COUNT(opts)};

void vt_machine_words_free(struct vt_machine_words *w)
{
	vt_strv_free(&w->netdevs);
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
			      "--mem: '%s' is less than a MiB", s);
}

static int firmware(struct vt_machine *m, const struct vt_machine_words *w,
	struct vt_err **err)
{
	bool uefi = w->uefi || w->nvram || w->secure_boot;
	if (w->bios && uefi)
		return vt_err_set(err, VT_USAGE,
			"--bios and UEFI firmware exclude each other");
	m->bios = w->bios;
	m->nvram = w->nvram;
	m->firmware = w->secure_boot ? VT_FW_SECURE_BOOT
		      : uefi         ? VT_FW_UEFI
				     : m->arch->firmware;
	return 0;
}

static int architecture(struct vt_machine *m, const struct vt_machine_words *w,
	struct vt_err **err)
{
	m->arch = w->arch ? vt_arch(w->arch) : vt_arch_host();
	if (!m->arch && w->arch)
		return vt_err_set(err, VT_USAGE,
			"architecture '%s' is not one of %s", w->arch,
			vt_arches());
	if (!m->arch)
		return vt_err_set(err, VT_HOST,
			"this kind of host is not known: say --arch (%s)",
			vt_arches());
	return 0;
}

int vt_machine_in_test(const struct vt_cli *cli, const void *out,
	const struct vt_machine_words *w, struct vt_err **err)
{
	static const char *const either[] = {"dry-run", "console", NULL};
	static const char *const session[] = {
		"console", "user", "ssh-key", "vnc", NULL};
	const char *given =
		vt_cli_given(cli, out, w->console ? session : either);
	if (given && w->console)
		return vt_err_set(err, VT_USAGE,
			"--console does not go with --%s", given);
	if (given && (!strcmp(given, "user") || !strcmp(given, "ssh-key")))
		return vt_err_set(err, VT_USAGE,
			"--%s is for --console: the guest is not for people "
			"otherwise",
			given);
	if (given)
		return vt_err_set(err, VT_USAGE,
			"--%s is for a machine by hand: a test's directory "
			"describes its own",
			given);
	return 0;
}

int vt_machine_by_hand(struct vt_machine *m, const struct vt_machine_words *w,
	struct vt_err **err)
{
	const char *accel = w->accel ? w->accel : vt_setting("ACCEL");
	if (architecture(m, w, err) < 0 || firmware(m, w, err) < 0 ||
		vt_accel_parse(accel, &m->accel, err) < 0 ||
		memory(w->mem, &m->mem_mib, err) < 0)
		return -1;
	if (w->smp && vt_parse_int(w->smp, 1, 1024, &m->cpus, err) < 0)
		return vt_err_wrap(err, "--smp");
	if (w->console || w->login.user || w->login.ssh_key)
		return vt_err_set(err, VT_USAGE,
			"--console is for the directory of one test");
	if (w->dowait && w->no_dowait)
		return vt_err_set(err, VT_USAGE,
			"--dowait and --no-dowait exclude each other");
	m->qemu = w->qemu;
	m->tpm = w->tpm;
	m->vnc = w->vnc;
	m->timeout_s = w->timeout_s;
	m->reboots = !w->no_reboot;
	m->interactive = w->no_dowait ||
			 (!w->dowait && !w->silent && isatty(STDIN_FILENO) &&
				 isatty(STDOUT_FILENO));
	for (size_t i = 0; i < w->netdevs.n; i++)
		if (vt_spec_netdev(m, w->netdevs.v[i], err) < 0)
			return -1;
	if (!w->netdevs.n)
		vt_machine_add_nic(m);
	return 0;
}

const char *vt_machine_log(const struct vt_machine_words *w, const char *unset)
{
	const char *log = w->serial_log ? w->serial_log : unset;
	if (!strcmp(log, "stdio"))
		return "-";
	return strcmp(log, "none") ? log : "/dev/null";
}
