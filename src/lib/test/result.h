/* The result of a test: its verdict, its phases, and what each check expected
 * and found. result.json holds all of it; TAP, JUnit and the table of
 * vt-report are written from it and read by nobody here.
 *
 *	struct vt_result r = {0};
 *	struct vt_check_result *one;
 *
 *	one = vt_check_new(&r.checks, at, why, "swaps_used");
 *	vt_check_expect(one, "%s is in use", swap);
 *	vt_check_found(one, "%s", line);
 *	vt_check_judge(one, found);
 *	...
 *	vt_result_judge(&r);
 *	vt_result_write(dir, &r, shown, &err);
 *	vt_result_free(&r);
 *
 * A check that is not judged is "not ok". Texts come from guests: they are
 * bounded and made printable when they are set and when result.json is read,
 * so that a writer finds only tabs, newlines and printable UTF-8. The result
 * owns its texts.
 */
#ifndef VT_RESULT_H
#define VT_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum vt_check_status { VT_CHECK_NOT_OK, VT_CHECK_OK, VT_CHECK_SKIP };

/* The result of one check. */
struct vt_check_result {
	char *name; /* stable, one line, unique */
	enum vt_check_status status;
	char *expected, *found; /* or NULL; for a skip, found is the reason */
	char *detail;           /* more lines, or NULL */
	char *at, *why;         /* or NULL */
	char *see; /* file to look at, relative to the test's directory */
	uint64_t ms;
	bool host; /* not ok because of the host */
	/* of a failure that matches an entry of known-issues.yaml, or in the
	 * grace period of a new test: the bug, or NULL */
	char *known;
	bool excused; /* it is known, and does not count */
};

struct vt_check_results {
	struct vt_check_result *v;
	size_t n;
};

/* A statement of the config that no check has answered. */
struct vt_unanswered {
	char *statement, *at, *reason;
};

/* What became of an entry of known-issues.yaml. */
enum vt_known_state { VT_KNOWN_UNMATCHED, VT_KNOWN_MATCHED, VT_KNOWN_EXPIRED };

struct vt_known_result {
	char *at, *bug, *until;
	enum vt_known_state state;
};

/* What a guest said that fails nothing, but should be looked at. */
struct vt_note {
	char *text; /* one line */
	char *see;  /* file below the test's directory, or NULL */
};

struct vt_result_phase {
	char *name; /* install, boot, ... */
	uint64_t ms;
	char *outcome; /* how it ended, or NULL */
	long exit;
	char *started; /* 2026-01-02T03:04:05Z, or NULL */
	char *cached;  /* when the entry was made from which it was taken */
};

/* What a result was made with: vt, QEMU, images, ... */
struct vt_version {
	char *name, *value;
};

struct vt_result {
	char *test;
	char *status; /* the verdict: passed, failed, error, skipped */
	long exit;    /* the exit status that goes with it */
	char *cause;  /* one line, "" when passed */
	char *see;    /* file below the test's directory, "" when passed */
	struct vt_result_phase *phases; /* those that ran, in order */
	size_t n_phases;
	struct vt_check_results checks;
	long statements; /* of the config, see graph/statements.h */
	struct vt_unanswered *unanswered;
	size_t n_unanswered;
	struct vt_known_result *known; /* the entries for this test */
	size_t n_known;
	struct vt_note *notes;
	size_t n_notes;
	struct vt_version *versions;
	size_t n_versions;
};

/** vt_check_new() - add a check; a number is appended to a name in use
 * @at: the statement that asks for it, file:line:column, or NULL
 * @why: the reason that the definition gives, or NULL
 * Return: valid until the next check is added; not ok until judged */
struct vt_check_result *vt_check_new(struct vt_check_results *all,
	const char *at, const char *why, const char *name_fmt, ...)
	__attribute__((format(printf, 4, 5)));

