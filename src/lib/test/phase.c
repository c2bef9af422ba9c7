#include "test/phase.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "test/phase_cause.h"
#include "test/phase_dir.h"
#include "test/phase_hang.h"
#include "test/phase_tell.h"
#include "test/phase_write.h"
#include "test/phases.h"
#include "test/runlog.h"

int vt_phase_begin(struct vt_phase *p, const char *dir, const char *name,
	struct vt_err **err)
{
	p->dir = dir;
	p->name = name;
	p->start_ms = vt_now_ms();
	p->started = vt_clock_now();
	/* writing to what has gone is an error like others */
	signal(SIGPIPE, SIG_IGN);
	p->signal_fd = vt_signals_block(err);
	if (p->signal_fd < 0)
		return -1;
	if (!dir) {
		vt_log_begin();
		return 0;
	}
	/* two runs in one directory would write over each other */
	p->lock_fd = vt_phase_lock(dir, err);
	if (p->lock_fd < 0)
		return -1;
	p->cache.again = vt_phase_cache_ran(dir, name);
	VT_AUTO_FREE char *logs = vt_fs_join(dir, VT_PHASES_LOGS);
	if (vt_fs_mkdirs(logs, 0755, err) < 0 ||
		vt_phase_clear(dir, name, err) < 0)
		return -1;
	vt_log_begin();
	vt_runlog(dir, name, "started");
	return 0;
}

bool vt_phase_fetch(struct vt_phase *p)
{
	vt_phase_cache_key(&p->cache, p->dir, p->name);
	if (!vt_phase_cache_fetch(&p->cache, p->dir, p->name))
		return false;
	p->status = VT_OK;
	p->outcome = VT_OUT_POWEROFF;
	return true;
}

/* Store the phase if its machine booted and passed, without a second attempt:
 * the key does not tell a warm start. */
static struct vt_phase_store *store(struct vt_phase *p)
{
	bool passed =
		p->status == VT_OK && !p->skipped && !p->retried && !p->warm;
	if (!*p->cache.key || p->cache.since || !passed)
		return NULL;
	return vt_phase_cache_begin(&p->cache, p->dir, p->name);
}

char *vt_phase_serial_log(const struct vt_phase *p)
{
	return vt_phases_console(p->dir, p->name);
}

void vt_phase_verdict(
	struct vt_phase *p, enum vt_status status, const char *cause, ...)
{
	va_list ap;
	va_start(ap, cause);
	char *text;
	if (vasprintf(&text, cause, ap) < 0)
		abort();
	va_end(ap);
	free(p->cause);
	p->cause = text;
	p->status = status;
}

void vt_phase_skip(struct vt_phase *p, const char *why)
{
	p->skipped = true;
	p->status = VT_OK;
	vt_log_info("%s: nothing to do: %s", p->name, why);
}

void vt_phase_fault(struct vt_phase *p, struct vt_err *err)
{
	vt_phase_verdict(p, vt_err_status(err), "%s", err->msg);
	p->outcome = vt_outcome_of(p->status);
	free(p->detail);
	p->detail = vt_strdup(err->detail);
	vt_err_free(err);
}

/* In words, a failure after which the phase is done; NULL: it is not. */
static const char *accepted(const struct vt_phase *p)
{
	if (p->status != VT_FAILED)
		return NULL;
	return p->expected_failure ? "as expected"
	       : p->forgive        ? "skipped by date"
				   : NULL;
}

static int write_stamp(const struct vt_phase *p, struct vt_err **err)
{
	VT_AUTO_FREE char *failed = vt_printf("failed %s", accepted(p));
	const char *word = p->skipped           ? "nothing to do"
			   : p->status == VT_OK ? "passed"
						: failed;
	return vt_phase_stamp(p->dir, p->name, word, err);
}

static void log_end(const struct vt_phase *p)
{
	if (!p->dir)
		return;
	double seconds = (double)(vt_now_ms() - p->start_ms) / 1000;
	if (p->skipped)
		vt_runlog(p->dir, p->name, "nothing to do");
	else if (p->cache.since)
		vt_runlog(p->dir, p->name, "taken from the cache");
	else if (p->signal)
		vt_runlog(p->dir, p->name, "killed by signal %d in %.1f s",
			p->signal, seconds);
	else
		vt_runlog_end(p->dir, p->name, (int)p->status, seconds,
			accepted(p) ? accepted(p) : p->cause);
}

static void unblock_signals(void)
{
	sigset_t none;
	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void release(struct vt_phase *p)
{
	vt_closep(&p->lock_fd);
	vt_closep(&p->signal_fd);
	vt_console_free(p->console);
	vt_guest_log_free(p->journal);
	vt_phase_hang_free(p);
	vt_strv_free(&p->command);
	vt_strv_free(&p->channel_lines);
	free(p->qemu_version);
	free(p->retried);
	free(p->cause);
	free(p->at);
	vt_strv_free(&p->context);
	free(p->detail);
	vt_phase_cache_free(&p->cache);
	*p = (struct vt_phase)VT_PHASE_INIT;
}

int vt_phase_end(struct vt_phase *p)
{
	struct vt_err *err = NULL;
	bool as_expected = accepted(p);
	bool done = p->status == VT_OK || as_expected;
	vt_phase_explain(p);
	if (!p->skipped)
		vt_phase_tell(p);
	struct vt_phase_store *entry = store(p);
	if (p->dir && !p->skipped && vt_phase_write_report(p, &err) < 0)
		done = false;
	else
		vt_phase_cache_end(entry);
	if (p->dir && done && write_stamp(p, &err) < 0)
		done = false;
	int status = err ? VT_HOST : as_expected ? VT_OK : (int)p->status;
	vt_log_err(err);
	vt_err_free(err);
	log_end(p);
	vt_log_end();
	if (p->signal)
		vt_signals_die(p->signal);
	unblock_signals(); /* they are inherited */
	if (p->dir && !done)
		vt_phase_hand_over(p->dir, p->name);
	release(p);
	return status;
}
