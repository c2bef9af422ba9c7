#include "host/reserve.h"

#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "qemu/machine.h"

enum {
	/* Pause after an event before looking again: a process closes its
	 * files first, and only then do it and its guest free their memory. */
	SETTLE_MS = 100,
	/* Poll intervals: for the first in the queue, because other programs
	 * may free memory too, and for those behind it. */
	FIRST_MS = 1000,
	QUEUE_MS = 10000,
	/* How long to wait when no run of vt holds memory and there is still
	 * too little: processes that have just ended, and other programs, may
	 * free some. */
	IDLE_LIMIT_MS = 60000,
};

/* What QEMU 7.2 needs in addition to the guest's memory and the cache of
 * translated code: measured 94 MiB in an installation with two processors, 65
 * in a boot, 43 with an idle guest. */
enum { QEMU_MIB = 112 };

long vt_reserve_guest_mib(long mem_mib, enum vt_accel accel)
{
	return mem_mib + QEMU_MIB +
	       (accel == VT_ACCEL_KVM ? 0 : VT_TCG_CACHE_MIB);
}

/* State of one call of vt_reserve_take(). */
struct queue {
	struct vt_reserve *reserve;
	long mib;
	int signal_fd;
	uint64_t since_ms, idle_since_ms;
	bool announced; /* the message "waiting for ..." was printed */
	bool first;     /* in the queue */
	bool woken;     /* by a change of the ledger */
};

static long reserved_mib(const struct vt_ledger *l, bool unused_only)
{
	long sum = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct vt_reserve_owner *o = &l->owners[i];
		long used = unused_only ? o->used_mib : 0;
		if (o->holds && used < o->mib)
			sum += o->mib - used;
	}
	return sum;
}

static long free_mib(
	const struct vt_ledger *l, const struct vt_reserve_host *host)
{
	long reserved = reserved_mib(l, true);
	return host->left_mib > reserved ? host->left_mib - reserved : 0;
}

static size_t holders(const struct vt_ledger *l)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++)
		n += l->owners[i].holds;
	return n;
}

/* How many wait ahead of the owner `self`. */
static size_t ahead(const struct vt_ledger *l, size_t self)
{
	size_t n = 0;
	for (size_t i = 0; i < self; i++)
		n += !l->owners[i].holds;
	return n;
}

static long emulated_guests(const struct vt_ledger *l)
{
	long n = 0;
	for (size_t i = 0; i < l->n; i++)
		n += l->owners[i].holds && l->owners[i].emulated;
	return n;
}

/* Whether only the number of emulated guests keeps the owner from starting. */
static bool needs_processor(const struct vt_ledger *l, size_t self,
	const struct vt_reserve_host *host)
{
	return l->owners[self].emulated && host->emulated &&
	       emulated_guests(l) >= host->emulated;
}

enum vt_reserve_answer vt_reserve_decide(const struct vt_ledger *l, size_t self,
	const struct vt_reserve_host *host, uint64_t idle_ms)
{
	long mib = l->owners[self].mib;
	if (mib > host->ever_mib)
		return VT_RESERVE_NEVER;
	if (ahead(l, self) || needs_processor(l, self, host))
		return VT_RESERVE_WAIT;
	if (mib <= free_mib(l, host))
		return VT_RESERVE_YES;
	return idle_ms < IDLE_LIMIT_MS ? VT_RESERVE_WAIT : VT_RESERVE_NEVER;
}

static void announce_wait(
	struct queue *q, const struct vt_reserve_host *host, size_t self)
{
	const struct vt_ledger *l = &q->reserve->ledger;
	VT_AUTO_STR struct vt_str others = VT_STR_INIT;
	size_t n = holders(l), before = ahead(l, self);
	if (q->announced)
		return;
	q->announced = true;
	if (n)
		vt_str_addf(&others, "; %zu guest%s reserved %ld MiB (pid", n,
			n == 1 ? " has" : "s have", reserved_mib(l, false));
	for (size_t i = 0; n && i < l->n; i++)
		if (l->owners[i].holds)
			vt_str_addf(&others, " %d", (int)l->owners[i].pid);
	if (n)
		vt_str_add(&others, ")");
	if (before)
		vt_str_addf(&others, "; %zu guest%s ahead in the queue", before,
			before == 1 ? "" : "s");
	if (!before && needs_processor(l, self, host))
		vt_log_info("waiting for a processor: %ld emulated guests run "
			    "on %ld processors (setting GUESTS_PER_CPU)%s",
			emulated_guests(l), host->cpus, vt_str_c(&others));
	else
		vt_log_info("waiting for memory: the guest needs %ld MiB, %ld "
			    "MiB are "
			    "available%s",
			q->mib, free_mib(l, host), vt_str_c(&others));
}

