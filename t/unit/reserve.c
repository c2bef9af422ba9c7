/* Memory reservation: decisions, limits of control groups, the queue. */
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "host/reserve.h"

static char *dir, *ledger;

/* Shared by the children. */
static struct {
	atomic_long held, most;     /* MiB */
	atomic_int turn, order[64]; /* who reserved as first, second... */
} * shared;

static void sleep_ms(int ms)
{
	poll(NULL, 0, ms);
}

/* A child that reserves memory.
 * @after_ms: how long it holds the memory; -1: until it is killed */
static pid_t guest(int number, long mib, int after_ms)
{
	pid_t pid = fork();
	if (pid)
		return pid;
	struct vt_reserve r = VT_RESERVE_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	int signal_fd = vt_signals_block(NULL);
	int rc = vt_reserve_take(&r, mib, signal_fd, &err);
	if (rc != 0)
		_exit(rc > 0 ? 100 + rc : (int)vt_err_status(err));
	atomic_store(
		&shared->order[atomic_fetch_add(&shared->turn, 1)], number);
	long now = atomic_fetch_add(&shared->held, mib) + mib;
	long most = atomic_load(&shared->most);
	while (now > most &&
		!atomic_compare_exchange_weak(&shared->most, &most, now))
		;
	sleep_ms(after_ms);
	atomic_fetch_sub(&shared->held, mib);
	vt_reserve_give(&r);
	_exit(0);
}

/* Wait up to 5 s until the process has a line with this state in the ledger. */
static bool in_state(pid_t pid, const char *state)
{
	for (int i = 0; i < 500; i++, sleep_ms(10)) {
		VT_AUTO_FREE char *text =
			vt_fs_read(ledger, 1 << 20, NULL, NULL);
		VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
		VT_AUTO_FREE char *start = vt_printf("%d ", (int)pid);
		vt_str_split(text ? text : "", '\n', &lines);
		for (size_t k = 0; k < lines.n; k++)
			if (vt_str_starts(lines.v[k], start) &&
				vt_str_ends(lines.v[k], state))
				return true;
	}
	return false;
}

/* Return: its exit status, 200 + signal, or -1 if it does not end within ms */
static int ended(pid_t pid, int ms)
{
	int status;
	for (int t = 0; t <= ms; t += 5, sleep_ms(5))
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 200 + WTERMSIG(status);
	return -1;
}

static void decisions(void)
{
	struct vt_reserve_owner o[] = {
		{.pid = 1, .mib = 3000, .holds = true, .used_mib = 1000},
		{.pid = 2, .mib = 4000, .holds = true, .used_mib = 5000},
		{.pid = 3, .mib = 2500},
		{.pid = 4, .mib = 10},
	};
	struct vt_ledger l = {.owners = o, .n = VT_COUNT(o)};
	struct vt_reserve_host host = {.ever_mib = 9000, .left_mib = 4500};
	is_int(vt_reserve_decide(&l, 2, &host, 0), VT_RESERVE_YES,
		"memory is available less what is reserved and unused");
	host.left_mib = 4499;
	is_int(vt_reserve_decide(&l, 2, &host, 0), VT_RESERVE_WAIT,
		"1 MiB too little: wait");
	is_int(vt_reserve_decide(&l, 3, &host, 0), VT_RESERVE_WAIT,
		"a small guest does not overtake a big one");
	is_int(vt_reserve_decide(&l, 2, &host, 70000), VT_RESERVE_NEVER,
		"no guest holds memory for too long: give up");
	o[3].mib = 9001;
	is_int(vt_reserve_decide(&l, 3, &host, 0), VT_RESERVE_NEVER,
		"more than the host has is refused at once");
	ok(vt_reserve_guest_mib(1024, VT_ACCEL_TCG) >
			vt_reserve_guest_mib(1024, VT_ACCEL_KVM),
		"QEMU needs more under TCG");
	host.left_mib = 4500;
	o[0].emulated = o[1].emulated = o[2].emulated = true;
	host.emulated = 3;
	is_int(vt_reserve_decide(&l, 2, &host, 0), VT_RESERVE_YES,
		"a third emulated guest, where three may run");
	host.emulated = 2;
	is_int(vt_reserve_decide(&l, 2, &host, 70000), VT_RESERVE_WAIT,
		"where two may run it waits");
	o[2].emulated = false;
	is_int(vt_reserve_decide(&l, 2, &host, 0), VT_RESERVE_YES,
		"one that is not emulated does not");
}

/* Versions of vt that do not know of emulated guests read the same lines. */
static void old_readers(void)
{
	struct vt_reserve r = VT_RESERVE_INIT;
	int pid;
	unsigned long long start;
	long mib;
	char state[8] = "";
	r.emulated = true;
	is_int(vt_reserve_take(&r, 10, -1, NULL), 0, "an emulated guest");
	VT_AUTO_FREE char *text = vt_fs_read(ledger, 1000, NULL, NULL);
	ok(text &&
			sscanf(text, "%d %llu %ld %7s", &pid, &start, &mib,
				state) == 4 &&
			mib == 10 && !strcmp(state, "holding"),
		"its line is read by an older vt");
	vt_reserve_give(&r);
}

