#include "qemu/autopsy.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "data/json.h"

/* Open the part's file, which QEMU writes. Return: whether it is open */
static bool open_file(struct vt_autopsy_run *r)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	/* as the console's log: not for all users */
	if (vt_tmp_open(&r->file, r->a->files[r->now], 0640, &err) == 0)
		return true;
	vt_autopsy_done(r, err->msg);
	return false;
}

static void screen_taken(void *data, const json_t *ret, const char *error)
{
	struct vt_autopsy_run *r = data;
	(void)ret;
	if (r->now == VT_AUTOPSY_SCREEN)
		vt_autopsy_done(r, error);
}

static void screen(struct vt_autopsy_run *r)
{
	if (open_file(r))
		vt_qmp_execute(r->qmp, "screendump",
			json_pack("{s:s, s:s}", "filename", r->file.tmp,
				"format", "png"),
			screen_taken, r);
}

static void memory_begun(void *data, const json_t *ret, const char *error)
{
	struct vt_autopsy_run *r = data;
	(void)ret;
	if (error && r->now == VT_AUTOPSY_MEMORY)
		vt_autopsy_done(r, error);
}

/* Pages of zeroes take no space in this format. */
static void memory(struct vt_autopsy_run *r)
{
	if (!open_file(r))
		return;
	VT_AUTO_FREE char *protocol = vt_printf("file:%s", r->file.tmp);
	vt_qmp_execute(r->qmp, "dump-guest-memory",
		json_pack("{s:b, s:s, s:b, s:s}", "paging", 0, "protocol",
			protocol, "detach", 1, "format", "kdump-zlib"),
		memory_begun, r);
}

static void memory_step(struct vt_autopsy_run *r)
{
	enum { MORE = 64 << 20 }; /* headers and bitmaps of the format */
	struct stat st;
	if (fstat(r->file.fd, &st) == 0 &&
		(uint64_t)st.st_size > r->a->memory_bytes + MORE)
		vt_autopsy_done(r, "the dump is larger than the memory");
}

/* Called in this order. `end` says why a part is not there when its time is
 * over; NULL: QEMU did not answer. */
static const struct part {
	const char *name;
	unsigned limit_ms;
	void (*begin)(struct vt_autopsy_run *r);
	void (*step)(struct vt_autopsy_run *r);
	void (*end)(struct vt_autopsy_run *r);
} parts[VT_AUTOPSY_PARTS] = {
	[VT_AUTOPSY_SCREEN] = {"screen", 10000, screen, NULL, NULL},
	[VT_AUTOPSY_REGISTERS] = {"registers", 10000, vt_autopsy_registers,
		NULL, NULL},
	[VT_AUTOPSY_TASKS] = {"tasks", 60000, vt_autopsy_sysrq,
		vt_autopsy_sysrq_step, vt_autopsy_sysrq_end},
	[VT_AUTOPSY_MEMORY] = {"memory", 300000, memory, memory_step, NULL},
};

const char *vt_autopsy_name(enum vt_autopsy_what what)
{
	return parts[what].name;
}

/* Begin this part, or the first after it that is made. */
static void begin(struct vt_autopsy_run *r, enum vt_autopsy_what what)
{
	while (what < VT_AUTOPSY_PARTS && !r->a->files[what])
		what++;
	r->now = what;
	r->done = false;
	r->awaited = 0;
	r->since_ms = vt_now_ms();
	if (what == VT_AUTOPSY_PARTS)
		return;
	parts[what].begin(r);
	vt_qmp_pump(r->qmp, NULL);
}

void vt_autopsy_begin(struct vt_autopsy_run *r)
{
	r->a->made = true;
	r->file = (struct vt_tmp)VT_TMP_INIT;
	begin(r, 0);
}

/* Give the file that QEMU has written its name. */
static int keep_file(struct vt_autopsy_run *r, struct vt_err **err)
{
	struct stat st;
	if (r->file.fd < 0)
		return 0;
	if (fstat(r->file.fd, &st) < 0 || !st.st_size)
		return vt_err_set(err, VT_HOST, "QEMU wrote nothing");
	return vt_tmp_commit(&r->file, err);
}

void vt_autopsy_done(struct vt_autopsy_run *r, const char *why)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	if (r->done)
		return;
	r->done = true;
	if (!why && keep_file(r, &err) < 0)
		why = err->msg;
	vt_tmp_discard(&r->file);
	r->a->parts[r->now].there = !why;
	if (!why)
		return;
	VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
	vt_str_printable(&clean, why, strlen(why), false);
	r->a->parts[r->now].why = vt_strdup(vt_str_c(&clean));
}

bool vt_autopsy_step(struct vt_autopsy_run *r)
{
	if (r->now == VT_AUTOPSY_PARTS)
		return true;
	const struct part *p = &parts[r->now];
	if (!r->done && p->step)
		p->step(r);
	if (!r->done && vt_now_ms() - r->since_ms >= p->limit_ms) {
		if (p->end)
			p->end(r);
		vt_autopsy_done(r, "QEMU did not answer in time");
	}
	if (r->done)
		begin(r, r->now + 1);
	return r->now == VT_AUTOPSY_PARTS;
}

void vt_autopsy_event(
	struct vt_autopsy_run *r, const char *name, const json_t *data)
{
	if (r->now != VT_AUTOPSY_MEMORY || strcmp(name, "DUMP_COMPLETED") != 0)
		return;
	const json_t *result = json_object_get(data, "result");
	const char *error = vt_json_str(data, "error");
	const char *status = vt_json_word(result, "status", "failed");
	if (!strcmp(status, "completed"))
		vt_autopsy_done(r, NULL);
	else
		vt_autopsy_done(r, error ? error : "QEMU could not write it");
}

/* Answers that are still to come find that it is over. */
void vt_autopsy_stop(struct vt_autopsy_run *r)
{
	if (!r->a || !r->a->made)
		return;
	if (r->now < VT_AUTOPSY_PARTS)
		vt_autopsy_done(r, "the guest ended before");
	r->now = VT_AUTOPSY_PARTS;
	vt_str_free(&r->text);
	vt_str_free(&r->sysrq.line);
}

void vt_autopsy_free(struct vt_autopsy *a)
{
	for (size_t i = 0; i < VT_AUTOPSY_PARTS; i++)
		vt_freep(&a->parts[i].why);
}
