#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"

static struct vt_str log_text = VT_STR_INIT;
enum { LOG_MAX = 4 << 20, TAIL_KEPT = 4096, TAIL_LINES = 15 };

static void put(const char *s, size_t len)
{
	if (log_text.len < LOG_MAX)
		vt_str_addn(&log_text, s, len);
	while (len) {
		ssize_t n = write(STDERR_FILENO, s, len);
		if (n <= 0)
			return; /* go on without a console */
		s += n;
		len -= (size_t)n;
	}
}

void say(const char *fmt, ...)
{
	VT_AUTO_FREE char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	VT_AUTO_FREE char *line = vt_printf("%s\n", text);
	put(line, strlen(line));
}

const char *step_log(void)
{
	return vt_str_c(&log_text);
}

/* A file with the input of a command; -1 on failure. */
static int input_file(const char *text, struct vt_err **err)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0)
		return vt_err_errno(err, "cannot store the input of a command");
	if (vt_fs_write_all(fd, text, strlen(text), err) < 0 ||
		lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Copy available output. Return: whether more can follow. */
static bool pass_on(int fd, struct vt_str *tail)
{
	char buf[8192];
	ssize_t n = read(fd, buf, sizeof(buf));
	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	put(buf, (size_t)n);
	vt_str_addn(tail, buf, (size_t)n);
	if (tail->len > (size_t)2 * TAIL_KEPT) {
		memmove(tail->s, tail->s + tail->len - TAIL_KEPT, TAIL_KEPT);
		tail->len = TAIL_KEPT;
		tail->s[tail->len] = '\0';
	}
	return true;
}

/* Copy output until the command has ended and the pipe is empty. A process that
 * it left behind may hold the pipe open: it is not waited for. */
static int watch(
	struct vt_proc *child, int fd, struct vt_str *tail, struct vt_err **err)
{
	for (bool more = true;;) {
		struct pollfd fds[] = {
			{.fd = more ? fd : -1, .events = POLLIN},
			{.fd = child->pidfd, .events = POLLIN},
		};
		if (poll(fds, VT_COUNT(fds), -1) < 0) {
			if (errno == EINTR)
				continue;
			return vt_err_errno(err, "poll");
		}
		if (fds[0].revents)
			more = pass_on(fd, tail);
		else if (fds[1].revents)
			return vt_proc_wait(child, -1, err) < 0 ? -1 : 0;
	}
}

static int run(struct vt_spawn *how, struct vt_str *tail, int *status,
	struct vt_err **err)
{
	VT_AUTO_PROC struct vt_proc child = VT_PROC_INIT;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return vt_err_errno(err, "cannot create a pipe");
	VT_AUTO_CLOSE int from = ends[0];
	fcntl(ends[1], F_SETFL, 0); /* writes of the command block */
	how->out = how->errfd = ends[1];
	int rc = vt_proc_spawn(&child, how, err);
	close(ends[1]);
	if (rc == 0)
		rc = watch(&child, from, tail, err);
	*status = child.status;
	return rc;
}

int step_argv(char *const *argv, const char *input, const char *env,
	struct vt_err **err)
{
	VT_AUTO_STR struct vt_str cmd = VT_STR_INIT, tail = VT_STR_INIT,
				  how_ended = VT_STR_INIT;
	VT_AUTO_FREE char *copy = vt_strdup(env);
	char *envv[] = {copy, NULL};
	VT_AUTO_CLOSE int in = input ? input_file(input, err) : -1;
	if (input && in < 0)
		return -1;
	struct vt_spawn how = {
		.argv = argv, .env = envv, .in = in < 0 ? 0 : in};
	int status = 0;
	vt_str_shjoin(&cmd, argv);
	say("+ %s", cmd.s);
	uint64_t start = vt_now_ms();
	if (run(&how, &tail, &status, err) < 0)
		return -1;
	uint64_t took = vt_now_ms() - start;
	if (took >= 1000)
		say("  %.1f s", (double)took / 1000);
	if (status == 0)
		return 0;
	vt_proc_describe(status, &how_ended);
	vt_err_set(err, VT_FAILED, "%.200s: %s", cmd.s, how_ended.s);
	if (tail.len)
		vt_err_detail(err, vt_str_tail(tail.s, tail.len, TAIL_LINES));
	return -1;
}

static void collect(struct vt_strv *argv, const char *cmd, va_list ap)
{
	for (const char *s = cmd; s; s = va_arg(ap, const char *))
		vt_strv_add(argv, s);
}

int step(struct vt_err **err, const char *cmd, ...)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	va_list ap;
	va_start(ap, cmd);
	collect(&argv, cmd, ap);
	va_end(ap);
	return step_argv(argv.v, NULL, NULL, err);
}

char *step_output(struct vt_err **err, const char *cmd, ...)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	va_list ap;
	va_start(ap, cmd);
	collect(&argv, cmd, ap);
	va_end(ap);
	struct vt_run run = {.argv = argv.v, .out = &out};
	if (vt_proc_check(&run, err) < 0)
		return NULL;
	while (out.len && out.s[out.len - 1] == '\n')
		out.s[--out.len] = '\0';
	return vt_str_take(&out);
}
