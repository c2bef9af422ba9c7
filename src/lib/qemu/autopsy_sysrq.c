/* Asks the guest's kernel by sysrq, with a break on the serial console and a
 * key: its answers are on the console. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"
#include "qemu/autopsy.h"

enum {
	ANSWER_MS = 3000, /* until the first word of an answer */
	QUIET_MS = 700,   /* after the last one */
	LONGEST_MS = 20000,
};

/* All messages are to be printed; what the processors do; tasks that are
 * blocked; all tasks. */
static const char keys[] = "9lwt";

/* The kernel's answers begin so; a program that echoes the keys does not. */
static const char word[] = "sysrq", refusal[] = "operation is disabled";

static void broke(void *data, const json_t *ret, const char *error)
{
	struct vt_autopsy_run *r = data;
	(void)ret;
	if (r->now != VT_AUTOPSY_TASKS || r->done)
		return;
	if (error)
		vt_autopsy_done(r, error);
	/* EPIPE: QEMU has ended, which is another event */
	else if (*r->serial >= 0 &&
		 write(*r->serial, keys + r->sysrq.key, 1) != 1 &&
		 errno != EPIPE)
		vt_autopsy_done(r, "the console takes no input");
	r->sysrq.pressed_ms = vt_now_ms();
}

static void press(struct vt_autopsy_run *r)
{
	r->sysrq.heard_ms = r->sysrq.pressed_ms = 0;
	vt_qmp_execute(r->qmp, "chardev-send-break",
		json_pack("{s:s}", "id", "serial0"), broke, r);
	vt_qmp_pump(r->qmp, NULL);
}

void vt_autopsy_sysrq(struct vt_autopsy_run *r)
{
	press(r);
}

void vt_autopsy_output(struct vt_autopsy_run *r, const char *s, size_t len)
{
	enum { KEPT = 64 };
	struct vt_str *line = &r->sysrq.line;
	if (r->now != VT_AUTOPSY_TASKS || !r->sysrq.pressed_ms)
		return;
	r->sysrq.heard_ms = vt_now_ms();
	vt_str_addn(line, s, len);
	r->sysrq.answers |= memmem(line->s, line->len, word, strlen(word)) != 0;
	r->sysrq.refuses |=
		memmem(line->s, line->len, refusal, strlen(refusal)) != 0;
	if (line->len > KEPT) {
		memmove(line->s, line->s + line->len - KEPT, KEPT);
		line->len = KEPT;
		line->s[KEPT] = '\0';
	}
}

/* A kernel that does not hear the console may print something when it gets an
 * interrupt that cannot be masked. */
static void knock(struct vt_autopsy_run *r)
{
	r->sysrq.nmi = true;
	r->sysrq.pressed_ms = vt_now_ms();
	r->sysrq.heard_ms = 0;
	vt_qmp_execute(r->qmp, "inject-nmi", NULL, NULL, NULL);
	vt_qmp_pump(r->qmp, NULL);
}

void vt_autopsy_sysrq_step(struct vt_autopsy_run *r)
{
	uint64_t now = vt_now_ms(), pressed = r->sysrq.pressed_ms,
		 heard = r->sysrq.heard_ms;
	if (!pressed)
		return; /* QEMU has not sent the break yet */
	if (heard ? now - heard < QUIET_MS && now - pressed < LONGEST_MS
		  : now - pressed < ANSWER_MS)
		return;
	if (!r->sysrq.answers && !r->sysrq.nmi)
		knock(r);
	else if (!r->sysrq.answers || r->sysrq.refuses)
		vt_autopsy_sysrq_end(r);
	else if (keys[++r->sysrq.key])
		press(r);
	else
		vt_autopsy_done(r, NULL);
}

void vt_autopsy_sysrq_end(struct vt_autopsy_run *r)
{
	if (r->sysrq.refuses)
		vt_autopsy_done(r,
			"the guest's kernel refuses sysrq (it allows it with "
			"sysrq_always_enabled on its command line)");
	else if (r->sysrq.answers)
		vt_autopsy_done(r, "the guest's kernel did not answer all of "
				   "it in time");
	else
		vt_autopsy_done(r, "no kernel answers sysrq on the console, or "
				   "an interrupt that cannot be masked");
}
