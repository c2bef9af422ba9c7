/* The stages of a phase: what the guest was at, and when, on the clock of the
 * phase; and the times without any output.
 *
 *	struct stages s;
 *	stages_of(&report, dir, true, &s);
 *	... s.v[i].name, s.v[i].from_ms, s.v[i].to_ms ...
 *	stages_free(&s);
 */
#ifndef VT_REPORT_STAGES_H
#define VT_REPORT_STAGES_H

#include "http/webhook_read.h"
#include "qemu/console_times.h"
#include "test/phase_report.h"

enum { STAGES_MAX = 12 };

struct stage {
	const char *name;
	uint64_t from_ms, to_ms;
};

/* No output of the guest for a while. */
struct silence {
	uint64_t from_ms, to_ms, offset; /* in the log, of what came next */
};

/* A step that the installer reported, on the clock of the phase. */
struct step {
	const char *name;
	uint64_t from_ms, to_ms;
	unsigned depth; /* below other steps */
	bool ended, failed;
};

struct stages {
	struct stage v[STAGES_MAX];
	size_t n;
	uint64_t ms; /* of the whole phase */
	struct silence *silences;
	size_t n_silences;
	struct step *steps;
	size_t n_steps;
	bool shifted; /* the guest's clock was wrong: its first step was taken
			 to begin with the installer */
	struct vt_steps events;
	struct vt_times times;
};

/** stages_of() - @steps: read those of the installer, which takes a while */
void stages_of(const struct vt_phase_report *r, const char *dir, bool steps,
	struct stages *out);
void stages_free(struct stages *s);
#define AUTO_STAGES __attribute__((cleanup(stages_free)))

/** stages_epoch_ms() - when a phase began, in ms since 1970; 0: unknown
 * @started: as by vt_clock_stamp(), or NULL */
int64_t stages_epoch_ms(const char *started);

#endif