static int never(const struct queue *q, const struct vt_reserve_host *host,
	struct vt_err **err)
{
	static const char advice[] = "reduce the guest's memory ('mem' of the "
				     "test, VT_VMRAM, --mem)";
	const struct vt_ledger *l = &q->reserve->ledger;
	if (q->mib > host->ever_mib)
		return vt_err_set(err, VT_HOST,
			"the guest needs %ld MiB of memory (including QEMU "
			"itself), but this host can provide at most %ld MiB: "
			"%s",
			q->mib, host->ever_mib, advice);
	return vt_err_set(err, VT_HOST,
		"the guest needs %ld MiB of memory (including QEMU itself), "
		"but only %ld MiB are available although no other guest is "
		"running: end other programs, or %s",
		q->mib, free_mib(l, host), advice);
}

/* Reserve if it is our turn; the ledger is locked. Return: 0 reserved, 1 wait,
 * -1 error */
static int try_reserve(struct queue *q, struct vt_err **err)
{
	struct vt_ledger *l = &q->reserve->ledger;
	struct vt_reserve_host host;
	if (vt_reserve_host_read(&host, err) < 0)
		return -1;
	vt_reserve_host_usage(&host, l);
	size_t self = vt_ledger_self(l);
	bool joined = self == l->n;
	if (joined) {
		self = vt_ledger_join(l, q->mib);
		l->owners[self].emulated = q->reserve->emulated;
	}
	uint64_t now = vt_now_ms();
	if (holders(l))
		q->idle_since_ms = now;
	switch (vt_reserve_decide(l, self, &host, now - q->idle_since_ms)) {
	case VT_RESERVE_YES:
		l->owners[self].holds = true;
		return vt_ledger_store(l, err);
	case VT_RESERVE_NEVER:
		return never(q, &host, err);
	case VT_RESERVE_WAIT:
		break;
	}
	q->first = !ahead(l, self);
	announce_wait(q, &host, self);
	if ((joined || l->changed) && vt_ledger_store(l, err) < 0)
		return -1;
	vt_ledger_unlock(l);
	return 1;
}

/* Watch the ledger: a run that dies closes it, any other change writes it.
 * Without inotify the poll interval alone decides when to look. */
static void watch(struct vt_reserve *r)
{
	if (r->events >= 0)
		return;
	VT_AUTO_FREE char *name = vt_printf("/proc/self/fd/%d", r->ledger.fd);
	r->events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (r->events >= 0)
		inotify_add_watch(r->events, name, IN_MODIFY | IN_CLOSE_WRITE);
}

/* Wait for a change of the ledger. Return: 0, or the number of a signal */
static int wait_for_change(struct queue *q)
{
	char events[4096];
	struct vt_reserve *r = q->reserve;
	int ms = q->woken                    ? SETTLE_MS
		 : q->first || r->events < 0 ? FIRST_MS
					     : QUEUE_MS;
	struct pollfd p[] = {
		{q->signal_fd, POLLIN, 0},
		{r->events, POLLIN, 0},
	};
	vt_log_progress("waiting for memory or a processor: %llu s",
		(unsigned long long)(vt_now_ms() - q->since_ms) / 1000);
	q->woken = false;
	if (vt_poll(p, VT_COUNT(p), ms) <= 0)
		return 0;
	while (p[1].revents && read(r->events, events, sizeof(events)) > 0)
		q->woken = true;
	struct signalfd_siginfo info;
	if (p[0].revents &&
		read(q->signal_fd, &info, sizeof(info)) == sizeof(info))
		return (int)info.ssi_signo;
	return 0;
}

int vt_reserve_take(
	struct vt_reserve *r, long mib, int signal_fd, struct vt_err **err)
{
	uint64_t now = vt_now_ms();
	struct queue q = {.reserve = r,
		.mib = mib,
		.signal_fd = signal_fd,
		.since_ms = now,
		.idle_since_ms = now};
	for (;;) {
		int sig = 0, rc = vt_ledger_lock(&r->ledger, signal_fd, err);
		if (rc == 0)
			rc = try_reserve(&q, err);
		if (rc == 1) {
			watch(r);
			sig = wait_for_change(&q);
		}
		r->waited_ms = q.announced ? vt_now_ms() - now : 0;
		if (rc == 1 && !sig)
			continue;
		vt_log_progress(NULL);
		if (rc == 0 && q.announced)
			vt_log_info("reserved memory and processor after "
				    "%.1f s",
				(double)r->waited_ms / 1000);
		if (rc == 0)
			return 0;
		vt_reserve_give(r);
		return rc < 0 ? -1 : sig;
	}
}

void vt_reserve_give(struct vt_reserve *r)
{
	vt_closep(&r->events);
	r->events = -1;
	if (r->ledger.fd >= 0 && vt_ledger_lock(&r->ledger, -1, NULL) == 0) {
		vt_ledger_leave(&r->ledger);
		vt_ledger_store(&r->ledger, NULL);
	}
	vt_ledger_close(&r->ledger);
}
