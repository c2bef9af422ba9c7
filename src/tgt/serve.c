#include "serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "host/tgt.h"

struct server {
	struct vt_tgt tgt;
	struct vt_proc command;
	int signal_fd, signal;
};

static int start_command(
	struct server *s, const struct options *o, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv env = VT_STRV_INIT;
	if (o->operands.n < 2)
		return 0;
	vt_tgt_env(&s->tgt, &env);
	struct vt_spawn how = {.argv = o->operands.v + 1, .env = env.v};
	return vt_proc_spawn(&s->command, &how, err);
}

static int server_died(struct server *s, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str how = VT_STR_INIT;
	VT_AUTO_FREE char *tail = vt_tgt_log_tail(&s->tgt);
	vt_proc_wait(&s->tgt.proc, 0, NULL);
	vt_proc_describe(s->tgt.proc.status, &how);
	vt_err_set(err, VT_HOST, "tgtd ended unexpectedly: %s", how.s);
	vt_err_detail(err, tail);
	return -1;
}

/* Wait for a signal, or for the command or the server to end. */
static int wait_for_end(struct server *s, struct vt_err **err)
{
	for (;;) {
		struct pollfd fds[] = {
			{.fd = s->signal_fd, .events = POLLIN},
			{.fd = s->command.pidfd, .events = POLLIN},
			{.fd = s->tgt.proc.pidfd, .events = POLLIN},
		};
		struct signalfd_siginfo info;
		if (poll(fds, VT_COUNT(fds), -1) < 0 && errno != EINTR)
			return vt_err_errno(err, "cannot wait for events");
		if (fds[0].revents && read(s->signal_fd, &info, sizeof(info)) ==
					      (ssize_t)sizeof(info)) {
			s->signal = (int)info.ssi_signo;
			return 0;
		}
		if (fds[1].revents && vt_proc_wait(&s->command, 0, err) == 1)
			return vt_proc_status(&s->command);
		if (fds[2].revents)
			return server_died(s, err);
	}
}

int serve(const struct options *o, struct vt_err **err)
{
	struct server s = {.tgt = VT_TGT_INIT, .command = VT_PROC_INIT};
	s.signal_fd = vt_signals_block(err);
	int rc = s.signal_fd < 0 ? -1 : 0;
	if (rc == 0)
		rc = vt_tgt_start(&s.tgt, o->operands.v[0], o->address, 0, err);
	if (rc == 0) {
		vt_log_info("iSCSI server listens on %s: source '%s/info' in "
			    "a shell",
			s.tgt.portal, s.tgt.dir);
		rc = start_command(&s, o, err);
	}
	if (rc == 0)
		rc = wait_for_end(&s, err);
	vt_proc_stop(&s.command, 2000);
	vt_tgt_stop(&s.tgt);
	vt_closep(&s.signal_fd);
	if (s.signal)
		vt_signals_die(s.signal);
	return rc;
}
