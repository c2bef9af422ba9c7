#include "junit.h"

#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"

enum { MAX_XML = 64 << 20 };

struct sums {
	unsigned long tests, failures, errors, skipped;
	double seconds;
};

static void add_escaped(struct vt_str *out, const char *s)
{
	for (; *s; s++) {
		const char *word = *s == '&'   ? "&amp;"
				   : *s == '<' ? "&lt;"
				   : *s == '>' ? "&gt;"
				   : *s == '"' ? "&quot;"
					       : NULL;
		if (word)
			vt_str_add(out, word);
		else
			vt_str_addc(out, *s);
	}
}

/* What stands between the outermost tags, when it is a file of vt-verify's. */
static bool add_suite(
	const struct row *r, struct vt_str *out, struct sums *sums)
{
	struct sums one;
	VT_AUTO_FREE char *path = vt_fs_join(r->dir, "result.xml");
	VT_AUTO_FREE char *text =
		vt_fs_exists(path) ? vt_fs_read(path, MAX_XML, NULL, NULL)
				   : NULL;
	const char *all = text ? strstr(text, "<testsuites ") : NULL;
	const char *from = all ? strstr(all, "  <testsuite ") : NULL;
	const char *to = from ? strstr(from, "</testsuites>") : NULL;
	if (!to || sscanf(all,
			   "<testsuites tests=\"%lu\" failures=\"%lu\" "
			   "errors=\"%lu\" skipped=\"%lu\" time=\"%lf\">",
			   &one.tests, &one.failures, &one.errors, &one.skipped,
			   &one.seconds) != 5)
		return false;
	vt_str_addn(out, from, (size_t)(to - from));
	sums->tests += one.tests;
	sums->failures += one.failures;
	sums->errors += one.errors;
	sums->skipped += one.skipped;
	sums->seconds += one.seconds;
	return true;
}

static void add_error(
	const struct row *r, struct vt_str *out, struct sums *sums)
{
	vt_str_add(out, "  <testsuite name=\"");
	add_escaped(out, r->test);
	vt_str_add(out, "\" tests=\"1\" failures=\"0\" errors=\"1\" "
			"skipped=\"0\" time=\"0\">\n    <testcase "
			"classname=\"");
	add_escaped(out, r->test);
	vt_str_add(out, "\" name=\"result\" time=\"0\">\n      <error "
			"type=\"host\" message=\"");
	add_escaped(out, r->cause);
	vt_str_add(out, "\"/>\n    </testcase>\n  </testsuite>\n");
	sums->tests++;
	sums->errors++;
}

void junit_format(const struct rows *rows, struct vt_str *out)
{
	VT_AUTO_STR struct vt_str suites = VT_STR_INIT;
	struct sums sums = {0};
	for (size_t i = 0; i < rows->n; i++)
		if (!add_suite(&rows->v[i], &suites, &sums))
			add_error(&rows->v[i], &suites, &sums);
	vt_str_addf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites tests=\"%lu\" failures=\"%lu\" errors=\"%lu\" "
		"skipped=\"%lu\" time=\"%.3f\">\n%s</testsuites>\n",
		sums.tests, sums.failures, sums.errors, sums.skipped,
		sums.seconds, vt_str_c(&suites));
}
