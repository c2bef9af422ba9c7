#include <stdlib.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "http/fetch_transfer.h"

enum { PAUSE_FIRST_MS = 250, PAUSE_LONGEST_MS = 30000, BAD_SUMS = 2 };

/* Half of the pause is random, so that many clients of a server do not retry
 * at the same time. */
static uint64_t pause_ms(unsigned failures)
{
	uint64_t ms = PAUSE_FIRST_MS, random = 0;
	while (--failures && ms < PAUSE_LONGEST_MS)
		ms *= 2;
	if (ms > PAUSE_LONGEST_MS)
		ms = PAUSE_LONGEST_MS;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = vt_now_ms();
	return ms / 2 + random % (ms / 2 + 1);
}

static size_t count_urls(const struct vt_fetch_job *j)
{
	size_t n = 0;
	while (j->urls[n])
		n++;
	return n;
}

bool vt_fetch_schedule_retry(struct vt_fetch_transfer *t, bool refused)
{
	struct vt_fetch_job *j = t->job;
	size_t urls = count_urls(j);
	if (j->got > t->best) { /* further than all attempts before */
		t->best = j->got;
		t->failures = 0;
	}
	t->refusals = refused ? t->refusals + 1 : 0;
	t->failures++;
	if (t->refusals >= urls || t->failures > j->attempts * urls ||
		t->bad_sums > BAD_SUMS * urls)
		return false;
	/* pause only after all URLs were tried */
	bool round = t->failures % urls == 0;
	uint64_t ms = refused || !round
			      ? 0
			      : pause_ms((unsigned)(t->failures / urls));
	if (round && (uint64_t)t->retry_after_s * 1000 > ms)
		ms = (uint64_t)t->retry_after_s * 1000;
	size_t next = (t->url + 1) % urls;
	vt_log_debug("'%s' from '%s': %s; trying '%s' in %llu ms, from byte "
		     "%llu",
		j->name, vt_fetch_url(t), t->why, j->urls[next],
		(unsigned long long)ms, (unsigned long long)j->got);
	if (!j->first_error)
		j->first_error = vt_printf("cannot download '%s' from '%s': %s",
			j->name, vt_fetch_url(t), t->why);
	t->url = next;
	t->due_ms = vt_now_ms() + ms;
	t->state = FETCH_WAITING;
	return true;
}
