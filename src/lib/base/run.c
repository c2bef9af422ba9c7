/* Run a command to its end: vt_proc_run() and vt_proc_check(). Find programs.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"

enum {
	STDERR_KEPT = 16384,
	TAIL_LINES = 15,
	/* after the child's end its pipes are read as long as there is more
	 * within QUIET_MS, for LAST_MS at most */
	QUIET_MS = 100,
	LAST_MS = 1000,
};

/* The parent's ends; -1 when closed. */
struct pipes {
	int in, out, err;
};

static void close_end(int *fd)
{
	vt_closep(fd);
	*fd = -1;
}

static void close_pipes(struct pipes *p)
{
	close_end(&p->in);
	close_end(&p->out);
	close_end(&p->err);
}

/* Read available data, and close the descriptor at its end.
 * Return: number of bytes, 0 at the end, -1 if there is nothing yet */
static ssize_t drain(int *fd, struct vt_str *into)
{
	char buf[65536];
	ssize_t n = read(*fd, buf, sizeof(buf));
	if (n > 0)
		vt_str_addn(into, buf, (size_t)n);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (n <= 0)
		close_end(fd);
	return n < 0 ? 0 : n;
}

/* Keep only the end of a long stderr. */
static void trim(struct vt_str *b)
{
	if (b->len <= 2 * STDERR_KEPT)
		return;
	memmove(b->s, b->s + b->len - STDERR_KEPT, STDERR_KEPT);
	b->len = STDERR_KEPT;
	b->s[b->len] = '\0';
}

static void feed(struct pipes *p, const struct vt_run *run, size_t *fed)
{
	ssize_t n = write(p->in, run->input + *fed, run->input_len - *fed);
	if (n > 0)
		*fed += (size_t)n;
	if ((n < 0 && errno != EAGAIN && errno != EINTR) ||
		*fed == run->input_len)
		close_end(&p->in);
}

/* Transfer data until the child has ended and its pipes are closed. What writes
 * to them all the time, also after the end of the child, changes no deadline.
 */
static int pump(struct vt_proc *child, struct pipes *p,
	const struct vt_run *run, struct vt_str *errs, struct vt_err **err)
{
	size_t fed = 0, max = run->max_output ? run->max_output : 16u << 20;
	uint64_t end = vt_now_ms() + (uint64_t)run->timeout_ms, last = 0;
	bool ended = false;
	while (!ended || p->out >= 0 || p->err >= 0) {
		struct pollfd fds[] = {
			{.fd = ended ? -1 : child->pidfd, .events = POLLIN},
			{.fd = p->out, .events = POLLIN},
			{.fd = p->err, .events = POLLIN},
			{.fd = p->in, .events = POLLOUT},
		};
		uint64_t now = vt_now_ms();
		int wait = -1;
		if (run->timeout_ms)
			wait = now < end ? (int)(end - now) : 0;
		/* do not wait for a grandchild that keeps the pipes open */
		if (ended && now >= last)
			return 0;
		if (ended)
			wait = QUIET_MS;
		int n = poll(fds, VT_COUNT(fds), wait);
		if (n < 0 && errno != EINTR)
			return vt_err_errno(err,
				"cannot poll the output of '%s'", run->argv[0]);
		if (n == 0 && ended)
			return 0;
		if (n == 0 || (wait == 0 && !fds[0].revents))
			return vt_err_set(err, VT_TIMEOUT,
				"'%s' did not end within %d s", run->argv[0],
				(run->timeout_ms + 999) / 1000);
		if (n < 0)
			continue;
		if (fds[1].revents)
			drain(&p->out, run->out);
		if (fds[2].revents)
			drain(&p->err, errs);
		if (fds[3].revents)
			feed(p, run, &fed);
		trim(errs);
		if (run->out && run->out->len > max)
			return vt_err_set(err, VT_HOST,
				"'%s' printed more than %zu bytes",
				run->argv[0], max);
		if (fds[0].revents) {
			ended = vt_proc_wait(child, 0, NULL) == 1;
			last = vt_now_ms() + LAST_MS;
		}
	}
	return 0;
}

