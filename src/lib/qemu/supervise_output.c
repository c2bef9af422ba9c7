/* Reads the console, the installer's channel, the journal and QEMU's stderr.
 * The amount that is kept of each is limited. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "qemu/supervise_run.h"

enum {
	STDERR_KEPT = 8192,
	QUIET_MS = 1000, /* without output: the line may be a prompt */
	CHANNEL_LINE = 512,
	CHANNEL_BYTES = 65536, /* the rest is read and dropped */
	CHANNEL_KEPT = 20,     /* lines for the report, and those that count */
};

char *vt_hit_describe(const struct vt_hit *hit)
{
	return vt_printf("the guest printed '%s'%s%s", hit->line,
		hit->why ? ": " : "", hit->why ? hit->why : "");
}

void vt_run_lines(struct vt_run_state *r, unsigned fired)
{
	static const struct {
		enum vt_rule rule;
		enum vt_event event;
	} events[] = {
		{VT_RULE_PANIC, VT_EV_PANIC_LINE},
		{VT_RULE_FAILURE, VT_EV_FATAL_LINE},
		{VT_RULE_HALT, VT_EV_HALT_LINE},
	};
	for (size_t i = 0; i < VT_COUNT(events); i++) {
		if (!(fired & 1u << events[i].rule))
			continue;
		VT_AUTO_FREE char *cause = vt_hit_describe(
			vt_console_hit(r->s->console, events[i].rule));
		vt_run_fire(r, events[i].event, cause);
	}
	if (fired & 1u << VT_RULE_READS_SEED)
		vt_run_warm_passed(r);
	/* once a kernel runs, the accelerator works: silence may be normal */
	if (vt_console_hit(r->s->console, VT_MARK_KERNEL)->id)
		vt_run_timer(r, VT_TIMER_SILENT, 0);
}

static void progress(struct vt_run_state *r)
{
	uint64_t now = vt_run_elapsed(r);
	if (!r->s->what || now < r->progress_ms + 1000)
		return;
	r->progress_ms = now;
	vt_log_progress("%s: %llu s: %.100s", r->s->what,
		(unsigned long long)now / 1000, vt_console_last(r->s->console));
}

/* Read from a descriptor; close it at end of file. Return: the number of bytes,
 * 0: none */
static size_t read_some(int *fd, char *buf, size_t size)
{
	if (*fd < 0)
		return 0;
	ssize_t n = read(*fd, buf, size);
	if (n > 0)
		return (size_t)n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	vt_closep(fd);
	*fd = -1;
	return 0;
}

/* Enter is a carriage return, as from a keyboard. What does not fit in the
 * socket is more than answers.h allows. */
void vt_run_type(struct vt_run_state *r, const char *say)
{
	VT_AUTO_FREE char *line = vt_printf("%s\r", say);
	size_t len = strlen(line);
	int fd = r->s->sockets->serial;
	ssize_t n = fd >= 0 ? write(fd, line, len) : (ssize_t)len;
	/* EPIPE: QEMU has ended, which is another event */
	if (n != (ssize_t)len && errno != EPIPE)
		vt_run_fire(
			r, VT_EV_FAULT, "cannot type an answer on the console");
}

bool vt_run_serial(struct vt_run_state *r)
{
	char buf[65536];
	struct vt_supervise *s = r->s;
	size_t n = read_some(&s->sockets->serial, buf, sizeof(buf));
	if (!n)
		return false;
	vt_hang_progress(&r->hang);
	vt_autopsy_output(&r->autopsy, buf, n);
	vt_run_timer(r, VT_TIMER_QUIET, QUIET_MS);
	if (r->timers[VT_TIMER_SILENT])
		vt_run_timer(r, VT_TIMER_SILENT, s->silent_ms);
	vt_run_lines(r, vt_console_feed(s->console, buf, n, vt_run_elapsed(r)));
	int e = vt_console_write_error(s->console);
	if (e) {
		VT_AUTO_FREE char *why =
			vt_printf("cannot write the serial log: %s ('%s')",
				strerror(e), vt_console_log_name(s->console));
		vt_run_fire(r, VT_EV_FAULT, why);
	}
	progress(r);
	return true;
}

void vt_run_drain(struct vt_run_state *r)
{
	/* bounded, in case the guest keeps writing: 64 reads exceed what the
	 * socket can hold, or what counts of the channel */
	for (int i = 0; i < 64 && vt_run_serial(r); i++)
		;
	for (int i = 0; i < 64 && vt_run_channel(r); i++)
		;
	for (int i = 0; i < 64 && vt_run_journal(r); i++)
		;
}

static void channel_line(struct vt_run_state *r)
{
	struct vt_supervise *s = r->s;
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
	vt_str_printable(
		&clean, vt_str_c(&r->channel_line), r->channel_line.len, false);
	r->channel_line.len = 0;
	if (!clean.len || vt_run_warm_line(r, clean.s))
		return;
	const struct vt_payload *now = vt_console_payload(s->console);
	const struct vt_payload before = *now;
	vt_run_lines(r, vt_console_channel_line(
				s->console, clean.s, vt_run_elapsed(r)));
	/* vt-verify judges by the same lines, however many precede them */
	bool counts = memcmp(before.by, now->by, sizeof(now->by)) != 0 ||
		      before.status != now->status;
	if (counts || s->channel_lines.n < CHANNEL_KEPT)
		vt_strv_add(&s->channel_lines, clean.s);
}

bool vt_run_channel(struct vt_run_state *r)
{
	char buf[4096];
	size_t n = read_some(&r->s->sockets->channel, buf, sizeof(buf));
	if (n)
		vt_hang_progress(&r->hang);
	for (size_t i = 0; i < n && r->channel_bytes < CHANNEL_BYTES; i++) {
		r->channel_bytes++;
		if (buf[i] != '\n' && r->channel_line.len < CHANNEL_LINE)
			vt_str_addc(&r->channel_line, buf[i]);
		if (buf[i] == '\n')
			channel_line(r);
	}
	return n > 0;
}

/* It is a witness, on which nothing else depends: if it cannot be written, the
 * guest goes on. */
bool vt_run_journal(struct vt_run_state *r)
{
	char buf[65536];
	struct vt_guest_log *to = r->s->journal;
	size_t n = read_some(&r->s->sockets->journal, buf, sizeof(buf));
	if (!n)
		return false;
	vt_hang_progress(&r->hang);
	if (!to)
		return true;
	int before = vt_guest_log_error(to);
	vt_guest_log_put(to, buf, n);
	int e = vt_guest_log_error(to);
	if (e && !before)
		vt_log_warn("cannot write the guest's journal: %s ('%s')",
			strerror(e), vt_guest_log_path(to));
	return true;
}

void vt_run_stderr(struct vt_run_state *r)
{
	char buf[4096];
	size_t n = read_some(&r->stderr_fd, buf, sizeof(buf));
	struct vt_str *tail = &r->stderr_tail;
	vt_str_addn(tail, buf, n);
	if (tail->len > 2 * STDERR_KEPT) {
		size_t drop = tail->len - STDERR_KEPT;
		memmove(tail->s, tail->s + drop, STDERR_KEPT);
		tail->len = STDERR_KEPT;
		tail->s[STDERR_KEPT] = '\0';
	}
}
