#include "host/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/capture.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

enum { STOP_GRACE_MS = 1000, MAX_LOG = 16 << 20 };

static const char said[] = "vt-peer: ";

/* "failed: WHY", "dnsmasq ended with status 2" */
static void see_line(
	void *data, enum vt_line kind, const char *line, size_t len)
{
	struct vt_peer *p = data;
	/* the first line comes after the firmware's escape sequences */
	const char *text = strstr(line, said);
	(void)len;
	if (kind != VT_LINE_COMPLETE || !text)
		return;
	text += strlen(said);
	if (!strcmp(text, "ready"))
		p->deadline_ms = 0;
	else if (!p->failure && (vt_str_starts(text, "failed: ") ||
					strstr(text, " ended with status ")))
		p->failure = vt_strdup(text);
}

static int spawn(struct vt_peer *p, const struct vt_peer_plan *plan,
	struct vt_strv *argv, struct vt_err **err)
{
	enum { OURS = 3 };
	const struct vt_machine *m = plan->machine;
	VT_AUTO_FREE int *keep = vt_calloc(m->n_nics + OURS, sizeof(*keep));
	size_t n = 0;
	keep[n++] = p->sockets.guest.qmp;
	keep[n++] = p->sockets.guest.serial;
	keep[n++] = plan->config;
	for (size_t i = 0; i < m->n_nics; i++)
		if (plan->nics[i] >= 0)
			keep[n++] = plan->nics[i];
	return vt_proc_spawn(&p->qemu,
		&(struct vt_spawn){.argv = argv->v,
			.out = p->output < 0 ? 0 : p->output,
			.errfd = p->output < 0 ? 0 : p->output,
			.keep = keep,
			.n_keep = n},
		err);
}

int vt_peer_start(
	struct vt_peer *p, const struct vt_peer_plan *plan, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (vt_sockets_open(&p->sockets, err) < 0)
		return -1;
	if (plan->log)
		p->log = open(plan->log,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (plan->log && p->log < 0)
		return vt_err_errno(err, "cannot create '%s'", plan->log);
	p->output = vt_capture_open();
	p->lines = vt_lines_new(see_line, p);
	p->deadline_ms = vt_now_ms() + plan->ready_ms;
	struct vt_machine_fds fds = p->sockets.guest;
	fds.channel = fds.journal = -1;
	fds.nics = plan->nics;
	fds.peer_config = plan->config;
	int rc = vt_machine_argv(plan->machine, plan->accel, &fds, &argv, err);
	if (rc == 0)
		rc = spawn(p, plan, &argv, err);
	vt_sockets_close_guest(&p->sockets);
	return rc;
}

void vt_peer_stop(struct vt_peer *p)
{
	vt_proc_stop(&p->qemu, STOP_GRACE_MS);
	vt_sockets_close(&p->sockets);
	vt_lines_free(p->lines);
	vt_closep(&p->log);
	vt_closep(&p->output);
	free(p->failure);
	*p = (struct vt_peer)VT_PEER_INIT;
}

static int watch_fd(const void *data)
{
	return ((const struct vt_peer *)data)->sockets.serial;
}

static int watch_timeout_ms(const void *data)
{
	const struct vt_peer *p = data;
	uint64_t now = vt_now_ms();
	if (!p->deadline_ms)
		return -1;
	return now < p->deadline_ms ? (int)(p->deadline_ms - now) : 0;
}

static int ended(struct vt_peer *p, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str how = VT_STR_INIT;
	VT_AUTO_FREE char *line = vt_capture_tail(p->output);
	line[strcspn(line, "\n")] = '\0';
	vt_proc_wait(&p->qemu, STOP_GRACE_MS, NULL);
	if (p->qemu.reaped)
		vt_proc_describe(p->qemu.status, &how);
	else
		vt_str_add(&how, "its console is closed");
	return vt_err_set(err, VT_HOST,
		"the peer ended before the guest: %s%s%s", how.s,
		*line ? ": " : "", line);
}

/* A console that cannot be logged, on a full disk, is read nevertheless. */
static void keep_log(struct vt_peer *p, const char *bytes, size_t n)
{
	if (p->log < 0 || p->log_bytes + n > MAX_LOG)
		return;
	p->log_bytes += n;
	vt_fs_write_all(p->log, bytes, n, NULL);
}

static int watch_run(void *data, struct vt_err **err)
{
	struct vt_peer *p = data;
	char bytes[4096];
	ssize_t n = read(p->sockets.serial, bytes, sizeof(bytes));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		return ended(p, err);
	if (n > 0) {
		keep_log(p, bytes, (size_t)n);
		vt_lines_feed(p->lines, bytes, (size_t)n);
	}
	if (p->failure)
		return vt_err_set(err, VT_HOST, "the peer: %s", p->failure);
	if (p->deadline_ms && vt_now_ms() >= p->deadline_ms)
		return vt_err_set(err, VT_HOST,
			"the peer is not ready: see logs/peer-serial.log");
	return 0;
}

struct vt_watch vt_peer_watch(struct vt_peer *p)
{
	if (!p->qemu.pid)
		return (struct vt_watch){0};
	return (struct vt_watch){p, watch_fd, watch_timeout_ms, watch_run};
}