static int make_pipe(int ours, int ends[2], struct vt_err **err)
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		return vt_err_errno(err, "cannot create a pipe");
	fcntl(ends[ours], F_SETFL, O_NONBLOCK);
	return 0;
}

static int start(struct vt_proc *child, struct pipes *p,
	const struct vt_run *run, struct vt_err **err)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, errs[2] = {-1, -1};
	int rc = 0;
	if (run->input)
		rc = make_pipe(1, in, err);
	if (rc == 0 && run->out)
		rc = make_pipe(0, out, err);
	if (rc == 0 && !run->merge_stderr)
		rc = make_pipe(0, errs, err);
	*p = (struct pipes){in[1], out[0], errs[0]};
	struct vt_spawn how = {
		.argv = run->argv,
		.env = run->env,
		.cwd = run->cwd,
		.in = run->input ? in[0] : 0,
		.out = run->out ? out[1] : 0,
		.errfd = run->merge_stderr ? (run->out ? out[1] : 0) : errs[1],
		.contain = run->contain,
	};
	if (rc == 0)
		rc = vt_proc_spawn(child, &how, err);
	vt_closep(&in[0]);
	vt_closep(&out[1]);
	vt_closep(&errs[1]);
	if (rc < 0)
		close_pipes(p);
	return rc;
}

static int run_with_stderr(
	const struct vt_run *run, struct vt_str *errs, struct vt_err **err)
{
	VT_AUTO_PROC struct vt_proc child = VT_PROC_INIT;
	struct pipes p;
	/* the child may close its stdin before it has read all input */
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	int rc = start(&child, &p, run, err);
	if (rc == 0) {
		rc = pump(&child, &p, run, errs, err);
		close_pipes(&p);
	}
	signal(SIGPIPE, old);
	if (rc < 0) {
		vt_err_detail(err,
			errs->s ? vt_str_tail(errs->s, errs->len, TAIL_LINES)
				: NULL);
		return -1;
	}
	if (WIFSIGNALED(child.status)) {
		VT_AUTO_STR struct vt_str what = VT_STR_INIT;
		vt_proc_describe(child.status, &what);
		vt_err_set(err, VT_HOST, "'%s' was %s", run->argv[0], what.s);
		return -1;
	}
	return WEXITSTATUS(child.status);
}

char *vt_proc_find(const char *name)
{
	const char *env = getenv("PATH");
	VT_AUTO_STRV struct vt_strv dirs = VT_STRV_INIT;
	if (strchr(name, '/'))
		return access(name, X_OK) == 0 ? vt_strdup(name) : NULL;
	vt_str_split(env ? env : "/usr/bin:/bin", ':', &dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		char *path = vt_printf("%s/%s", dirs.v[i], name);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

char *vt_proc_sibling(const char *tool)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n < 0 ? 0 : n] = '\0';
	VT_AUTO_FREE char *dir = vt_fs_dirname(self);
	return vt_fs_join(dir, tool);
}

bool vt_proc_in_path(const char *name)
{
	VT_AUTO_FREE char *path = vt_proc_find(name);
	return path != NULL;
}

int vt_proc_run(const struct vt_run *run, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str errs = VT_STR_INIT;
	return run_with_stderr(run, &errs, err);
}

int vt_proc_check(const struct vt_run *run, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str errs = VT_STR_INIT, cmd = VT_STR_INIT;
	int rc = run_with_stderr(run, &errs, err);
	if (rc <= 0)
		return rc;
	vt_str_shjoin(&cmd, run->argv);
	if (cmd.len > 200) {
		cmd.len = 200;
		cmd.s[200] = '\0';
		vt_str_add(&cmd, "...");
	}
	vt_err_set(err, VT_HOST, "%s: exit status %d", cmd.s, rc);
	const struct vt_str *output =
		run->merge_stderr && run->out ? run->out : &errs;
	if (output->s)
		vt_err_detail(
			err, vt_str_tail(output->s, output->len, TAIL_LINES));
	return -1;
}
