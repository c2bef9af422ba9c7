/* Results: what each check expected and found, and the verdict of all.
 *
 *	struct result *r = result_new(&results, at, why, "swaps_used");
 *	result_expect(r, "%s is in use", swap);
 *	result_found(r, "%s", line);
 *	result_judge(r, found);
 *
 * A result that nobody judges is "not ok". Texts come from guests: they are
 * made printable and bounded as they enter, so that whatever writes them out
 * finds only tabs, newlines and printable UTF-8. Results own their texts.
 */
#ifndef VT_VERIFY_RESULT_H
#define VT_VERIFY_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum result_status { RESULT_NOT_OK, RESULT_OK, RESULT_SKIP };

struct result {
	char *name; /* stable, one line, unique */
	enum result_status status;
	char *expected, *found; /* or NULL; of a skip, found is the reason */
	char *detail;           /* more lines, or NULL */
	char *at, *why;         /* or NULL */
	char *see; /* file below the test's directory to look at, or NULL */
	bool host; /* not ok, and the host is at fault */
	double seconds;
};

struct results {
	struct result **v;
	size_t n;
};

struct result *result_new(struct results *all, const char *at, const char *why,
	const char *name_fmt, ...) __attribute__((format(printf, 4, 5)));

void result_expect(struct result *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void result_found(struct result *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void result_see(struct result *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void result_detail(struct result *r, const char *text, size_t len);

void result_judge(struct result *r, bool pass);
/** result_skip() - it could not be made, and why */
void result_skip(struct result *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** result_error() - not ok because of an error, whose words are taken */
void result_error(struct result *r, struct vt_err **err);

size_t results_count(const struct results *all, enum result_status status);
void results_free(struct results *all);

/* What the whole test came to. */
struct verdict {
	const char *word; /* passed, failed, error, skipped */
	int exit;
	char *cause; /* one line, "" when passed */
	char *see;   /* file below the test's directory, "" when passed */
};

/** verdict_of() - an error when the host was at fault, else failed by the
 * first result that is not ok; skipped when no check at all could be made */
struct verdict verdict_of(const struct results *all);
/** verdict_of_exit() - of a phase or tool that ended with this status */
struct verdict verdict_of_exit(int status, const char *cause, const char *see);
void verdict_free(struct verdict *v);
#define AUTO_VERDICT __attribute__((cleanup(verdict_free)))

#endif
