/* Run a phase's machine from power-on to its end. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/settings.h"
#include "host/reserve.h"
#include "qemu/terminal.h"
#include "test/fatal.h"
#include "test/phase_hang.h"
#include "test/phase_host.h"
#include "test/phase_warm.h"
#include "test/phases.h"

/* Without any output for this long, KVM is considered broken. With working
 * KVM, firmware and the first line of a kernel take a second. */
enum { KVM_SILENT_MS = 20000 };

/* Add the console rules of this phase; marks are built in. */
static int add_rules(
	struct vt_phase *p, const struct vt_vm *vm, struct vt_err **err)
{
	struct vt_console *c = p->console;
	VT_AUTO_FATALS struct vt_fatals fatals = {0};
	if (!p->attended)
		vt_fatals_of(&fatals, p->name, vm->verdict.fatal);
	for (size_t i = 0; !p->attended && i < vm->n_answers; i++)
		if (vt_console_answer(c, vm->answers[i].prompt,
			    vm->answers[i].say, err) < 0)
			return -1;
	if (vm->verdict.success &&
		vt_console_rule(c, VT_RULE_SUCCESS, "success",
			vm->verdict.success, NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < vm->verdict.failure.n; i++) {
		VT_AUTO_FREE char *id = vt_printf("failure-%zu", i + 1);
		if (vt_console_rule(c, VT_RULE_FAILURE, id,
			    vm->verdict.failure.v[i], NULL, err) < 0)
			return -1;
	}
	return vt_fatals_watch(&fatals, c, err);
}

/* When the log was written, unless the user wants it elsewhere. */
static void add_times(struct vt_phase *p, const char *serial_log)
{
	VT_AUTO_FREE char *own = p->dir ? vt_phase_serial_log(p) : NULL;
	if (!own || strcmp(own, serial_log) != 0)
		return;
	VT_AUTO_FREE char *times = vt_phases_times(p->dir, p->name);
	vt_console_times(p->console, times);
}

/* The last line that is not empty. */
static char *last_line(const char *s)
{
	size_t len = strlen(s);
	while (len && s[len - 1] == '\n')
		len--;
	const char *nl = memrchr(s, '\n', len);
	const char *start = nl ? nl + 1 : s;
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
	vt_str_printable(&clean, start, len - (size_t)(start - s), false);
	return vt_strdup(vt_str_c(&clean));
}

static bool has_word(const char *line, const char *const *words)
{
	for (; *words; words++)
		if (strstr(line, *words))
			return true;
	return false;
}

/* The line that shows that the host did not run the guest, or NULL. Under TCG
 * the guest's processors and timers are threads of QEMU: when the host does not
 * schedule them, the kernel reports a broken timer or a stuck processor, or
 * waits for a lost tick. Tasks hang as a result of that, or for reasons of
 * their own, and systemd gives up waiting for a device after 90 s: then the
 * host is to blame only if it was seen to starve QEMU. */
static const char *line_of_host(const struct vt_phase *p,
	const struct vt_supervise *s, const struct vt_hit *hit)
{
	static const char *const timers[] = {
		"timer doesn't work", "soft lockup", "softlockup", NULL};
	static const char *const hung[] = {
		"blocked for more than", "hung_task", NULL};
	static const char *const late[] = {
		"emergency.target", "emergency mode", "Emergency Mode", NULL};
	/* a task hangs for 120 s until it is reported */
	enum { REPORT_MS = 150000 };
	bool starved = s->starved_ms && hit->at_ms <= s->starved_ms + REPORT_MS;
	bool tcg = p->accel == VT_ACCEL_TCG;
	if (has_word(hit->line, timers))
		return tcg || starved ? hit->line : NULL;
	if (starved && has_word(hit->line, late))
		return hit->line;
	if (!has_word(hit->line, hung))
		return NULL;
	if (starved)
		return hit->line;
	hit = vt_console_hit(p->console, VT_RULE_NO_TICKS);
	return tcg && hit->id ? hit->line : NULL;
}

static void blame_host(struct vt_phase *p, const struct vt_supervise *s)
{
	bool panic = p->outcome == VT_OUT_PANIC;
	const struct vt_hit *hit = vt_console_hit(
		p->console, panic ? VT_RULE_PANIC : VT_RULE_FAILURE);
	if ((!panic && p->outcome != VT_OUT_FATAL_LINE) || !hit->id)
		return;
	const char *line = line_of_host(p, s, hit);
	if (!line)
		return;
	p->outcome = VT_OUT_HOST_FAULT;
	vt_phase_verdict(p, VT_HOST,
		"the host is overloaded (run the test again, or fewer tests "
		"in parallel): %s",
		line);
}

/* A guest that powered off normally fails when a VT_RULE_AT_END line
 * matched. */
static void blame_line(struct vt_phase *p)
{
	const struct vt_hit *hit = vt_console_hit(p->console, VT_RULE_AT_END);
	if (p->status != VT_OK || !hit->id)
		return;
	VT_AUTO_FREE char *words = vt_hit_describe(hit);
	vt_phase_verdict(p, VT_FAILED, "%s", words);
}

/* The line that ends a guest is often only the installer's final message; an
 * earlier VT_RULE_AT_END line may be the reason. */
static void add_reason(struct vt_phase *p)
{
	const struct vt_hit *end = vt_console_hit(p->console, VT_RULE_FAILURE),
			    *why = vt_console_hit(p->console, VT_RULE_AT_END);
	if (p->outcome != VT_OUT_FATAL_LINE || !end->id || !why->id ||
		why->at_ms > end->at_ms || !strcmp(why->line, end->line))
		return;
	VT_AUTO_FREE char *words = vt_hit_describe(why);
	VT_AUTO_FREE char *cause = p->cause;
	p->cause = vt_printf("%s; before that, %s", cause, words);
}

/* A file that is no kernel for this QEMU is a mistake of the user's. */
static void blame_kernel(struct vt_phase *p, const struct vt_supervise *s,
	const struct vt_machine *m)
{
	static const char *const words[] = {"invalid kernel header",
		"could not load kernel", "could not open kernel",
		"kernel too old", "Error loading uncompressed kernel",
		"Error while loading elf kernel", "could not load initrd",
		"could not load initial ram disk", NULL};
	if (p->outcome != VT_OUT_HOST_FAULT || s->power_on_ms || !m->kernel ||
		!s->qemu_stderr || !has_word(s->qemu_stderr, words))
		return;
	p->outcome = VT_OUT_BAD_INPUT;
	vt_phase_verdict(p, VT_USAGE, "QEMU cannot load the kernel '%s'%s%s%s",
		m->kernel, m->initrd ? " with the initrd '" : "",
		m->initrd ? m->initrd : "", m->initrd ? "'" : "");
}

/* Copy outcome and cause; for a fault of QEMU or the host, add the last line
 * of QEMU's stderr. */
static void take_results(
	struct vt_phase *p, struct vt_supervise *s, const struct vt_machine *m)
{
	bool host = s->outcome == VT_OUT_QEMU_DIED ||
		    s->outcome == VT_OUT_HOST_FAULT;
	p->outcome = s->outcome;
	p->signal = s->outcome == VT_OUT_KILLED ? s->signal : 0;
	p->status = vt_outcome_status(s->outcome);
	p->power_on_ms = s->power_on_ms;
	p->power_off_ms = s->power_off_ms;
	free(p->qemu_version);
	p->qemu_version = s->qemu_version;
	s->qemu_version = NULL;
	p->channel_lines = s->channel_lines;
	s->channel_lines = (struct vt_strv)VT_STRV_INIT;
	free(p->cause);
	p->cause = s->cause;
	s->cause = NULL;
	vt_phase_hang_take(p, s);
	blame_host(p, s);
	blame_line(p);
	add_reason(p);
	blame_kernel(p, s, m);
	if (!host || !s->qemu_stderr)
		return;
	VT_AUTO_FREE char *words = last_line(s->qemu_stderr);
	VT_AUTO_FREE char *cause = p->cause;
	p->cause = vt_printf("%s: %s", cause, words);
	p->detail = vt_strdup(s->qemu_stderr);
}

int vt_phase_reserve(struct vt_phase *p, const struct vt_vm *vm,
	enum vt_accel accel, struct vt_reserve *memory, struct vt_err **err)
{
	const struct vt_machine *m = &vm->machine;
	long mib = vt_reserve_guest_mib(m->mem_mib, accel);
	if (vm->peer.machine.kernel)
		mib += vt_reserve_guest_mib(vm->peer.machine.mem_mib, accel);
	memory->emulated = accel != VT_ACCEL_KVM;
	int sig = vt_reserve_take(memory, mib, p->signal_fd, err);
	p->waited_ms += memory->waited_ms;
	if (sig <= 0)
		return sig;
	p->outcome = VT_OUT_KILLED;
	p->signal = sig;
	vt_phase_verdict(p, VT_HOST,
		"stopped by signal %d (%s) while waiting for memory", sig,
		strsignal(sig));
	return sig;
}

static int terminal_fd(const void *t)
{
	return vt_terminal_fd(t);
}

static int terminal_timeout_ms(const void *t)
{
	return vt_terminal_timeout_ms(t);
}

static int terminal_run(void *t, struct vt_err **err)
{
	(void)err;
	return vt_terminal_run(t);
}

/* Connect the terminal to the console, without a limit on its size and without
 * a progress line. */
static int attend(struct vt_terminal *t, struct vt_phase *p,
	struct vt_supervise *s, const int *serial, struct vt_err **err)
{
	if (isatty(STDIN_FILENO))
		vt_log_info("console of '%s': Ctrl-a x to quit, Ctrl-a h for "
			    "help",
			p->test ? p->test : "the guest");
	s->what = NULL;
	vt_console_limit(p->console, UINT64_MAX);
	vt_console_echo(p->console);
	s->watches[VT_WATCHES - 1] = (struct vt_watch){
		t, terminal_fd, terminal_timeout_ms, terminal_run};
	return vt_terminal_begin(t, serial, err);
}

/* Whether the guest ended under KVM before its kernel printed a line. The
 * disks are then unchanged, so that a retry is safe. */
static bool kvm_failed(const struct vt_phase *p, const struct vt_supervise *s)
{
	bool dead = s->outcome == VT_OUT_QEMU_DIED ||
		    (s->outcome == VT_OUT_HOST_FAULT &&
			    (s->silent || !s->power_on_ms));
	return s->silent_ms && dead &&
	       !vt_console_hit(p->console, VT_MARK_KERNEL)->id;
}

/* Whether the guest did not go on from its template. It has not run anything
 * that writes to the disks. */
static bool warm_failed(const struct vt_supervise *s)
{
	return s->warm && !s->warm->running &&
	       (s->outcome == VT_OUT_QEMU_DIED ||
		       s->outcome == VT_OUT_HOST_FAULT);
}

/* Why the machine is to be started again, differently; NULL: it is not. */
static char *retry_reason(
	const struct vt_phase *p, const struct vt_supervise *s)
{
	const char *cause = s->cause ? s->cause : "QEMU ended";
	VT_AUTO_FREE char *last =
		s->qemu_stderr ? last_line(s->qemu_stderr) : NULL;
	if (warm_failed(s))
		return vt_printf("warm: %s%s%s", cause, last ? ": " : "",
			last ? last : "");
	return kvm_failed(p, s) ? vt_printf("kvm: %s", cause) : NULL;
}

/* Run QEMU once. @warm: the template that it starts from, or NULL
 * Return: 0, -1, or 1: start it again, without what p->retried blames */
static int start(struct vt_phase *p, const struct vt_vm *vm,
	const struct vt_accel_choice *accel, const struct vt_watch *watch,
	struct vt_warm *warm, struct vt_err **err)
{
	const struct vt_machine *m = &vm->machine;
	VT_AUTO_SOCKETS struct vt_sockets sockets = VT_SOCKETS_INIT;
	VT_AUTO_HOSTDEV struct vt_hostdev dev = VT_HOSTDEV_INIT;
	VT_AUTO_RESERVE struct vt_reserve memory = VT_RESERVE_INIT;
	p->accel = accel->accel;
	vt_strv_free(&p->command);
	if (vt_sockets_open(&sockets, err) < 0 ||
		vt_phase_host(p, vm, accel, &dev, &sockets.guest, err) < 0 ||
		vt_machine_config(m, accel->accel, &sockets.guest.config, err) <
			0)
		return -1;
	sockets.guest.ram = warm ? warm->ram.tmp : NULL;
	sockets.guest.starts_warm = warm;
	if (vt_machine_argv(m, accel->accel, &sockets.guest, &p->command, err) <
		0)
		return -1;
	int sig = vt_phase_reserve(p, vm, accel->accel, &memory, err);
	if (sig)
		return sig < 0 ? -1 : 0;
	VT_AUTO_FREE char *what =
		vt_printf("%s: %s", m->name ? m->name : "guest", p->name);
	/* without a test directory or an attended console, silence is normal:
	 * a guest may not use its console, or is stopped by its user */
	bool suspect = accel->accel == VT_ACCEL_KVM &&
		       m->accel == VT_ACCEL_AUTO && !p->attended &&
		       (p->dir || m->kernel);
	struct vt_supervise s = {
		.argv = p->command.v,
		.sockets = &sockets,
		.console = p->console,
		.journal = p->journal,
		.what = vt_setting_bool("VERBOSE") ? NULL : what,
		.signal_fd = p->signal_fd,
		.timeout_ms = vt_accel_timeout_ms(accel, m->timeout_s),
		.silent_ms = suspect ? KVM_SILENT_MS : 0,
		.start_ms = p->start_ms,
		.warm = warm,
		.warm_ms = vt_phase_warm_ms(accel),
		.keep = dev.keep,
		.n_keep = dev.n_keep,
		.watches = {watch ? *watch : (struct vt_watch){0}},
	};
	if (vt_phase_hang_plan(p, m, accel, &s, err) < 0)
		return -1;
	vt_hostdev_watch(&dev, s.watches + 1);
	VT_AUTO_TERMINAL struct vt_terminal *t =
		m->interactive ? vt_terminal_new(STDIN_FILENO) : NULL;
	if (t && attend(t, p, &s, &sockets.serial, err) < 0)
		return -1;
	int rc = vt_supervise(&s, err);
	if (t)
		vt_terminal_end(t);
	if (rc == 0)
		rc = vt_hostdev_end(&dev, err);
	p->warm = warm && warm->running;
	p->retried = rc == 0 ? retry_reason(p, &s) : NULL;
	if (rc == 0 && !p->retried)
		take_results(p, &s, m);
	vt_supervise_free(&s);
	return p->retried ? 1 : rc;
}

/* Run the machine, and once more without what did not work. */
static int run(struct vt_phase *p, const struct vt_vm *vm,
	struct vt_accel_choice *accel, const struct vt_watch *watch,
	struct vt_err **err)
{
	VT_AUTO_WARM struct vt_warm warm = VT_WARM_INIT;
	int rc = vt_phase_warm(p, vm, accel, &warm, err);
	if (rc < 0)
		return p->signal ? 0 : -1;
	bool has_template = rc;
	rc = start(p, vm, accel, watch, has_template ? &warm : NULL, err);
	if (rc != 1)
		return rc;
	vt_log_warn("%s; retrying with %s", p->retried,
		has_template ? "a cold start" : "TCG");
	if (has_template)
		vt_warm_drop(&warm);
	else if (vt_accel_choose(VT_ACCEL_TCG, false, accel, err) < 0)
		return -1;
	VT_AUTO_FREE char *why = p->retried;
	rc = start(p, vm, accel, watch, NULL, err);
	p->retried = why;
	why = NULL;
	return rc;
}

int vt_phase_run(struct vt_phase *p, const struct vt_vm *vm,
	const char *serial_log, const struct vt_watch *watch,
	struct vt_err **err)
{
	const struct vt_machine *m = &vm->machine;
	struct vt_accel_choice accel;
	if (vt_machine_need_qemu(m, err) < 0 ||
		vt_accel_choose(
			m->accel, vt_arch_is_native(m->arch), &accel, err) < 0)
		return -1;
	p->attended = m->interactive;
	p->console = vt_console_new();
	p->journal = p->dir ? vt_guest_log_new("journal") : NULL;
	if (p->journal) {
		VT_AUTO_FREE char *journal =
			vt_phases_log(p->dir, p->name, VT_PHASES_JOURNAL);
		vt_guest_log_name(p->journal, journal);
	}
	if (!p->attended && vt_setting_bool("VERBOSE")) {
		VT_AUTO_FREE char *who = vt_printf(
			"%s %s", m->name ? m->name : "guest", p->name);
		vt_console_live(p->console, who);
	}
	if (add_rules(p, vm, err) < 0 ||
		vt_console_log(p->console, serial_log, err) < 0)
		return -1;
	add_times(p, serial_log);
	return run(p, vm, &accel, watch, err);
}
