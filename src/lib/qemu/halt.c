#include "qemu/halt.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"

enum { MAX_CPUS = 1024, ANSWERS_NEEDED = 2 };

struct vt_halt {
	struct vt_qmp *qmp;
	pid_t qemu;
	bool asked;      /* an answer is outstanding */
	unsigned agreed; /* consecutive answers that show a halt */
	uint64_t used;   /* CPU time of all vCPU threads at the last check */
	long *threads;
	size_t n_threads;
};

/* The vCPU threads; they stay the same while QEMU runs. */
static void take_cpus(void *data, const json_t *ret, const char *error)
{
	struct vt_halt *h = data;
	size_t n = json_array_size(ret);
	h->asked = false;
	if (error || !n || n > MAX_CPUS)
		return;
	h->threads = vt_realloc(NULL, n, sizeof(*h->threads));
	for (size_t i = 0; i < n; i++)
		h->threads[i] = (long)json_integer_value(
			json_object_get(json_array_get(ret, i), "thread-id"));
	h->n_threads = n;
}

static void take_registers(void *data, const json_t *ret, const char *error)
{
	struct vt_halt *h = data;
	const char *text = json_string_value(ret);
	h->asked = false;
	if (!error && text && vt_halt_registers(text))
		h->agreed++;
	else
		h->agreed = 0;
}

struct vt_halt *vt_halt_new(struct vt_qmp *qmp, pid_t qemu)
{
	struct vt_halt *h = vt_alloc(sizeof(*h));
	h->qmp = qmp;
	h->qemu = qemu;
	h->asked = true;
	vt_qmp_execute(qmp, "query-cpus-fast", NULL, take_cpus, h);
	return h;
}

void vt_halt_free(struct vt_halt *h)
{
	if (!h)
		return;
	free(h->threads);
	free(h);
}

/* CPU time of the vCPU threads, in nanoseconds if the kernel counts them, else
 * in ticks: only whether it changes matters. */
static uint64_t used(const struct vt_halt *h)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < h->n_threads; i++) {
		unsigned long long user = 0, system = 0;
		VT_AUTO_FREE char *exact =
			vt_printf("/proc/%d/task/%ld/schedstat", (int)h->qemu,
				h->threads[i]);
		VT_AUTO_FREE char *ticks = vt_printf(
			"/proc/%d/task/%ld/stat", (int)h->qemu, h->threads[i]);
		VT_AUTO_FREE char *text = vt_fs_read(exact, 4096, NULL, NULL);
		if (text && sscanf(text, "%llu", &user) == 1 && user) {
			sum += user;
			continue;
		}
		VT_AUTO_FREE char *stat = vt_fs_read(ticks, 4096, NULL, NULL);
		const char *after = stat ? strrchr(stat, ')') : NULL;
		if (after && sscanf(after,
				     ") %*c %*d %*d %*d %*d %*d %*u %*u %*u "
				     "%*u %*u %llu %llu",
				     &user, &system) == 2)
			sum += user + system;
	}
	return sum;
}

bool vt_halt_check(struct vt_halt *h)
{
	if (h->asked || !h->n_threads)
		return false;
	uint64_t now = used(h);
	bool moved = now != h->used;
	h->used = now;
	if (moved)
		h->agreed = 0;
	if (h->agreed >= ANSWERS_NEEDED)
		return true;
	if (moved)
		return false;
	h->asked = true;
	vt_qmp_execute(h->qmp, "human-monitor-command",
		json_pack("{s:s}", "command-line", "info registers -a"),
		take_registers, h);
	vt_qmp_pump(h->qmp, NULL);
	return false;
}

/* The output has one line for each processor such as "EFL=00000046 [---Z-P-]
 * CPL=0 II=0 A20=1 SMM=0 HLT=1"; in 64-bit mode with RFL=. */
bool vt_halt_registers(const char *text)
{
	enum { INTERRUPTS_ENABLED = 1 << 9 };
	bool any = false;
	for (const char *s = text; (s = strstr(s, "FL=")); s++) {
		const char *end = s + strcspn(s, "\r\n");
		const char *hlt = strstr(s, " HLT=");
		if (!hlt || hlt > end)
			continue;
		if (hlt[5] != '1' ||
			strtoul(s + 3, NULL, 16) & INTERRUPTS_ENABLED)
			return false;
		any = true;
	}
	return any;
}