void vt_check_expect(struct vt_check_result *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void vt_check_found(struct vt_check_result *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void vt_check_see(struct vt_check_result *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void vt_check_detail(struct vt_check_result *r, const char *text, size_t len);

void vt_check_judge(struct vt_check_result *r, bool pass);
/** vt_check_skip() - the check cannot be made, for this reason */
void vt_check_skip(struct vt_check_result *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** vt_check_error() - not ok because of an error, whose text is moved */
void vt_check_error(struct vt_check_result *r, struct vt_err **err);

size_t vt_check_count(
	const struct vt_check_results *all, enum vt_check_status status);

/** vt_result_add_phase() - a phase that ran, after those before it
 * @started: or NULL
 * @cached: NULL if its machine ran */
void vt_result_add_phase(struct vt_result *r, const char *name, int exit,
	const char *outcome, const char *started, const char *cached,
	uint64_t ms);

/** vt_result_version() - what the result was made with, in one line; nothing if
 * `value` is NULL */
void vt_result_version(
	struct vt_result *r, const char *name, const char *value);

/** vt_result_unanswered() - a statement that no check has answered, and why */
void vt_result_unanswered(struct vt_result *r, const char *statement,
	const char *at, const char *reason);
/** vt_result_coverage() - append "46 of 48 statements answered" after `lead`,
 * or nothing when the config has no statements */
void vt_result_coverage(
	const struct vt_result *r, const char *lead, struct vt_str *out);

/** vt_result_note() - add a note, unless there are many already
 * @see: file below the test's directory, or NULL */
void vt_result_note(struct vt_result *r, const char *see, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** vt_check_known() - a check that is not ok is a known failure
 * @excused: it does not count */
void vt_check_known(struct vt_check_result *r, const char *bug, bool excused);
/** vt_result_add_known() - an entry of known-issues.yaml for this test */
void vt_result_add_known(struct vt_result *r, const char *at, const char *bug,
	const char *until, enum vt_known_state state);
/** vt_result_known() - the bug of a test all of whose failures are known; NULL
 * if it passed, or a failure is not known */
const char *vt_result_known(const struct vt_result *r);
/** vt_result_settle() - of a result that was judged, after vt_check_known(): if
 * only some failures are known, the cause is one of the others; if none counts,
 * the verdict is a skip, with the same cause */
void vt_result_settle(struct vt_result *r);

/** vt_result_judge() - set the verdict from the checks: an error when one is
 * not ok because of the host, else failed by the first that is not ok; skipped
 * when no check could be made */
void vt_result_judge(struct vt_result *r);
/** vt_result_end() - set the verdict from the exit status of a phase */
void vt_result_end(
	struct vt_result *r, int status, const char *cause, const char *see);

/** vt_result_clean() - a copy of a text that is safe to print; Return: owned
 * @lines: keep newlines */
char *vt_result_clean(const char *text, bool lines);

/** vt_result_phase() - the phase that ended the test: the first that failed,
 * else verify; "-" if the test passed or was skipped */
const char *vt_result_phase(const struct vt_result *r);

void vt_result_free(struct vt_result *r);
#define VT_AUTO_RESULT __attribute__((cleanup(vt_result_free)))

struct vt_record;
extern const struct vt_record vt_result_record; /* the keys of result.json */

/**
 * vt_result_read() - DIR/result.json
 * Return: 1, 0 when there is none, -1
 * Errors: VT_USAGE when it is not a result of this format
 */
int vt_result_read(const char *dir, struct vt_result *r, struct vt_err **err);

/**
 * vt_result_write() - DIR/result.tap, result.xml, and last result.json: all
 * three or none, even if this process is killed
 * @shown: the directory's name as the user knows it, for the TAP
 */
int vt_result_write(const char *dir, const struct vt_result *r,
	const char *shown, struct vt_err **err);

/** vt_result_tap() - TAP version 13, with failures explained in comments
 * @shown: "": files to see are not in a directory of a test */
void vt_result_tap(
	const struct vt_result *r, const char *shown, struct vt_str *out);

/** vt_result_junit() - a testsuite for each result, a testcase for each check,
 * its versions as properties, the totals in the root element */
void vt_result_junit(
	const struct vt_result *const *all, size_t n, struct vt_str *out);

#endif
