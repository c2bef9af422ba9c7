#include "qemu/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "qemu/supervise_run.h"

enum {
	/* Pause before reading the console, to read many bytes at once: a
	 * guest writes byte by byte, and waking up for each would cost as much
	 * CPU time as running the guest. */
	GATHER_US = 1000,
	/* The longest wait, so that a loop that takes much longer shows that
	 * we did not run: stopped (Ctrl-Z, a laptop that was closed) or not
	 * scheduled. Delays that are shorter than LATE_MS are normal. */
	TICK_MS = 250,
	LATE_MS = 500,
	STARVED_MS = 1000, /* evidence that the host is overloaded */
};

uint64_t vt_run_elapsed(const struct vt_run_state *r)
{
	return vt_now_ms() - r->s->start_ms;
}

static void take_outcome(
	struct vt_run_state *r, enum vt_outcome o, const char *cause)
{
	struct vt_supervise *s = r->s;
	if (!vt_outcome_outweighs(o, s->outcome))
		return;
	s->outcome = o;
	free(s->cause);
	s->cause = vt_strdup(cause);
}

static void enter(struct vt_run_state *r, enum vt_state state)
{
	unsigned ms = vt_state_limit_ms(state);
	r->state = state;
	vt_run_timer(r, VT_TIMER_STATE, ms);
	if (state == VT_ST_ENDING || state == VT_ST_OVER || state == VT_ST_QUIT)
		if (!r->s->power_off_ms)
			r->s->power_off_ms = vt_run_elapsed(r);
	if (state == VT_ST_QUIT && vt_qmp_ready(r->qmp)) {
		vt_qmp_execute(r->qmp, "quit", NULL, NULL, NULL);
		vt_qmp_pump(r->qmp, NULL);
	} else if (state == VT_ST_QUIT) {
		enter(r, VT_ST_TERM);
	} else if (state == VT_ST_TERM) {
		vt_proc_signal(&r->qemu, SIGTERM);
	} else if (state == VT_ST_KILL) {
		vt_proc_signal(&r->qemu, SIGKILL);
	}
	vt_state_crash_test(state);
}

/* Handle an event; @cause describes it if it decides the outcome. */
void vt_run_fire(struct vt_run_state *r, enum vt_event e, const char *cause)
{
	struct vt_cell c = vt_supervise_cell(r->state, e);
	if (!c.next)
		return;
	if (c.outcome)
		take_outcome(r, c.outcome, cause);
	if (c.next != r->state)
		enter(r, c.next);
}

void vt_run_fault(struct vt_run_state *r, struct vt_err *err)
{
	vt_run_fire(r, VT_EV_FAULT, err ? err->msg : "?");
	vt_err_free(err);
}

