/* Room: memory of the host, in turn. */
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

/* What the children do, seen by all. */
static struct {
	atomic_long held, most;
	atomic_int turn, order[64];
} * shared;

static void sleep_ms(int ms)
{
	poll(NULL, 0, ms);
}

/* @after_ms: how long it holds; -1: until it is killed */
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

/* Until the ledger has a line that says so, within 5 s. */
static bool says(pid_t pid, const char *state)
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

/* Its exit status, or -1 when it does not end within `ms`. */
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
		"what is promised and unused is not free, the rest is");
	host.left_mib = 4499;
	is_int(vt_reserve_decide(&l, 2, &host, 0), VT_RESERVE_WAIT,
		"no MiB more");
	is_int(vt_reserve_decide(&l, 3, &host, 0), VT_RESERVE_WAIT,
		"a small one does not pass a big one");
	is_int(vt_reserve_decide(&l, 2, &host, 70000), VT_RESERVE_NEVER,
		"nothing will come: no use to wait");
	o[3].mib = 9001;
	is_int(vt_reserve_decide(&l, 3, &host, 0), VT_RESERVE_NEVER,
		"more than the host has is refused at once, whoever waits");
	ok(vt_reserve_guest_mib(1024, VT_ACCEL_TCG) >
			vt_reserve_guest_mib(1024, VT_ACCEL_KVM),
		"QEMU needs more under TCG");
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
	is_int(left, 1024, "v2: its files' pages give way");
	put("cg/a/b/memory.high", "1073741824\n");
	vt_reserve_cgroup(root, "0::/a/b\n", &limit, &left);
	is_int(limit, 1024, "v2: a group is slowed down above memory.high");
	limit = left = 9000;
	vt_reserve_cgroup(root, "0::/of/the/host/a\n", &limit, &left);
	is_int(limit, 9000, "v2: a group that cannot be seen");

	put("cg/memory/memory.limit_in_bytes", "1073741824\n");
	put("cg/memory/memory.usage_in_bytes", "536870912\n");
	put("cg/memory/memory.stat", "total_inactive_file 0\n");
	put("cg/memory/c/memory.limit_in_bytes", "9223372036854771712\n");
	put("cg/memory/c/memory.usage_in_bytes", "1\n");
	limit = left = 9000;
	vt_reserve_cgroup(root, "4:cpu,memory:/c\n", &limit, &left);
	is_int(limit, 1024, "v1: the limit of the root");
	is_int(left, 512, "v1: less what is used");
	limit = left = 9000;
	vt_reserve_cgroup(
		root, "4:memory:/docker/x\n3:cpu:/c\n", &limit, &left);
	is_int(limit, 1024, "v1: in a container, what is mounted");
}

static void this_host(void)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	struct vt_reserve_host host;
	is_int(vt_reserve_host_read(&host, &err), 0, "this host");
	ok(host.ever_mib > 0 && host.left_mib < host.ever_mib &&
			!host.pretended,
		"has %ld MiB, %ld left", host.ever_mib, host.left_mib);
	/* a child that has 64 MiB, as a guest would */
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
	ok(o.used_mib >= 64, "which is seen (%ld)", o.used_mib);
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
		says(pids[i], "ing"); /* arrivals that have an order */
	}
	for (int i = 0; i < N; i++)
		all = ended(pids[i], 20000) == 0 && all;
	ok(all, "30 guests of 300 MiB on a host of 1000: all had their turn");
	ok(shared->most > 600 && shared->most <= 1000,
		"never more than the room (%ld)", shared->most);
	/* Three start at once, and one that a busy host lets wait before it
	 * says so may be passed by the next three. */
	for (int i = 0; i < N; i++)
		in_order = abs(shared->order[i] - i) < 6 && in_order;
	ok(in_order, "in order of arrival");
	ok(!vt_fs_exists(ledger), "the ledger goes with its last line");
}

static void big_one(void)
{
	memset(shared, 0, sizeof(*shared));
	pid_t first = guest(0, 600, -1);
	ok(says(first, "holding"), "one holds");
	pid_t big = guest(1, 900, 50);
	ok(says(big, "waiting"), "a big one waits");
	pid_t small = guest(2, 200, 50); /* not beside the big one */
	ok(says(small, "waiting"),
		"a small one behind it, though it would fit");
	sleep_ms(300);
	is_int(shared->turn, 1, "nobody has passed");
	kill(first, SIGKILL);
	is_int(ended(first, 1000), 209, "the holder is killed");
	is_int(ended(big, 2000), 0, "the big one has its turn");
	is_int(ended(small, 2000), 0, "and then the small one");
	is_int(shared->order[1], 1, "in this order");
}

