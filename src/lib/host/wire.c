#include "host/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/capture.h"
#include "base/mem.h"

enum {
	ANSWER_LIMIT_MS = 10000,
	END_GRACE_MS = 5000,
	STOP_GRACE_MS = 2000,
	ANSWER_MAX = 64 << 10,
	/* asked for; the kernel gives at most net.core.wmem_max */
	SEND_BUFFER = 1 << 20,
};

static const char program[] = "vt-wire";

static int failed(
	const struct vt_wire *w, const char *what, struct vt_err **err)
{
	VT_AUTO_FREE char *tail = vt_capture_tail(w->output);
	vt_err_set(err, VT_HOST, "'%s' %s", program, what);
	vt_err_detail(err, *tail ? tail : NULL);
	return -1;
}

/* Whether an answer of the switch is complete. It ends in one of these lines.
 */
static bool is_complete(const struct vt_str *answer)
{
	const char *s = vt_str_c(answer),
		   *last = vt_str_tail(s, answer->len, 1);
	return vt_str_ends(s, "\n") &&
	       (!strcmp(last, "ok\n") || !strcmp(last, "ready\n") ||
		       vt_str_starts(last, "error: "));
}

/* Read an answer. Return: 0, or -1 also for an answer that is an error */
static int read_answer(
	struct vt_wire *w, struct vt_str *answer, struct vt_err **err)
{
	uint64_t until = vt_now_ms() + ANSWER_LIMIT_MS;
	while (!is_complete(answer)) {
		char buf[4096];
		struct pollfd p = {w->control, POLLIN, 0};
		uint64_t now = vt_now_ms();
		if (now >= until || answer->len > ANSWER_MAX)
			return failed(w, "does not answer", err);
		if (vt_poll(&p, 1, (int)(until - now)) <= 0)
			continue;
		ssize_t n = recv(w->control, buf, sizeof(buf), MSG_DONTWAIT);
		if (n > 0)
			vt_str_addn(answer, buf, (size_t)n);
		else if (n == 0 || (errno != EAGAIN && errno != EINTR))
			return failed(w, "has ended", err);
	}
	const char *last = vt_str_tail(answer->s, answer->len, 1);
	if (!vt_str_starts(last, "error: "))
		return 0;
	VT_AUTO_FREE char *why = vt_strndup(last, strcspn(last, "\n"));
	return vt_err_set(err, VT_HOST, "%s", why + strlen("error: "));
}

static int ask(struct vt_wire *w, const char *line, struct vt_str *answer,
	struct vt_err **err)
{
	if (w->control < 0)
		return vt_err_set(err, VT_HOST, "'%s' is not running", program);
	if (send(w->control, line, strlen(line), MSG_NOSIGNAL) !=
		(ssize_t)strlen(line))
		return failed(w, "takes no commands", err);
	return read_answer(w, answer, err);
}

/* The descriptors of the child: the control socket, then the ports. */
struct ends {
	int *v;
	size_t n;
};

static void close_ends(struct ends *e)
{
	for (size_t i = 0; i < e->n; i++)
		vt_closep(&e->v[i]);
	free(e->v);
}

static int connect_all(struct vt_wire *w, const struct vt_wire_plan *plan,
	struct ends *theirs, struct vt_err **err)
{
	int pair[2], size = SEND_BUFFER;
	w->guests = vt_calloc(plan->n, sizeof(*w->guests));
	theirs->v = vt_calloc(plan->n + 1, sizeof(*theirs->v));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return vt_err_errno(err, "cannot create a socket");
	w->control = pair[0];
	theirs->v[theirs->n++] = pair[1];
	for (size_t i = 0; i < plan->n; i++) {
		/* other than SOCK_DGRAM it tells when the peer has closed it */
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			    pair) < 0)
			return vt_err_errno(err, "cannot create a socket");
		setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		w->guests[w->n++] = pair[0];
		theirs->v[theirs->n++] = pair[1];
	}
	return 0;
}

