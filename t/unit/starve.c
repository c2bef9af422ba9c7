/* What the host gives QEMU: the decision, and a process that gets little. */
#include "qemu/starve.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"

#include "../tap.h"

static bool judge(
	uint64_t ran, uint64_t waited, uint64_t total, uint64_t stolen)
{
	const struct vt_starve_counts from = {7, 8, 9, 1};
	const struct vt_starve_counts to = {
		7 + ran, 8 + waited, 9 + total, 1 + stolen};
	return vt_starve_judge(&from, &to);
}

static void decisions(void)
{
	const uint64_t s = 1000000000;
	ok(!judge(5 * s, 0, 500, 0), "a guest that runs");
	ok(!judge(s, 4 * s, 500, 0), "a busy host");
	ok(judge(s, 8 * s, 500, 0), "a host that gives a ninth");
	ok(!judge(s / 100, s / 5, 500, 0), "an idle guest");
	ok(judge(s, 0, 500, 450), "a hypervisor that takes most");
	ok(!judge(s, 0, 500, 100), "one that takes a little");
	ok(!judge(0, 0, 500, 500), "an idle guest does not miss it");
}

/* A process that spins with this niceness on the first processor. */
static pid_t spin(int niceness)
{
	pid_t pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (nice(niceness) == -1)
		_exit(1);
	for (;;)
		;
}

static void starved(void)
{
	cpu_set_t all, one;
	int cpu = 0;
	sched_getaffinity(0, sizeof(all), &all);
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
	pid_t busy = spin(0), qemu = spin(19);
	struct vt_starve s = {.pid = qemu};
	ok(!vt_starve_look(&s), "the first look says nothing");
	bool seen = false;
	for (int i = 0; !seen && i < 100; i++) {
		usleep(500000);
		seen = vt_starve_look(&s);
	}
	ok(seen, "a process with another in its way is starved");
	kill(busy, SIGKILL);
	kill(qemu, SIGKILL);
	waitpid(busy, NULL, 0);
	waitpid(qemu, NULL, 0);
	ok(!vt_starve_look(&s), "one that has ended is not");
}

int main(void)
{
	decisions();
	if (access("/proc/self/schedstat", R_OK) == 0)
		starved();
	else
		skip("a starved process", "no /proc/PID/schedstat");
	return done_testing();
}
