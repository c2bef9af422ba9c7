#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "proc.h"
#include "qmp.h"
#include "supervise_table.h"

enum {
	STDERR_KEPT = 8192,
	/* A guest writes byte by byte. Waking up for each would cost as much
	 * as running the guest; a socket holds what comes in this time. */
	GATHER_US = 1000,
};

/* A supervision under way. */
struct run {
	struct vt_supervise *s;
	struct vt_proc qemu;
	struct vt_qmp *qmp;
	int stderr_fd;
	struct vt_str words; /* the end of QEMU's stderr */
	enum vt_state state;
	uint64_t state_until, until; /* deadlines, 0: none */
	uint64_t told_ms;            /* last progress line */
};

static uint64_t elapsed(const struct run *r)
{
	return vt_now_ms() - r->s->start_ms;
}

static void take_outcome(struct run *r, enum vt_outcome o, const char *cause)
{
	struct vt_supervise *s = r->s;
	if (!vt_outcome_outweighs(o, s->outcome))
		return;
	s->outcome = o;
	free(s->cause);
	s->cause = vt_strdup(cause);
}

static void enter(struct run *r, enum vt_state state)
{
	r->state = state;
	unsigned ms = vt_state_limit_ms(state);
	r->state_until = ms ? vt_now_ms() + ms : 0;
	if (state == VT_ST_ENDING || state == VT_ST_OVER || state == VT_ST_QUIT)
		if (!r->s->power_off_ms)
			r->s->power_off_ms = elapsed(r);
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

/* An event, with words for the case that it decides the outcome. */
static void fire(struct run *r, enum vt_event e, const char *cause)
{
	struct vt_cell c = vt_supervise_cell(r->state, e);
	if (!c.next)
		return;
	if (c.outcome)
		take_outcome(r, c.outcome, cause);
	if (c.next != r->state)
		enter(r, c.next);
}

static void fire_err(struct run *r, struct vt_err *err)
{
	fire(r, VT_EV_FAULT, err ? err->msg : "?");
	vt_err_free(err);
}

/* What the console has just seen. */
static void lines_fired(struct run *r, unsigned fired)
{
	static const struct {
		enum vt_rule rule;
		enum vt_event event;
	} events[] = {
		{VT_RULE_PANIC, VT_EV_PANIC_LINE},
		{VT_RULE_FAILURE, VT_EV_FATAL_LINE},
	};
	for (size_t i = 0; i < VT_COUNT(events); i++) {
		if (!(fired & 1u << events[i].rule))
			continue;
		const struct vt_hit *hit =
			vt_console_hit(r->s->console, events[i].rule);
		VT_AUTO_FREE char *cause =
			vt_printf("the guest said '%s'", hit->line);
		fire(r, events[i].event, cause);
	}
}

static void progress(struct run *r)
{
	uint64_t now = elapsed(r);
	if (!r->s->what || now < r->told_ms + 1000)
		return;
	r->told_ms = now;
	vt_log_progress("%s: %llu s: %.100s", r->s->what,
		(unsigned long long)now / 1000, vt_console_last(r->s->console));
}

/* Read what the guest has said. Return: whether there may be more. */
static bool read_serial(struct run *r)
{
	char buf[65536];
	int *fd = &r->s->wires->serial;
	if (*fd < 0)
		return false;
	ssize_t n = read(*fd, buf, sizeof(buf));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		vt_closep(fd);
		*fd = -1;
		return false;
	}
	lines_fired(
		r, vt_console_feed(r->s->console, buf, (size_t)n, elapsed(r)));
	int e = vt_console_write_error(r->s->console);
	if (e) {
		VT_AUTO_FREE char *why = vt_printf(
			"cannot write the serial log: %s", strerror(e));
		fire(r, VT_EV_FAULT, why);
	}
	progress(r);
	return true;
}

/* What the guest has said until now: no more than a socket holds, however
 * much it goes on to say. */
static void drain_serial(struct run *r)
{
	for (int i = 0; i < 64 && read_serial(r); i++)
		;
}

static void read_stderr(struct run *r)
{
	char buf[4096];
	ssize_t n = read(r->stderr_fd, buf, sizeof(buf));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		vt_closep(&r->stderr_fd);
		r->stderr_fd = -1;
		return;
	}
	vt_str_addn(&r->words, buf, (size_t)n);
	if (r->words.len > 2 * STDERR_KEPT) {
		size_t cut = r->words.len - STDERR_KEPT;
		memmove(r->words.s, r->words.s + cut, STDERR_KEPT);
		r->words.len = STDERR_KEPT;
		r->words.s[STDERR_KEPT] = '\0';
	}
}

