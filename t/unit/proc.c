/* base/proc.h: exit status, output and timeout of children, and that they end
 * with their parent. base/cleanup.h: temporary files are removed on a signal.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/tmp.h"

static void output(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	char *argv[] = {"sh", "-c", "cat; echo \"$X\"; exit 3", NULL};
	char *env[] = {"X=y", NULL};
	struct vt_run run = {.argv = argv,
		.env = env,
		.out = &out,
		.input = "in ",
		.input_len = 3};
	is_int(vt_proc_run(&run, &err), 3, "the exit status");
	is_str(out.s, "in y\n", "stdin, environment, stdout");
}

static void big(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	size_t len = 3 << 20;
	VT_AUTO_FREE char *in = vt_alloc(len);
	memset(in, 'x', len);
	char *argv[] = {"cat", NULL};
	struct vt_run run = {
		.argv = argv, .out = &out, .input = in, .input_len = len};
	is_int(vt_proc_run(&run, &err), 0, "3 MiB through cat");
	ok(out.len == len && !memcmp(out.s, in, len), "the output is complete");
	run.max_output = 1000;
	is_int(vt_proc_run(&run, &err), -1, "too much output");
	is_int(vt_err_status(err), VT_HOST, "is a host error");
}

static void failures(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	char *fails[] = {
		"sh", "-c", "echo one >&2; echo two >&2; exit 5", NULL};
	is_int(vt_proc_check(&(struct vt_run){.argv = fails}, &err), -1,
		"vt_proc_check() fails");
	ok(err && strstr(err->msg, "exit status 5"),
		"the message has the exit status");
	is_str(err->detail, "one\ntwo\n",
		"and the detail the last lines of stderr");
	char *absent[] = {"vt-no-such-command", NULL};
	is_int(vt_proc_check(&(struct vt_run){.argv = absent}, &err), -1,
		"a missing command");
	ok(strstr(err->msg, "vt-no-such-command") != NULL,
		"is named in the message");
	char *slow[] = {"sleep", "60", NULL};
	uint64_t start = vt_now_ms();
	struct vt_run run = {.argv = slow, .timeout_ms = 200};
	is_int(vt_proc_run(&run, &err), -1, "a command that takes too long");
	is_int(vt_err_status(err), VT_TIMEOUT, "is a timeout");
	ok(vt_now_ms() - start < 3000, "in time");
	char *dies[] = {"sh", "-c", "kill -9 $$", NULL};
	is_int(vt_proc_run(&(struct vt_run){.argv = dies}, &err), -1,
		"a command killed by a signal");
	ok(strstr(err->msg, "signal 9") != NULL, "the message has the signal");
}

static bool alive(pid_t pid)
{
	return kill(pid, 0) == 0;
}

static bool gone_within(pid_t pid, int ms)
{
	for (; ms > 0 && alive(pid); ms -= 10)
		usleep(10000);
	return !alive(pid);
}

/* A process that has a child is killed: the child must end as well. */
static void parent_killed(void)
{
	int pipefd[2];
	if (pipe(pipefd) < 0)
		return;
	pid_t middle = fork();
	if (middle == 0) {
		struct vt_proc p;
		char *argv[] = {"sleep", "60", NULL};
		if (vt_proc_spawn(&p, &(struct vt_spawn){.argv = argv}, NULL))
			_exit(1);
		if (write(pipefd[1], &p.pid, sizeof(p.pid)) < 0)
			_exit(1);
		pause();
		_exit(0);
	}
	pid_t child = 0;
	ok(read(pipefd[0], &child, sizeof(child)) == sizeof(child) &&
			alive(child),
		"a child runs");
	kill(middle, SIGKILL);
	waitpid(middle, NULL, 0);
	ok(gone_within(child, 2000), "and ends when its parent is killed");
	close(pipefd[0]);
	close(pipefd[1]);
}

static void stop(void)
{
	struct vt_proc p;
	char *stubborn[] = {"sh", "-c",
		"trap '' TERM; sleep 60 & echo; while :; do sleep 1; done",
		NULL};
	int fds[2];
	if (pipe(fds) < 0)
		return;
	struct vt_spawn how = {.argv = stubborn, .out = fds[1]};
	is_int(vt_proc_spawn(&p, &how, NULL), 0,
		"a child that ignores SIGTERM");
	char c;
	ok(read(fds[0], &c, 1) == 1, "has started");
	uint64_t start = vt_now_ms();
	vt_proc_stop(&p, 300);
	ok(p.reaped && WIFSIGNALED(p.status) && WTERMSIG(p.status) == SIGKILL,
		"is killed after the grace period");
	ok(vt_now_ms() - start < 2000, "in time");
	close(fds[1]);
	ok(read(fds[0], &c, 1) == 0, "its own child has ended as well");
	close(fds[0]);
}

/* A signal removes the temporary files of a tool without an event loop. */
static void temporaries(void)
{
	VT_AUTO_FREE char *dir = vt_fs_tmpdir("vt-unit", NULL);
	VT_AUTO_FREE char *path = vt_fs_join(dir, "out");
	pid_t pid = fork();
	if (pid == 0) {
		struct vt_tmp t;
		if (vt_tmp_open(&t, path, 0644, NULL) < 0)
			_exit(1);
		raise(SIGTERM);
		_exit(2);
	}
	int status = 0;
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
		"the tool ends by the signal");
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	vt_fs_list(dir, &names, NULL);
	is_int((long long)names.n, 0, "and leaves no temporary file");
	vt_fs_rmtree(dir, NULL);
	ok(!vt_fs_exists(dir), "the directory is removed");
}

int main(void)
{
	output();
	big();
	failures();
	parent_killed();
	stop();
	temporaries();
	return done_testing();
}