static void read_signal(struct vt_run_state *r)
{
	struct signalfd_siginfo info;
	if (read(r->s->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	r->s->signal = (int)info.ssi_signo;
	VT_AUTO_FREE char *cause = vt_printf("stopped by signal %d (%s)",
		r->s->signal, strsignal(r->s->signal));
	vt_run_fire(r, VT_EV_SIGNAL, cause);
}

static void qemu_ended(struct vt_run_state *r)
{
	if (vt_proc_wait(&r->qemu, 0, NULL) != 1)
		return;
	vt_run_drain(r);
	vt_run_lines(r, vt_console_end(r->s->console, vt_run_elapsed(r)));
	while (r->stderr_fd >= 0) {
		size_t before = r->stderr_tail.len;
		vt_run_stderr(r);
		if (r->stderr_tail.len == before)
			break;
	}
	vt_run_qmp(r);
	VT_AUTO_STR struct vt_str how = VT_STR_INIT;
	vt_proc_describe(r->qemu.status, &how);
	VT_AUTO_FREE char *cause = vt_printf("QEMU %s: %s",
		r->state == VT_ST_START ? "did not start"
					: "ended unexpectedly",
		how.s);
	vt_run_fire(r, VT_EV_EXIT, cause);
}

void vt_run_timer(struct vt_run_state *r, enum vt_timer t, uint64_t ms)
{
	r->timers[t] = ms ? vt_now_ms() + ms : 0;
}

static void state_timer(struct vt_run_state *r)
{
	vt_run_fire(r, VT_EV_TIMER, "QEMU did not respond on QMP in time");
}

static void run_timer(struct vt_run_state *r)
{
	VT_AUTO_FREE char *cause = vt_printf(
		"timed out after %llu s; last line on the console: %s",
		(unsigned long long)r->s->timeout_ms / 1000,
		vt_console_last(r->s->console));
	vt_run_fire(r, VT_EV_DEADLINE, cause);
}

static void quiet_timer(struct vt_run_state *r)
{
	struct vt_console *c = r->s->console;
	vt_run_lines(r, vt_console_quiet(c, vt_run_elapsed(r)));
	if (vt_console_say(c))
		vt_run_type(r, vt_console_say(c));
}

static void silent_timer(struct vt_run_state *r)
{
	VT_AUTO_FREE char *cause = vt_printf("no console output for %llu s",
		(unsigned long long)r->s->silent_ms / 1000);
	r->s->silent = true;
	vt_run_fire(r, VT_EV_SILENT, cause);
}

static void halt_timer(struct vt_run_state *r)
{
	if (r->state != VT_ST_RUN)
		return;
	if (vt_halt_check(r->halt))
		vt_run_fire(r, VT_EV_HALTED,
			"the guest halted instead of powering off: all its "
			"processors are halted with interrupts disabled");
	else
		vt_run_timer(r, VT_TIMER_HALT, VT_HALT_CHECK_MS);
}

static void starve_timer(struct vt_run_state *r)
{
	if (vt_starve_look(&r->starve)) {
		r->s->starved_ms = vt_run_elapsed(r);
		vt_hang_late(&r->hang, VT_STARVE_MS);
	}
	vt_run_timer(r, VT_TIMER_STARVE, VT_STARVE_MS);
}

static void (*const timers[VT_TIMERS])(struct vt_run_state *r) = {
	[VT_TIMER_STATE] = state_timer,
	[VT_TIMER_RUN] = run_timer,
	[VT_TIMER_QUIET] = quiet_timer,
	[VT_TIMER_SILENT] = silent_timer,
	[VT_TIMER_HALT] = halt_timer,
	[VT_TIMER_WARM] = vt_run_warm_timer,
	[VT_TIMER_STARVE] = starve_timer,
	[VT_TIMER_HANG] = vt_run_hang_timer,
	[VT_TIMER_AUTOPSY] = vt_run_autopsy_timer,
};

static bool timer_is_due(const struct vt_run_state *r)
{
	for (size_t i = 0; i < VT_TIMERS; i++)
		if (r->timers[i] && vt_now_ms() >= r->timers[i])
			return true;
	return false;
}

static void run_timers(struct vt_run_state *r)
{
	if (!timer_is_due(r))
		return;
	/* what the guest did in time counts, even if it is read only now */
	vt_run_drain(r);
	vt_run_qmp(r);
	for (size_t i = 0; i < VT_TIMERS; i++) {
		if (!r->timers[i] || vt_now_ms() < r->timers[i])
			continue;
		r->timers[i] = 0;
		timers[i](r);
	}
}

/* The timeout for poll(2). */
static int sleep_ms(const struct vt_run_state *r)
{
	uint64_t now = vt_now_ms(), least = now + TICK_MS;
	for (size_t i = 0; i < VT_TIMERS; i++)
		if (r->timers[i] && r->timers[i] < least)
			least = r->timers[i];
	for (size_t i = 0; i < VT_WATCHES; i++) {
		const struct vt_watch *w = &r->s->watches[i];
		int ms = w->data ? w->timeout_ms(w->data) : -1;
		if (ms >= 0 && now + (uint64_t)ms < least)
			least = now + (uint64_t)ms;
	}
	return least > now ? (int)(least - now) : 0;
}

static void serve(struct vt_run_state *r, struct vt_watch *w, bool ready)
{
	struct vt_err *err = NULL;
	bool due = w->data && (ready || w->timeout_ms(w->data) == 0);
	if (w->data && ready)
		vt_hang_progress(&r->hang); /* a request of the guest's */
	int rc = due ? w->run(w->data, &err) : 0;
	if (rc)
		w->data = NULL;
	if (rc < 0)
		vt_run_fault(r, err);
	else if (rc > 0)
		vt_run_fire(r, VT_EV_LEAVE, NULL);
}

/* Time in which we did not run does not count: the guest may have waited for
 * us, and there was no one to read what it said. */
static void take_late(struct vt_run_state *r, uint64_t ms)
{
	struct vt_supervise *s = r->s;
	if (ms < LATE_MS)
		return;
	if (ms >= STARVED_MS)
		s->starved_ms = vt_run_elapsed(r);
	vt_hang_late(&r->hang, ms);
	for (size_t i = 0; i < VT_TIMERS; i++)
		if (r->timers[i])
			r->timers[i] += ms;
}

static uint64_t cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Whatever has passed since the last call beyond the wait and our own work. */
static void count_late(struct vt_run_state *r, uint64_t waited_ms)
{
	uint64_t now = vt_now_ms(), cpu = cpu_ms();
	uint64_t normal = waited_ms + cpu - r->woken_cpu_ms;
	if (r->woken_ms && now - r->woken_ms > normal)
		take_late(r, now - r->woken_ms - normal);
	r->woken_ms = now;
	r->woken_cpu_ms = cpu;
}

/* Wait for events. Return: whether there may be any */
static bool wait_for_events(struct vt_run_state *r, struct pollfd *p, size_t n)
{
	int ms = sleep_ms(r);
	int rc = vt_poll(p, n, ms), e = errno;
	count_late(r, (uint64_t)ms);
	if (rc >= 0 || e == EINTR)
		return rc >= 0;
	VT_AUTO_FREE char *cause =
		vt_printf("cannot wait for QEMU: %s", strerror(e));
	vt_run_fire(r, VT_EV_FAULT, cause);
	run_timers(r);
	qemu_ended(r);
	return false;
}

static void poll_once(struct vt_run_state *r)
{
	enum { OURS = 10 };
	struct vt_watch *w = r->s->watches;
	int out[2];
	vt_console_pending(r->s->console, out);
	struct pollfd p[OURS + VT_WATCHES] = {
		{r->s->sockets->serial, POLLIN, 0},
		{r->s->sockets->channel, POLLIN, 0},
		{r->stderr_fd, POLLIN, 0},
		{vt_qmp_fd(r->qmp), vt_qmp_poll_events(r->qmp), 0},
		{r->s->signal_fd, POLLIN, 0},
		{r->qemu.pidfd, POLLIN, 0},
		{out[0], POLLOUT, 0},
		{out[1], POLLOUT, 0},
		{vt_log_fd(), POLLOUT, 0},
		{r->s->sockets->journal, POLLIN, 0},
	};
	for (size_t i = 0; i < VT_WATCHES; i++)
		p[OURS + i] = (struct pollfd){
			w[i].data ? w[i].fd(w[i].data) : -1, POLLIN, 0};
	if (!wait_for_events(r, p, VT_COUNT(p)))
		return; /* the caller polls again */
	if (p[0].revents) {
		usleep(GATHER_US);
		vt_run_serial(r);
	}
	if (p[1].revents)
		vt_run_channel(r);
	if (p[2].revents)
		vt_run_stderr(r);
	if (p[3].revents)
		vt_run_qmp(r);
	if (p[4].revents)
		read_signal(r);
	if (p[6].revents || p[7].revents)
		vt_console_flush(r->s->console);
	if (p[8].revents)
		vt_log_flush();
	if (p[9].revents)
		vt_run_journal(r);
	for (size_t i = 0; i < VT_WATCHES; i++)
		serve(r, &w[i], p[OURS + i].revents);
	if (p[5].revents)
		qemu_ended(r);
	run_timers(r);
}

static int start_qemu(struct vt_run_state *r, struct vt_err **err)
{
	enum { OURS = 5 };
	struct vt_supervise *s = r->s;
	struct vt_machine_fds *guest = &s->sockets->guest;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return vt_err_errno(err, "cannot create a pipe");
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	r->stderr_fd = ends[0];
	VT_AUTO_FREE int *keep = vt_calloc(s->n_keep + OURS, sizeof(*keep));
	size_t n_keep = 0;
	keep[n_keep++] = guest->qmp;
	keep[n_keep++] = guest->serial;
	keep[n_keep++] = guest->channel;
	keep[n_keep++] = guest->journal;
	if (guest->config >= 0)
		keep[n_keep++] = guest->config;
	for (size_t i = 0; i < s->n_keep; i++)
		if (s->keep[i] >= 0)
			keep[n_keep++] = s->keep[i];
	struct vt_spawn how = {.argv = s->argv,
		.out = ends[1],
		.errfd = ends[1],
		.keep = keep,
		.n_keep = n_keep};
	int rc = vt_proc_spawn(&r->qemu, &how, err);
	vt_closep(&ends[1]);
	vt_sockets_close_guest(s->sockets);
	return rc;
}

static void release(struct vt_run_state *r)
{
	vt_closep(&r->stderr_fd);
	vt_str_free(&r->stderr_tail);
	vt_str_free(&r->channel_line);
	vt_autopsy_stop(&r->autopsy);
	vt_qmp_free(r->qmp);
	vt_halt_free(r->halt);
}

int vt_supervise(struct vt_supervise *s, struct vt_err **err)
{
	__attribute__((cleanup(release))) struct vt_run_state r = {.s = s,
		.qemu = VT_PROC_INIT,
		.stderr_fd = -1,
		.hang = {.bound_ms = s->hang_ms}};
	int rc = start_qemu(&r, err);
	r.qmp = vt_qmp_new(s->sockets->qmp);
	s->sockets->qmp = -1; /* owned by r.qmp */
	if (rc < 0)
		return -1;
	r.starve.pid = r.qemu.pid;
	starve_timer(&r);
	vt_run_timer(&r, VT_TIMER_RUN, s->timeout_ms);
	vt_run_timer(&r, VT_TIMER_SILENT, s->silent_ms);
	enter(&r, VT_ST_START);
	while (r.state != VT_ST_OVER)
		poll_once(&r);
	vt_console_finish(s->console);
	vt_log_progress(NULL);
	if (*vt_qmp_version(r.qmp))
		s->qemu_version = vt_strdup(vt_qmp_version(r.qmp));
	if (r.stderr_tail.len)
		s->qemu_stderr = vt_str_take(&r.stderr_tail);
	return 0;
}

void vt_supervise_free(struct vt_supervise *s)
{
	free(s->cause);
	free(s->qemu_version);
	free(s->qemu_stderr);
	vt_autopsy_free(&s->autopsy);
	vt_strv_free(&s->channel_lines);
}