static void io_error(struct run *r, const json_t *data)
{
	const char *action = json_string_value(json_object_get(data, "action"));
	const char *node =
		json_string_value(json_object_get(data, "node-name"));
	const char *op = json_string_value(json_object_get(data, "operation"));
	const char *reason = json_string_value(json_object_get(data, "reason"));
	bool full = json_is_true(json_object_get(data, "nospace"));
	VT_AUTO_FREE char *cause = vt_printf(
		"the host failed to %s disk image '%s': %s%s", op ? op : "use",
		node ? node : "?", reason ? reason : "?",
		full ? ": free some space and run it again" : "");
	if (action && !strcmp(action, "stop"))
		fire(r, VT_EV_FAULT, cause);
	else
		vt_log_warn("%s", cause);
}

static void shutdown_event(struct run *r, const json_t *data)
{
	static const struct {
		const char *reason;
		enum vt_event event;
		const char *cause;
	} reasons[] = {
		{"guest-shutdown", VT_EV_POWEROFF, NULL},
		{"guest-reset", VT_EV_RESET,
			"the guest rebooted instead of powering off"},
		{"subsystem-reset", VT_EV_RESET,
			"the guest rebooted instead of powering off"},
		{"guest-panic", VT_EV_PANICKED, "the guest's kernel panicked"},
		{"host-signal", VT_EV_STOPPED,
			"something else than vt sent QEMU a signal"},
		{"host-error", VT_EV_STOPPED,
			"QEMU stopped the guest because of an error"},
	};
	const char *reason = json_string_value(json_object_get(data, "reason"));
	for (size_t i = 0; reason && i < VT_COUNT(reasons); i++)
		if (!strcmp(reason, reasons[i].reason))
			fire(r, reasons[i].event, reasons[i].cause);
}

static void read_qmp(struct run *r)
{
	struct vt_err *err = NULL;
	if (vt_qmp_pump(r->qmp, &err) < 0)
		fire_err(r, err);
	if (vt_qmp_ready(r->qmp) && r->state == VT_ST_START) {
		r->s->power_on_ms = elapsed(r);
		fire(r, VT_EV_READY, NULL);
	}
	for (json_t *ev; (ev = vt_qmp_event(r->qmp)); json_decref(ev)) {
		const char *name =
			json_string_value(json_object_get(ev, "event"));
		const json_t *data = json_object_get(ev, "data");
		/* it was said before: it has to count before */
		drain_serial(r);
		vt_log_debug("QEMU: %s", name ? name : "?");
		if (!name)
			continue;
		if (!strcmp(name, "SHUTDOWN"))
			shutdown_event(r, data);
		else if (!strcmp(name, "GUEST_PANICKED"))
			fire(r, VT_EV_PANICKED, "the guest's kernel panicked");
		else if (!strcmp(name, "BLOCK_IO_ERROR"))
			io_error(r, data);
	}
}