static void put(const char *path, const char *text)
{
	VT_AUTO_FREE char *file = vt_fs_join(dir, path);
	VT_AUTO_FREE char *parent = vt_fs_dirname(file);
	vt_fs_mkdirs(parent, 0755, NULL);
	vt_fs_write(file, text, strlen(text), 0644, NULL);
}

static void groups(void)
{
	VT_AUTO_FREE char *root = vt_fs_join(dir, "cg");
	long limit = 9000, left = 8000;
	put("cg/a/memory.max", "2147483648\n");
	put("cg/a/memory.current", "1610612736\n");
	put("cg/a/memory.stat", "anon 5\nfile 9\ninactive_file 268435456\n"
				"active_file 268435456\n");
	put("cg/a/b/memory.max", "max\n");
	put("cg/a/b/memory.high", "max\n");
	put("cg/a/b/memory.current", "9\n");
	vt_reserve_cgroup(root, "1:cpu:/\n0::/a/b\n", &limit, &left);
	is_int(limit, 2048, "v2: the limit of a group above ours");
	is_int(left, 1024, "v2: the page cache does not count as used");
	put("cg/a/b/memory.high", "1073741824\n");
	vt_reserve_cgroup(root, "0::/a/b\n", &limit, &left);
	is_int(limit, 1024, "v2: a group is slowed down above memory.high");
	limit = left = 9000;
	vt_reserve_cgroup(root, "0::/of/the/host/a\n", &limit, &left);
	is_int(limit, 9000, "v2: a group that does not exist here");

	put("cg/memory/memory.limit_in_bytes", "1073741824\n");
	put("cg/memory/memory.usage_in_bytes", "536870912\n");
	put("cg/memory/memory.stat", "total_inactive_file 0\n");
	put("cg/memory/c/memory.limit_in_bytes", "9223372036854771712\n");
	put("cg/memory/c/memory.usage_in_bytes", "1\n");
	limit = left = 9000;
	vt_reserve_cgroup(root, "4:cpu,memory:/c\n", &limit, &left);
	is_int(limit, 1024, "v1: the limit of the root");
	is_int(left, 512, "v1: less its usage");
	limit = left = 9000;
	vt_reserve_cgroup(
		root, "4:memory:/docker/x\n3:cpu:/c\n", &limit, &left);
	is_int(limit, 1024, "v1: in a container, the mounted group");
}

