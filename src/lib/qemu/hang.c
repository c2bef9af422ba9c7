#include "qemu/hang.h"

#include "base/mem.h"
#include "base/proc.h"
#include "qemu/starve.h"

enum {
	CHECKS = 10, /* in the time after which a guest hangs */
	SHORTEST_MS = 250,
	LONGEST_MS = 10000,
	READ_LEAST = 256 << 10, /* bytes, between two checks */
};

void vt_hang_begin(struct vt_hang *h, struct vt_qmp *qmp, pid_t qemu)
{
	h->qmp = qmp;
	h->qemu = qemu;
	vt_hang_progress(h);
}

void vt_hang_progress(struct vt_hang *h)
{
	h->since_ms = vt_now_ms();
}

void vt_hang_late(struct vt_hang *h, uint64_t ms)
{
	uint64_t now = vt_now_ms();
	h->since_ms = h->since_ms + ms < now ? h->since_ms + ms : now;
}

uint64_t vt_hang_check_ms(const struct vt_hang *h)
{
	uint64_t ms = h->bound_ms / CHECKS;
	if (!h->bound_ms)
		return 0;
	return ms < SHORTEST_MS  ? SHORTEST_MS
	       : ms > LONGEST_MS ? LONGEST_MS
				 : ms;
}

static uint64_t number(const json_t *stats, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(stats, key));
	return n > 0 ? (uint64_t)n : 0;
}

struct vt_hang_disks vt_hang_disks(const json_t *reply)
{
	struct vt_hang_disks d = {0};
	for (size_t i = 0; i < json_array_size(reply); i++) {
		const json_t *stats =
			json_object_get(json_array_get(reply, i), "stats");
		d.changes += number(stats, "wr_bytes") +
			     number(stats, "unmap_bytes") +
			     number(stats, "flush_operations");
		d.read += number(stats, "rd_bytes");
	}
	return d;
}

bool vt_hang_moved(
	const struct vt_hang_disks *from, const struct vt_hang_disks *to)
{
	return to->changes != from->changes ||
	       to->read - from->read >= READ_LEAST;
}

static void take_disks(void *data, const json_t *ret, const char *error)
{
	struct vt_hang *h = data;
	h->asked = false;
	if (error)
		return;
	struct vt_hang_disks now = vt_hang_disks(ret);
	if (vt_hang_moved(&h->disks, &now))
		vt_hang_progress(h);
	h->disks = now;
}

static void ask(struct vt_hang *h)
{
	if (h->asked)
		return;
	h->asked = true;
	vt_qmp_execute(h->qmp, "query-blockstats", NULL, take_disks, h);
	vt_qmp_pump(h->qmp, NULL);
}

uint64_t vt_hang_silence_ms(const struct vt_hang *h)
{
	return vt_now_ms() - h->since_ms;
}

static void count_cpu(struct vt_hang *h)
{
	if (h->cpu_since_ms == h->since_ms)
		return;
	h->cpu_since_ms = h->since_ms;
	h->cpu_ms = vt_now_ms();
	h->cpu_ns = vt_starve_wanted(h->qemu);
}

int vt_hang_percent(const struct vt_hang *h)
{
	uint64_t ms = vt_now_ms() - h->cpu_ms, ns = vt_starve_wanted(h->qemu);
	if (!ms || !h->cpu_ns || ns < h->cpu_ns)
		return -1;
	return (int)((ns - h->cpu_ns) / 10000 / ms);
}

/* What the disks did last is known from the answer to an earlier check: two
 * checks must agree. */
bool vt_hang_check(struct vt_hang *h)
{
	bool late = vt_hang_silence_ms(h) >= h->bound_ms;
	if (late && h->late)
		return true;
	h->late = late;
	count_cpu(h);
	ask(h);
	return false;
}
