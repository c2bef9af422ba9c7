#include "test/phase_hang.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/settings.h"
#include "test/phases.h"

static const enum vt_phases_log logs[VT_AUTOPSY_PARTS] = {
	[VT_AUTOPSY_SCREEN] = VT_PHASES_SCREEN,
	[VT_AUTOPSY_REGISTERS] = VT_PHASES_REGISTERS,
	[VT_AUTOPSY_TASKS] = VT_PHASES_CONSOLE,
	[VT_AUTOPSY_MEMORY] = VT_PHASES_MEMORY,
};

/* Whether VT_DUMP asks for a dump of the memory. */
static int read_dump(bool *hang, struct vt_err **err)
{
	const char *value = vt_setting("DUMP"), *from;
	*hang = !strcmp(value, "hang");
	if (*hang || !strcmp(value, "none"))
		return 0;
	from = vt_setting_source("DUMP");
	return vt_err_set(err, VT_USAGE, "%s: '%s' is not none or hang",
		from ? from : "DUMP", value);
}

/* Below the time limit of the phase, so that there is time to see that it
 * hangs. */
static uint64_t bound_ms(
	const struct vt_accel_choice *accel, long seconds, uint64_t timeout_ms)
{
	uint64_t ms = vt_accel_timeout_ms(accel, seconds);
	uint64_t most = timeout_ms - timeout_ms / 4;
	return ms < most ? ms : most;
}

int vt_phase_hang_plan(struct vt_phase *p, const struct vt_machine *m,
	const struct vt_accel_choice *accel, struct vt_supervise *s,
	struct vt_err **err)
{
	long seconds;
	bool dump;
	if (vt_setting_int("HANG_TIMEOUT", &seconds, err) < 0 ||
		read_dump(&dump, err) < 0)
		return -1;
	if (!p->dir || p->attended || !s->timeout_ms)
		return 0;
	s->hang_ms = bound_ms(accel, seconds, s->timeout_ms);
	s->autopsy.memory_bytes = (uint64_t)m->mem_mib << 20;
	for (size_t i = 0; i < VT_AUTOPSY_PARTS; i++) {
		if (i == VT_AUTOPSY_MEMORY && !dump)
			continue;
		free(p->autopsy_files[i]);
		p->autopsy_files[i] = vt_phases_log(p->dir, p->name, logs[i]);
		s->autopsy.files[i] = p->autopsy_files[i];
	}
	return 0;
}

void vt_phase_hang_take(struct vt_phase *p, struct vt_supervise *s)
{
	vt_autopsy_free(&p->autopsy);
	p->autopsy = s->autopsy;
	s->autopsy = (struct vt_autopsy){0};
}

void vt_phase_hang_free(struct vt_phase *p)
{
	vt_autopsy_free(&p->autopsy);
	for (size_t i = 0; i < VT_AUTOPSY_PARTS; i++)
		vt_freep(&p->autopsy_files[i]);
}
