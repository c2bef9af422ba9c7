/* logs/PHASE.json: how a phase ended.
 *
 *	struct vt_phase_report r = {.phase = "collect", .outcome = "extracted"};
 *	vt_phase_report_save(&r, dir, err);
 *
 *	VT_AUTO_REPORT struct vt_phase_report r = {0};
 *	if (vt_phase_report_read(&r, dir, "install", err) < 0) return -1;
 *
 * Texts of a report that was read belong to it.
 */
#ifndef VT_PHASE_REPORT_H
#define VT_PHASE_REPORT_H

#include "data/record.h"
#include "qemu/console.h"

struct vt_phase_answer {
	const char *prompt;
	long typed;
};

/* A part of the autopsy of a guest that hung. */
struct vt_phase_part {
	const char *what;
	const char *see; /* the file, relative to the test's directory */
	const char *why; /* there is none, or NULL */
};

struct vt_phase_report {
	const char *test, *phase;
	long exit;           /* of the tool; 128 and more: a signal */
	const char *outcome; /* one word, or NULL */
	const char *cause;   /* one line; NULL or "" after success */
	const char *at;      /* what of the config it is about, or NULL */
	/* phases with a machine; NULL, 0 and empty otherwise */
	const char *accel, *retried;
	bool warm;
	const char *qemu, *host; /* versions of QEMU and the host's kernel */
	const char *started;     /* as by vt_clock_stamp() */
	uint64_t ms, waited_ms;
	/* of phase_cache.h; or NULL */
	const char *cached, *key, *output;
	struct {
		/* since the phase began, 0: never */
		uint64_t power_on, marks[VT_MARKS], power_off;
	} times;
	struct {
		const char *id, *line, *why;
		uint64_t at_ms;
	} rule; /* the fatal line that decided; id is NULL if none did */
	struct {
		uint64_t silence_ms;
		long processor; /* percent of one; 0: or not known */
		struct vt_phase_part *parts;
		size_t n_parts; /* 0: it did not hang */
	} hang;
	struct vt_phase_answer *answers; /* as in vm.yaml */
	size_t n_answers;
	struct vt_strv channel, context, command;

	struct vt_doc *doc; /* the document it was read from */
};
void vt_phase_report_free(struct vt_phase_report *r);
#define VT_AUTO_REPORT __attribute__((cleanup(vt_phase_report_free)))

extern const struct vt_record vt_phase_report_record;

/** vt_phase_report_save() - write DIR/logs/PHASE.json; the default of `test` is
 * the directory's name */
int vt_phase_report_save(
	const struct vt_phase_report *r, const char *dir, struct vt_err **err);

/** vt_phase_report_read() - Errors: VT_USAGE with file:line:column */
int vt_phase_report_read(struct vt_phase_report *r, const char *dir,
	const char *phase, struct vt_err **err);
/** vt_phase_report_parse() - the same from a text; @name is used in errors */
int vt_phase_report_parse(struct vt_phase_report *r, const char *name,
	const char *text, size_t len, struct vt_err **err);

/** vt_phase_failed() - whether the report of a phase states a failure */
bool vt_phase_failed(const char *dir, const char *phase);

#endif