static void read_signal(struct run *r)
{
	struct signalfd_siginfo info;
	if (read(r->s->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	r->s->signal = (int)info.ssi_signo;
	VT_AUTO_FREE char *cause = vt_printf("stopped by signal %d (%s)",
		r->s->signal, strsignal(r->s->signal));
	fire(r, VT_EV_SIGNAL, cause);
}

static void qemu_ended(struct run *r)
{
	if (vt_proc_wait(&r->qemu, 0, NULL) != 1)
		return;
	drain_serial(r);
	lines_fired(r, vt_console_end(r->s->console, elapsed(r)));
	while (r->stderr_fd >= 0) {
		size_t before = r->words.len;
		read_stderr(r);
		if (r->words.len == before)
			break;
	}
	read_qmp(r);
	VT_AUTO_STR struct vt_str how = VT_STR_INIT;
	vt_proc_describe(r->qemu.status, &how);
	VT_AUTO_FREE char *cause = vt_printf("QEMU %s: %s",
		r->state == VT_ST_START ? "did not start" : "ended by itself",
		how.s);
	fire(r, VT_EV_EXIT, cause);
}

static void deadlines(struct run *r)
{
	uint64_t now = vt_now_ms();
	if (r->until && now >= r->until) {
		r->until = 0;
		VT_AUTO_FREE char *cause = vt_printf(
			"not finished after %llu s; the guest's last words: %s",
			(unsigned long long)r->s->timeout_ms / 1000,
			vt_console_last(r->s->console));
		fire(r, VT_EV_DEADLINE, cause);
	}
	if (r->state_until && now >= r->state_until) {
		r->state_until = 0;
		fire(r, VT_EV_TIMER, "QEMU did not answer on QMP in time");
	}
}

/* How long poll may sleep. */
static int sleep_ms(const struct run *r)
{
	uint64_t now = vt_now_ms(), least = UINT64_MAX;
	if (r->until)
		least = r->until;
	if (r->state_until && r->state_until < least)
		least = r->state_until;
	for (size_t i = 0; i < VT_WATCHES; i++) {
		const struct vt_watch *w = &r->s->watches[i];
		int ms = w->data ? w->timeout_ms(w->data) : -1;
		if (ms >= 0 && now + (uint64_t)ms < least)
			least = now + (uint64_t)ms;
	}
	if (least == UINT64_MAX)
		return -1;
	if (least <= now)
		return 0;
	return least - now < 1000000 ? (int)(least - now) : 1000000;
}

static void serve(struct run *r, struct vt_watch *w, bool ready)
{
	struct vt_err *err = NULL;
	bool due = w->data && (ready || w->timeout_ms(w->data) == 0);
	int rc = due ? w->run(w->data, &err) : 0;
	if (rc)
		w->data = NULL;
	if (rc < 0)
		fire_err(r, err);
	else if (rc > 0)
		fire(r, VT_EV_LEAVE, NULL);
}

static void turn(struct run *r)
{
	enum { OURS = 5 };
	struct vt_watch *w = r->s->watches;
	struct pollfd p[OURS + VT_WATCHES] = {
		{r->s->wires->serial, POLLIN, 0},
		{r->stderr_fd, POLLIN, 0},
		{vt_qmp_fd(r->qmp), vt_qmp_poll_events(r->qmp), 0},
		{r->s->signal_fd, POLLIN, 0},
		{r->qemu.pidfd, POLLIN, 0},
	};
	for (size_t i = 0; i < VT_WATCHES; i++)
		p[OURS + i] = (struct pollfd){
			w[i].data ? w[i].fd(w[i].data) : -1, POLLIN, 0};
	if (poll(p, VT_COUNT(p), sleep_ms(r)) < 0)
		return; /* EINTR: all events are asked for again */
	if (p[0].revents) {
		usleep(GATHER_US);
		read_serial(r);
	}
	if (p[1].revents)
		read_stderr(r);
	if (p[2].revents)
		read_qmp(r);
	if (p[3].revents)
		read_signal(r);
	for (size_t i = 0; i < VT_WATCHES; i++)
		serve(r, &w[i], p[OURS + i].revents);
	if (p[4].revents)
		qemu_ended(r);
	deadlines(r);
}

static int start_qemu(struct run *r, struct vt_err **err)
{
	struct vt_wires *w = r->s->wires;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return vt_err_errno(err, "cannot make a pipe");
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	r->stderr_fd = ends[0];
	VT_AUTO_FREE int *keep = vt_calloc(r->s->n_keep + 2, sizeof(*keep));
	size_t n_keep = 0;
	keep[n_keep++] = w->guest.qmp;
	keep[n_keep++] = w->guest.serial;
	for (size_t i = 0; i < r->s->n_keep; i++)
		if (r->s->keep[i] >= 0)
			keep[n_keep++] = r->s->keep[i];
	struct vt_spawn how = {.argv = r->s->argv,
		.out = ends[1],
		.errfd = ends[1],
		.keep = keep,
		.n_keep = n_keep};
	int rc = vt_proc_spawn(&r->qemu, &how, err);
	vt_closep(&ends[1]);
	/* its ends must close when it does */
	vt_closep(&w->guest.qmp);
	vt_closep(&w->guest.serial);
	w->guest.qmp = w->guest.serial = -1;
	return rc;
}

int vt_supervise(struct vt_supervise *s, struct vt_err **err)
{
	struct run r = {.s = s, .qemu = VT_PROC_INIT, .stderr_fd = -1};
	int rc = start_qemu(&r, err);
	r.qmp = vt_qmp_new(s->wires->qmp);
	s->wires->qmp = -1; /* the client's now */
	if (rc == 0) {
		if (s->timeout_ms)
			r.until = vt_now_ms() + s->timeout_ms;
		enter(&r, VT_ST_START);
		while (r.state != VT_ST_OVER)
			turn(&r);
		vt_log_progress(NULL);
		if (r.words.len)
			s->qemu_words = vt_str_take(&r.words);
	}
	vt_closep(&r.stderr_fd);
	vt_str_free(&r.words);
	vt_qmp_free(r.qmp);
	return rc;
}

void vt_supervise_free(struct vt_supervise *s)
{
	free(s->cause);
	free(s->qemu_words);
}