static void stopped(void)
{
	pid_t first = guest(0, 1000, -1);
	ok(says(first, "holding"), "one holds all");
	pid_t second = guest(1, 500, 50), third = guest(2, 600, 50);
	ok(says(second, "waiting") && says(third, "waiting"), "two wait");
	kill(second, SIGTERM);
	is_int(ended(second, 1000), 100 + SIGTERM, "TERM ends a wait at once");
	pid_t fourth = guest(3, 400, -1);
	ok(says(fourth, "waiting"), "one more waits");
	kill(third, SIGKILL);
	ended(third, 1000);
	/* not reaped by anybody: a zombie is dead as well */
	kill(first, SIGKILL);
	ok(says(fourth, "holding"), "both killed: their places are free");
	ended(first, 1000);
	kill(fourth, SIGKILL);
	ended(fourth, 1000);
	is_int(ended(guest(4, 1001, 0), 500), VT_HOST, "more than there is");
	ok(!vt_fs_exists(ledger), "whoever looks strikes off the dead");
}

static void quiet(void)
{
	struct rusage before, after;
	pid_t first = guest(0, 1000, -1);
	ok(says(first, "holding"), "one holds all");
	getrusage(RUSAGE_CHILDREN, &before);
	pid_t second = guest(1, 500, 0);
	ok(says(second, "waiting"), "another waits");
	sleep_ms(2000);
	kill(second, SIGINT);
	is_int(ended(second, 1000), 100 + SIGINT, "until INT");
	getrusage(RUSAGE_CHILDREN, &after);
	long us = (after.ru_utime.tv_sec - before.ru_utime.tv_sec +
			  after.ru_stime.tv_sec - before.ru_stime.tv_sec) *
			  1000000 +
		  after.ru_utime.tv_usec - before.ru_utime.tv_usec +
		  after.ru_stime.tv_usec - before.ru_stime.tv_usec;
	ok(us < 100000, "2 s in the queue take %ld us of a core", us);
	kill(first, SIGKILL);
	ended(first, 1000);
}

static void hostile(void)
{
	VT_AUTO_FREE char *where = vt_fs_join(dir, "vt");
	VT_AUTO_FREE char *elsewhere = vt_fs_join(dir, "elsewhere");
	is_int(ended(guest(0, 10, 0), 1000), 0, "the dead of before are gone");
	vt_fs_rmtree(where, NULL);
	vt_fs_mkdirs(elsewhere, 0700, NULL);
	ok(symlink("elsewhere", where) == 0, "a symlink in its place");
	is_int(ended(guest(0, 10, 0), 1000), VT_HOST, "is not followed");
	unlink(where);
	ok(mkdir(where, 0700) == 0 && chmod(where, 0777) == 0,
		"a directory open to all");
	is_int(ended(guest(0, 10, 0), 1000), VT_HOST, "is not used");
	chmod(where, 0700);
	ok(symlink("../elsewhere/f", ledger) == 0, "the file a symlink");
	is_int(ended(guest(0, 10, 0), 1000), VT_HOST, "is not followed");
	unlink(ledger);
	if (geteuid() == 0) {
		ok(chown(where, 12345, 12345) == 0, "somebody else's");
		is_int(ended(guest(0, 10, 0), 1000), VT_HOST, "is not used");
		vt_fs_rmtree(where, NULL);
	} else {
		skip("somebody else's directory", "not root");
	}
	VT_AUTO_FREE char *text = vt_printf("nonsense\n1 2 3 holding\n"
					    "%d 7 900 holding\n\n-5 1 1 x\n99",
		(int)getpid());
	put("vt/room", text);
	chmod(where, 0700);
	is_int(ended(guest(0, 1000, 0), 1000), 0,
		"cut lines and those of dead owners do not count");
}

int main(void)
{
	dir = vt_fs_tmpdir("vt-room", NULL);
	ledger = vt_fs_join(dir, "vt/room");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	setenv("XDG_RUNTIME_DIR", dir, 1);
	decisions();
	groups();
	this_host();
	setenv("VT_TEST_ROOM_MIB", "1000", 1);
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