static void this_host(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_reserve_host host;
	is_int(vt_reserve_host_read(&host, &err), 0, "this host");
	ok(host.ever_mib > 0 && host.left_mib < host.ever_mib &&
			!host.simulated,
		"has %ld MiB, %ld left", host.ever_mib, host.left_mib);
	/* a child stands for QEMU */
	int ready[2];
	pid_t pid = pipe(ready) == 0 ? fork() : -1;
	if (pid == 0) {
		memset(vt_alloc(64 << 20), 1, 64 << 20);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	char c;
	is_int(read(ready[0], &c, 1), 1, "a child uses 64 MiB");
	struct vt_reserve_owner o = {.pid = getpid(), .mib = 99, .holds = true};
	struct vt_ledger l = {.owners = &o, .n = 1};
	vt_reserve_host_usage(&host, &l);
	ok(o.used_mib >= 64, "its usage is counted (%ld MiB)", o.used_mib);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void many(void)
{
	enum { N = 30 };
	pid_t pids[N];
	bool all = true, in_order = true;
	memset(shared, 0, sizeof(*shared));
	for (int i = 0; i < N; i++) {
		pids[i] = guest(i, 300, 150);
		/* waiting or holding: the order of arrival is known */
		in_state(pids[i], "ing");
	}
	for (int i = 0; i < N; i++)
		all = ended(pids[i], 20000) == 0 && all;
	ok(all, "30 guests of 300 MiB on a host of 1000: all run");
	ok(shared->most > 600 && shared->most <= 1000,
		"never more than 1000 MiB at a time (%ld)", shared->most);
	/* Three run at once. One that a busy host delays before it takes its
	 * number may be overtaken by the next three. */
	for (int i = 0; i < N; i++)
		in_order = abs(shared->order[i] - i) < 6 && in_order;
	ok(in_order, "in order of arrival");
	ok(!vt_fs_exists(ledger), "the ledger is removed with its last line");
}

static void big_one(void)
{
	memset(shared, 0, sizeof(*shared));
	pid_t first = guest(0, 600, -1);
	ok(in_state(first, "holding"), "one guest holds memory");
	pid_t big = guest(1, 900, 50);
	ok(in_state(big, "waiting"), "a big guest waits");
	pid_t small = guest(2, 200, 50); /* not beside the big one */
	ok(in_state(small, "waiting"),
		"a small guest waits behind it, although it would fit");
	sleep_ms(300);
	is_int(shared->turn, 1, "neither has started");
	kill(first, SIGKILL);
	is_int(ended(first, 1000), 209, "the holder is killed");
	is_int(ended(big, 2000), 0, "the big guest runs");
	is_int(ended(small, 2000), 0, "the small guest runs");
	is_int(shared->order[1], 1, "in this order");
}

static void stopped(void)
{
	pid_t first = guest(0, 1000, -1);
	ok(in_state(first, "holding"), "one guest holds all memory");
	pid_t second = guest(1, 500, 50), third = guest(2, 600, 50);
	ok(in_state(second, "waiting") && in_state(third, "waiting"),
		"two wait");
	kill(second, SIGTERM);
	is_int(ended(second, 1000), 100 + SIGTERM, "TERM ends a wait at once");
	pid_t fourth = guest(3, 400, -1);
	ok(in_state(fourth, "waiting"), "a third waits");
	kill(third, SIGKILL);
	ended(third, 1000);
	/* it is not reaped yet: a zombie counts as dead */
	kill(first, SIGKILL);
	ok(in_state(fourth, "holding"), "lines of killed guests are dropped");
	ended(first, 1000);
	kill(fourth, SIGKILL);
	ended(fourth, 1000);
	is_int(ended(guest(4, 1001, 0), 500), VT_HOST,
		"more than the host has: refused");
	ok(!vt_fs_exists(ledger), "every run removes the lines of dead ones");
}

static void quiet(void)
{
	struct rusage before, after;
	pid_t first = guest(0, 1000, -1);
	ok(in_state(first, "holding"), "one guest holds all memory");
	getrusage(RUSAGE_CHILDREN, &before);
	pid_t second = guest(1, 500, 0);
	ok(in_state(second, "waiting"), "another waits");
	sleep_ms(2000);
	kill(second, SIGINT);
	is_int(ended(second, 1000), 100 + SIGINT, "INT ends its wait");
	getrusage(RUSAGE_CHILDREN, &after);
	long us = (after.ru_utime.tv_sec - before.ru_utime.tv_sec +
			  after.ru_stime.tv_sec - before.ru_stime.tv_sec) *
			  1000000 +
		  after.ru_utime.tv_usec - before.ru_utime.tv_usec +
		  after.ru_stime.tv_usec - before.ru_stime.tv_usec;
	ok(us < 100000, "2 s in the queue cost %ld us of CPU time", us);
	kill(first, SIGKILL);
	ended(first, 1000);
}

static void hostile(void)
{
	VT_AUTO_FREE char *where = vt_fs_join(dir, "vt");
	VT_AUTO_FREE char *elsewhere = vt_fs_join(dir, "elsewhere");
	is_int(ended(guest(0, 10, 0), 1000), 0, "the ledger is free again");
	vt_fs_rmtree(where, NULL);
	vt_fs_mkdirs(elsewhere, 0700, NULL);
	ok(symlink("elsewhere", where) == 0, "the directory is a symlink");
	is_int(ended(guest(0, 10, 0), 1000), VT_HOST, "is not followed");
	unlink(where);
	ok(mkdir(where, 0700) == 0 && chmod(where, 0777) == 0,
		"the directory has mode 0777");
	is_int(ended(guest(0, 10, 0), 1000), VT_HOST, "is not used");
	chmod(where, 0700);
	ok(symlink("../elsewhere/f", ledger) == 0, "the file is a symlink");
	is_int(ended(guest(0, 10, 0), 1000), VT_HOST, "is not followed");
	unlink(ledger);
	if (geteuid() == 0) {
		ok(chown(where, 12345, 12345) == 0, "another user's directory");
		is_int(ended(guest(0, 10, 0), 1000), VT_HOST, "is not used");
		vt_fs_rmtree(where, NULL);
	} else {
		skip("another user's directory", "not root");
	}
	VT_AUTO_FREE char *text = vt_printf("nonsense\n1 2 3 holding\n"
					    "%d 7 900 holding\n\n-5 1 1 x\n99",
		(int)getpid());
	put("vt/memory", text);
	chmod(where, 0700);
	is_int(ended(guest(0, 1000, 0), 1000), 0,
		"truncated lines and those of dead owners do not count");
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-reserve", NULL);
	ledger = vt_fs_join(dir, "vt/memory");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	setenv("XDG_RUNTIME_DIR", dir, 1);
	decisions();
	groups();
	this_host();
	setenv("VT_TEST_HOST_MIB", "1000", 1);
	old_readers();
	many();
	big_one();
	stopped();
	quiet();
	hostile();
	vt_fs_rmtree(dir, NULL);
	free(ledger);
	free(dir);
	return done_testing();
}