static void make_argv(struct vt_strv *argv, const struct vt_wire_plan *plan,
	const struct ends *theirs)
{
	if (plan->program)
		vt_strv_add(argv, plan->program);
	else
		vt_strv_take(argv, vt_proc_sibling(program));
	vt_strv_addf(argv, "--control=%d", theirs->v[0]);
	for (size_t i = 0; i < plan->n; i++) {
		const struct vt_wire_port *p = &plan->ports[i];
		vt_strv_addf(argv, "--port=%s:%s:%d", p->name,
			p->segment ? p->segment : "wire", theirs->v[i + 1]);
	}
	if (plan->capture)
		vt_strv_addf(argv, "--capture=%s", plan->capture);
	if (plan->limit_mib)
		vt_strv_addf(argv, "--capture-limit=%u", plan->limit_mib);
	if (plan->snaplen)
		vt_strv_addf(argv, "--snaplen=%u", plan->snaplen);
}

static int start(struct vt_wire *w, const struct vt_wire_plan *plan,
	struct ends *theirs, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (connect_all(w, plan, theirs, err) < 0)
		return -1;
	w->output = vt_capture_open();
	make_argv(&argv, plan, theirs);
	struct vt_spawn how = {.argv = argv.v,
		.errfd = w->output < 0 ? 0 : w->output,
		.keep = theirs->v,
		.n_keep = theirs->n};
	return vt_proc_spawn(&w->proc, &how, err);
}

int vt_wire_start(
	struct vt_wire *w, const struct vt_wire_plan *plan, struct vt_err **err)
{
	struct ends theirs = {0};
	VT_AUTO_STR struct vt_str answer = VT_STR_INIT;
	int rc = start(w, plan, &theirs, err);
	/* also so that our end reports EOF when the switch ends */
	close_ends(&theirs);
	return rc < 0 ? -1 : read_answer(w, &answer, err);
}

void vt_wire_close_guests(struct vt_wire *w)
{
	for (size_t i = 0; i < w->n; i++) {
		vt_closep(&w->guests[i]);
		w->guests[i] = -1;
	}
}

int vt_wire_link(
	struct vt_wire *w, const char *port, bool up, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str answer = VT_STR_INIT;
	VT_AUTO_FREE char *line =
		vt_printf("%s %s\n", up ? "up" : "down", port);
	if (ask(w, line, &answer, err) < 0)
		return vt_err_wrap(err, "link of port '%s'", port);
	return 0;
}

int vt_wire_stats(struct vt_wire *w, struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str answer = VT_STR_INIT;
	if (ask(w, "stats\n", &answer, err) < 0)
		return -1;
	vt_str_addn(out, answer.s, answer.len - strlen("ok\n"));
	return 0;
}

/* The switch has ended. Return: 0 if as it was told to */
static int judge(const struct vt_wire *w, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str how = VT_STR_INIT;
	VT_AUTO_FREE char *tail = vt_capture_tail(w->output);
	if (w->proc.status == 0)
		return 0;
	vt_proc_describe(w->proc.status, &how);
	vt_err_set(err, VT_HOST, "'%s' failed: %s", program, how.s);
	vt_err_detail(err, *tail ? tail : NULL);
	return -1;
}

int vt_wire_end(struct vt_wire *w, struct vt_err **err)
{
	int rc = 0;
	if (w->control >= 0 && w->proc.pid) {
		/* it ends when this is closed */
		vt_closep(&w->control);
		w->control = -1;
		if (vt_proc_wait(&w->proc, END_GRACE_MS, err) == 1)
			rc = judge(w, err);
		else
			rc = failed(w, "does not end", err);
	}
	vt_wire_stop(w);
	return rc;
}

void vt_wire_stop(struct vt_wire *w)
{
	vt_closep(&w->control);
	vt_proc_stop(&w->proc, STOP_GRACE_MS);
	vt_wire_close_guests(w);
	free(w->guests);
	vt_closep(&w->output);
	*w = (struct vt_wire)VT_WIRE_INIT;
}

static int watch_fd(const void *data)
{
	return ((const struct vt_wire *)data)->proc.pidfd;
}

static int watch_timeout_ms(const void *data)
{
	(void)data;
	return -1;
}

static int watch_run(void *data, struct vt_err **err)
{
	struct vt_wire *w = data;
	if (vt_proc_wait(&w->proc, 0, err) != 1)
		return 0;
	/* all guests have closed their ports, as when they end */
	if (w->proc.status == 0)
		return 0;
	judge(w, err);
	return vt_err_wrap(err, "the wire ended before the guest");
}

struct vt_watch vt_wire_watch(struct vt_wire *w)
{
	if (!w->proc.pid)
		return (struct vt_watch){0};
	return (struct vt_watch){w, watch_fd, watch_timeout_ms, watch_run};
}
