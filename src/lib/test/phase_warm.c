#include "test/phase_warm.h"

#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"

enum {
	/* Before timeouts are scaled. */
	GOES_ON_S = 10,
	MAX_CONSOLE = 8 << 20,
};

uint64_t vt_phase_warm_ms(const struct vt_accel_choice *accel)
{
	return vt_accel_timeout_ms(accel, GOES_ON_S);
}

/* Where the machine starts. */
static int point(
	const struct vt_vm *vm, enum vt_warm_point *out, struct vt_err **err)
{
	const char *set = vt_setting("WARM");
	*out = vm->warm;
	if (!set || vt_warm_parse(set, out, err) == 0)
		return 0;
	return vt_err_wrap(err, "%s", vt_setting_source("WARM"));
}

/* A signal to this process ends the phase. */
static int take_signal(struct vt_phase *p, const struct vt_supervise *s)
{
	p->outcome = VT_OUT_KILLED;
	p->signal = s->signal;
	vt_phase_verdict(p, VT_HOST, "%s", s->cause);
	return -1;
}

/* Why the machine did not become a template. */
static char *failure(const struct vt_supervise *s, const struct vt_console *c)
{
	if (vt_console_hit(c, VT_RULE_READS_SEED)->id)
		return vt_strdup("the guest does not wait before cloud-init "
				 "reads its data");
	return vt_printf("the guest did not come to the waiting point: %s%s%s",
		s->cause ? s->cause : vt_outcome_name(s->outcome),
		s->qemu_stderr ? ": " : "",
		s->qemu_stderr ? s->qemu_stderr : "");
}

/* Boot the machine until it waits, and keep what was saved. */
static int boot(struct vt_phase *p, const struct vt_machine *m,
	const struct vt_accel_choice *accel, struct vt_warm *w,
	struct vt_err **err)
{
	VT_AUTO_SOCKETS struct vt_sockets sockets = VT_SOCKETS_INIT;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_CONSOLE struct vt_console *console = vt_console_new();
	VT_AUTO_TMP struct vt_tmp log = VT_TMP_INIT;
	VT_AUTO_FREE char *what =
		vt_printf("%s: template", m->name ? m->name : "guest");
	if (vt_sockets_open(&sockets, err) < 0 ||
		vt_tmp_scratch(&log, 0600, err) < 0 ||
		vt_console_log(console, log.tmp, err) < 0 ||
		vt_machine_config(m, accel->accel, &sockets.guest.config, err) <
			0)
		return -1;
	sockets.guest.ram = w->ram.tmp;
	if (vt_machine_argv(m, accel->accel, &sockets.guest, &argv, err) < 0)
		return -1;
	struct vt_supervise s = {
		.argv = argv.v,
		.sockets = &sockets,
		.console = console,
		.what = vt_setting_bool("VERBOSE") ? NULL : what,
		.signal_fd = p->signal_fd,
		.timeout_ms = vt_accel_timeout_ms(accel, m->timeout_s),
		.start_ms = p->start_ms,
		.warm = w,
	};
	int rc = vt_supervise(&s, err);
	if (rc == 0 && s.outcome == VT_OUT_KILLED) {
		w->saved = false;
		rc = take_signal(p, &s);
	} else if (rc == 0 && !w->saved) {
		VT_AUTO_FREE char *why = failure(&s, console);
		if (vt_console_hit(console, VT_RULE_READS_SEED)->id)
			vt_warm_refuse(w, why);
		rc = vt_err_set(err, VT_HOST, "%s", why);
	}
	vt_supervise_free(&s);
	if (rc < 0)
		return -1;
	VT_AUTO_FREE char *text = vt_fs_read(log.tmp, MAX_CONSOLE, NULL, err);
	return text ? vt_warm_keep(w, text, err) : -1;
}

static int make(struct vt_phase *p, const struct vt_vm *vm,
	const struct vt_accel_choice *accel, struct vt_warm *w,
	struct vt_err **err)
{
	VT_AUTO_RESERVE struct vt_reserve memory = VT_RESERVE_INIT;
	struct vt_machine m = VT_MACHINE_INIT;
	uint64_t start = vt_now_ms();
	if (vt_phase_reserve(p, vm, accel->accel, &memory, err))
		return -1;
	vt_log_info("booting the template that the machine starts from");
	int rc = vt_warm_machine(w, &vm->machine, &m, err);
	if (rc == 0)
		rc = boot(p, &m, accel, w, err);
	vt_warm_machine_free(w, &m);
	if (rc == 0)
		vt_log_info("the template was made in %.1f s",
			(double)(vt_now_ms() - start) / 1000);
	return rc;
}

static int open_or_make(struct vt_phase *p, const struct vt_vm *vm,
	const struct vt_accel_choice *accel, struct vt_warm *w,
	struct vt_err **err)
{
	int rc = vt_warm_open(w, &vm->machine, accel->accel, p->signal_fd, err);
	if (rc == 0)
		rc = make(p, vm, accel, w, err);
	return rc < 0 ? -1 : 0;
}

int vt_phase_warm(struct vt_phase *p, const struct vt_vm *vm,
	const struct vt_accel_choice *accel, struct vt_warm *w,
	struct vt_err **err)
{
	VT_AUTO_ERR struct vt_err *why = NULL;
	/* the installed system boots its own loader */
	bool may = p->dir && !p->attended && !strcmp(p->name, "install");
	if (may && point(vm, &w->point, err) < 0)
		return -1;
	if (w->point == VT_WARM_OFF)
		return 0;
	const char *cannot = vt_warm_why_not(&vm->machine, accel->accel);
	if (!cannot && open_or_make(p, vm, accel, w, &why) == 0)
		return 1;
	vt_warm_free(w); /* others may try while this machine runs */
	if (p->signal)
		return -1;
	vt_log_info("no warm start: %s", cannot ? cannot
					 : why  ? why->msg
						: "?");
	return 0;
}

int vt_phase_template(
	struct vt_phase *p, const struct vt_vm *vm, struct vt_err **err)
{
	VT_AUTO_WARM struct vt_warm w = VT_WARM_INIT;
	struct vt_accel_choice accel;
	const struct vt_machine *m = &vm->machine;
	if (point(vm, &w.point, err) < 0 || vt_machine_need_qemu(m, err) < 0 ||
		vt_accel_choose(
			m->accel, vt_arch_is_native(m->arch), &accel, err) < 0)
		return -1;
	const char *cannot = w.point == VT_WARM_OFF
				     ? "its test has warm: off"
				     : vt_warm_why_not(m, accel.accel);
	if (!cannot)
		return open_or_make(p, vm, &accel, &w, err);
	vt_phase_skip(p, cannot);
	return 0;
}
