/* The page: one HTML file that shows the results of many tests and loads
 * nothing.
 *
 *	page_write(&rows, "tests/report.html", NULL, err);
 *
 * It is written from what the tests' directories have, whole or not at all, and
 * is the same for the same input. All that comes from guests goes through
 * html.h; the page's policy (CSP) forbids scripts other than its own, and the
 * network.
 *
 * Without JavaScript, it is a table and the sections of tests that did not
 * pass. What only a click shows (logs, sections of tests that passed) is
 *packed: gzip as base64, in script elements that are data.
 */
#ifndef VT_REPORT_PAGE_H
#define VT_REPORT_PAGE_H

#include "against.h"
#include "html.h"
#include "row.h"
#include "stages.h"
#include "test/history.h"
#include "test/verify_file.h"

enum { PAGE_PAST = 30 }; /* verdicts of a test's history */

/* When a phase ran, for the timeline of the run. */
struct span {
	const char *phase;
	int64_t start_ms; /* since 1970 */
	uint64_t ms, waited_ms;
};

/* A test on the page. */
struct page_test {
	const struct row *row;
	char *id;          /* of its section */
	const char *class; /* of its verdict: see page_verdict() */
	bool good;
	uint64_t ms;      /* of its phases; those of the cache do not count */
	char *attributes; /* "release:bookworm arch:amd64" */
	struct vt_history_line past[PAGE_PAST];
	size_t n_past;
	struct span *spans;
	size_t n_spans;
};

struct page {
	const struct rows *rows;
	struct page_test *v; /* what did not pass comes first */
	size_t n;
	const char *against;    /* a directory to compare with, or NULL */
	char *base;             /* the page's directory */
	size_t shares[2];       /* bytes for a log: of tests that did not pass,
				   of those that did */
	size_t open;            /* sections that are not packed */
	struct vt_str sections; /* of all tests */
	struct vt_str data;     /* packed texts */
	unsigned n_data;
};

/** page_begin() - the tests, of which nothing is read yet
 * @rows: must outlive the page
 * @path: the file of the page; NULL: of what is not in a file */
void page_begin(struct page *p, const struct rows *rows, const char *path);
void page_end(struct page *p);
#define AUTO_PAGE __attribute__((cleanup(page_end)))

/** page_write() - write the page of some tests
 * @against: a directory to compare with, of a test or of tests, or NULL */
int page_write(const struct rows *rows, const char *path, const char *against,
	struct vt_err **err);

/** page_verdict() - what the class of a verdict is called; NULL: there is no
 * such class */
const char *page_verdict(const char *class);

/** page_pack() - append a packed text to the data; Return: its number */
unsigned page_pack(struct page *p, const char *text, size_t len);

/** page_add() - append what html_pack() has written; Return: its number */
unsigned page_add(struct page *p, const struct vt_str *packed);

/** page_section() - a test's section: to p->sections, and what it needs of the
 * test for the rest of the page to `t` */
void page_section(struct page *p, struct page_test *t); /* page_test.c */

/** page_checks() - the checks of a test (page_checks.c) */
void page_checks(
	const struct page *p, const struct page_test *t, struct vt_str *out);
/** page_see() - a link to "FILE" or "FILE:LINE"; nothing for NULL or ""
 * (page_checks.c) */
void page_see(const struct page *p, const struct page_test *t, const char *see,
	struct vt_str *out);

/** page_spans() - read when the phases of a test ran, without its section */
void page_spans(struct page_test *t);

/** page_table() - the matrix of tests and phases (page_table.c) */
void page_table(const struct page *p, struct vt_str *out);

/** page_history() - past verdicts as squares (page_history.c) */
void page_history(const struct page_test *t, struct vt_str *out);
/** page_durations() - a chart of durations, against the median of passes
 * (page_history.c) */
void page_durations(const struct page_test *t, struct vt_str *out);

/** page_timeline() - what ran when (page_timeline.c) */
void page_timeline(const struct page *p, struct vt_str *out);
/** page_stages() - the stages of a phase (page_stages.c) */
void page_stages(const struct stages *s, const char *phase, struct vt_str *out);

/** page_log() - a button that shows a log, and the packed log (page_log.c)
 * @name: below the test's directory
 * @stages, @report: of its phase, or NULL */
void page_log(struct page *p, const struct page_test *t, const char *name,
	const struct stages *stages, const struct vt_phase_report *report,
	const struct vt_node *fatal, struct vt_str *out);

/** page_files() - links to a test's files, and pictures of its screen
 * (page_files.c) */
void page_files(
	const struct page *p, const struct page_test *t, struct vt_str *out);
/** page_link() - append a file of a test as a URL relative to the page */
void page_link(const struct page *p, const struct page_test *t,
	const char *name, struct vt_str *out);

/** page_changes() - how a run differs from another (page_changes.c) */
void page_changes(const struct changes *c, const char *id, struct vt_str *out);

#endif
