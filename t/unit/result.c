/* A test's result: its verdict, result.json and back, TAP, JUnit. */
#include <stdlib.h>
#include <sys/stat.h>

#include "../tap.h"
#include "base/fs.h"
#include "base/mem.h"
#include "test/result.h"
#include "test/verdict.h"

/* A result with each status of a check, and each text. */
static void fill(struct vt_result *r, const char *test)
{
	struct vt_check_result *c;
	r->test = vt_strdup(test);
	vt_result_add_phase(r, "install", 0, "poweroff", "2026-01-02T03:04:05Z",
		NULL, 93250);
	vt_result_add_phase(
		r, "boot", 0, NULL, NULL, "2026-01-03T03:04:05Z", 61004);
	c = vt_check_new(&r->checks, "a.yaml:1:2", "it \"must\"", "good");
	vt_check_judge(c, true);
	c->ms = 1999;
	c = vt_check_new(&r->checks, "a.yaml:3:4", "x < y & z", "a #1\\b");
	vt_check_expect(c, "<a>\n\t\"b\"");
	vt_check_found(c, "%s", "c & d ]]>");
	vt_check_detail(c, "one\ntwo\n", 8);
	vt_check_see(c, "collect/%s", "x");
	c->ms = 2;
	c = vt_check_new(&r->checks, NULL, NULL, "absent");
	vt_check_skip(c, "no '%s' was collected", "x");
	vt_result_judge(r);
}

static void test_making(void)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	VT_AUTO_ERR struct vt_err *err = NULL;
	char endless[9000];
	struct vt_check_result *c =
		vt_check_new(&r.checks, "a\nb", NULL, "x\n%s", "y");
	is_str(c->name, "x?y", "a name is one line");
	is_str(c->at, "a?b", "  so is who asked");
	ok(c->status == VT_CHECK_NOT_OK, "  not ok until judged");
	is_str(vt_check_new(&r.checks, NULL, NULL, "n")->name, "n", "a name");
	is_str(vt_check_new(&r.checks, NULL, NULL, "n")->name, "n (2)",
		"  with a number when it is taken");
	is_str(vt_check_new(&r.checks, NULL, NULL, "n")->name, "n (3)",
		"  and the next");
	c = &r.checks.v[1];
	vt_check_found(c, "\x1b[2Jred\x1b[0m\a\r\nline\n\n");
	is_str(c->found, "red?\nline", "texts are inert, and end in a line");
	vt_check_found(c, "%s again", c->found);
	is_str(c->found, "red?\nline again",
		"  they may be made of themselves");
	memset(endless, 'e', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	vt_check_expect(c, "%s", endless);
	is_str(c->expected + 4096, "... (8999 bytes in total)",
		"  and bounded");
	vt_err_set(&err, VT_HOST, "no disk");
	vt_err_detail(&err, "its words");
	vt_check_error(c, &err);
	ok(c->host && c->status == VT_CHECK_NOT_OK && !err,
		"an error of the host is one");
	is_str(c->found, "no disk", "  with its words");
	is_str(c->detail, "its words", "  all of them");
}

/* The verdict of checks that came to these: o, n, s, h (not ok by the host), k
 * (known), e (known and excused) */
static void judged(const char *checks, int status, const char *cause)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	for (const char *p = checks; *p; p++) {
		struct vt_check_result *c =
			vt_check_new(&r.checks, NULL, NULL, "%zu", p - checks);
		if (*p == 's')
			vt_check_skip(c, "why not");
		else
			vt_check_judge(c, *p == 'o');
		c->host = *p == 'h';
		if (*p == 'k' || *p == 'e')
			vt_check_known(c, "bug", *p == 'e');
	}
	vt_result_judge(&r);
	vt_result_settle(&r);
	ok(r.exit == status, "'%s': status %d", checks, status);
	is_str(r.status, vt_verdict_word(status), "  its word");
	is_str(r.cause, cause, "  its cause");
}

static void test_verdicts(void)
{
	judged("oso", VT_OK, "");
	judged("onn", VT_FAILED, "1: not ok");
	judged("nho", VT_HOST, "1: not ok");
	judged("ss", VT_SKIPPED, "all checks were skipped");
	judged("", VT_SKIPPED, "all checks were skipped");
	judged("ok", VT_FAILED, "1: not ok");
	judged("okn", VT_FAILED, "2: not ok");
	judged("oe", VT_SKIPPED, "1: not ok");
	judged("oek", VT_FAILED, "1: not ok");
	judged("oen", VT_FAILED, "2: not ok");
	judged("oeh", VT_HOST, "2: not ok");
}

static void test_known(void)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	is_str(vt_result_known(&r), NULL, "nothing failed: nothing is known");
	vt_check_known(
		vt_check_new(&r.checks, NULL, NULL, "a"), "one\ntwo", true);
	is_str(vt_result_known(&r), "one", "a bug is one line");
	vt_result_end(&r, VT_TIMEOUT, "slow", "logs");
	vt_result_add_phase(&r, "boot", 4, NULL, NULL, NULL, 0);
	vt_result_settle(&r);
	is_int(r.exit, VT_SKIPPED, "a timeout that is excused");
	is_str(r.cause, "slow", "  keeps its cause");
	is_str(vt_result_phase(&r), "boot", "  and its phase");
	vt_check_judge(vt_check_new(&r.checks, NULL, NULL, "b"), false);
	is_str(vt_result_known(&r), NULL, "a failure that is not known");
	for (int i = 0; i < 100; i++)
		vt_result_note(&r, "logs", "note %d\x1b[2J\n%5000d", i, i);
	is_int((long long)r.n_notes, 33, "notes are bounded");
	is_str(r.notes[32].text, "there are more", "  and say so");
	ok(strlen(r.notes[0].text) < 300 && !strchr(r.notes[0].text, '\n') &&
			!strchr(r.notes[0].text, 0x1b),
		"  each is a short line");
}

static void test_phase(void)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	vt_result_end(&r, VT_FAILED, "one\ntwo", "x");
	is_str(r.cause, "one", "a cause is one line");
	is_str(vt_result_phase(&r), "verify", "no phase failed: verify did");
	vt_result_add_phase(&r, "install", 0, NULL, NULL, NULL, 0);
	vt_result_add_phase(&r, "boot", 4, NULL, NULL, NULL, 0);
	vt_result_add_phase(&r, "collect", 1, NULL, NULL, NULL, 0);
	is_str(vt_result_phase(&r), "boot", "the first that failed ended it");
	vt_result_end(&r, VT_OK, "", "");
	is_str(vt_result_phase(&r), "-", "none of a test that passed");
}

static char *text_of(const char *dir, const char *name)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	return vt_fs_exists(path) ? vt_fs_read(path, 1 << 20, NULL, NULL)
				  : NULL;
}

static void same_file(const char *a, const char *b, const char *name)
{
	VT_AUTO_FREE char *one = text_of(a, name);
	VT_AUTO_FREE char *other = text_of(b, name);
	ok(one && other, "  there is %s", name);
	is_str(other, one, "    with the same content");
}

static void test_round_trip(const char *dir)
{
	VT_AUTO_RESULT struct vt_result r = {0}, back = {0};
	VT_AUTO_FREE char *a = vt_fs_join(dir, "a"), *b = vt_fs_join(dir, "b");
	fill(&r, "simple");
	vt_check_known(&r.checks.v[1], "a bug", true);
	vt_result_add_known(
		&r, "k:1:3", "a bug", "2026-01-02", VT_KNOWN_EXPIRED);
	vt_result_note(&r, "logs/x:1", "a note");
	vt_result_note(&r, NULL, "another");
	r.checks.v[1].host = true;
	vt_result_judge(&r);
	vt_fs_mkdirs(a, 0777, NULL);
	vt_fs_mkdirs(b, 0777, NULL);
	is_int(vt_result_read(a, &back, NULL), 0, "no result");
	is_int(vt_result_write(a, &r, "shown", NULL), 0, "written");
	is_int(vt_result_read(a, &back, NULL), 1, "read");
	is_int(vt_result_write(b, &back, "shown", NULL), 0, "written again");
	same_file(a, b, "result.json");
	same_file(a, b, "result.tap");
	same_file(a, b, "result.xml");
	is_str(back.status, "error", "read: the verdict");
	is_int(back.exit, VT_HOST, "  its status");
	is_int((long long)back.n_phases, 2, "  the phases");
	is_str(back.phases[1].name, "boot", "    their names");
	is_int((long long)back.phases[1].ms, 61004, "    their times");
	is_int((long long)back.checks.n, 3, "  the checks");
	ok(back.checks.v[1].host && !back.checks.v[0].host,
		"    whose fault it is");
	is_str(back.checks.v[1].expected, "<a>\n\t\"b\"", "    texts");
	is_str(back.checks.v[1].known, "a bug", "    bugs");
	ok(back.checks.v[1].excused, "    what does not count");
	is_str(back.notes[0].text, "a note", "  the notes");
	is_str(back.known[0].until, "2026-01-02", "  the known issues");
	is_int(back.known[0].state, VT_KNOWN_EXPIRED, "    what they are");
}

/* Whoever finds result.json finds the others. */
static void test_order(const char *dir)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	VT_AUTO_FREE char *c = vt_fs_join(dir, "c");
	VT_AUTO_FREE char *in_the_way = vt_fs_join(c, "result.xml/x");
	VT_AUTO_FREE char *json = vt_fs_join(c, "result.json");
	fill(&r, "simple");
	vt_fs_mkdirs(in_the_way, 0777, NULL);
	is_int(vt_result_write(c, &r, "shown", NULL), -1,
		"result.xml cannot be written");
	ok(!vt_fs_exists(json), "  nor is result.json");
}

static int read_text(
	const char *dir, const char *json, struct vt_result *r, char **why)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_FREE char *path = vt_fs_join(dir, "result.json");
	vt_fs_write(path, json, strlen(json), 0644, NULL);
	int rc = vt_result_read(dir, r, &err);
	if (why)
		*why = err ? vt_strdup(err->msg) : NULL;
	return rc;
}

static void is_refused(const char *dir, const char *json, const char *words)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	VT_AUTO_FREE char *why = NULL;
	is_int(read_text(dir, json, &r, &why), -1, json);
	if (!ok(why && strstr(why, words), "  says: %s", words))
		printf("# found %s\n", why ? why : "nothing");
	ok(!r.test && !r.checks.n, "  leaves nothing");
}

#define VERDICT(status, exit)                                                  \
	"{\"format\":1,\"test\":\"t\",\"status\":\"" status                    \
	"\",\"exit\":" #exit                                                   \
	",\"cause\":\"\",\"see\":\"\",\"phases\":{},\"checks\":"
#define HEAD "{\"format\":1,\"test\":\"t\",\"status\":\"failed\",\"exit\":1"

static void test_reading(const char *dir)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	is_int(read_text(dir,
		       HEAD ",\"cause\":\"\\u001b[2Ja\\nb\",\"see\":\"\","
			    "\"phases\":{\"\\u001bx\":{\"outcome\":\"\\t\\u0007"
			    "\"}},"
			    "\"checks\":[{\"name\":\"n\",\"status\":\"not ok\","
			    "\"found\":\"\\u0001\\n\\u0085x\"}]}",
		       &r, NULL),
		1, "hostile texts");
	is_str(r.cause, "a?b", "  one line stays one");
	is_str(r.phases[0].outcome, "\t?", "  of a phase too");
	ok(!strchr(r.phases[0].name, 0x1b), "  and its name");
	ok(strchr(r.checks.v[0].found, '\n') && !strchr(r.checks.v[0].found, 1),
		"  what a check found may have more");
	is_refused(dir, "{", "result.json:");
	is_refused(dir, "[]", "result.json:1:1");
	is_refused(dir, "{\"format\":2}", "result.json:1:11");
	is_refused(dir, HEAD "}", "is missing");
	is_refused(dir, VERDICT("failed", 0) "[]}",
		"'status: failed' does not go with 'exit: 0'");
	is_refused(dir, VERDICT("passed", 77) "[]}", "'exit: 77'");
	is_refused(dir,
		VERDICT("passed",
			0) "[{\"name\":\"n\",\"status\":\"not ok\"}]}",
		"the check 'n' is not ok");
	is_refused(dir,
		VERDICT("skipped", 77) "[{\"name\":\"n\",\"status\":\"not ok\","
				       "\"excused\":true}]}",
		"'n' is excused, but not known");
	is_refused(dir, "{\"format\":1,\"test\":\"t\",\"status\":\"great\"}",
		"'great'");
	is_refused(dir,
		HEAD ",\"cause\":\"\",\"see\":\"\",\"phases\":{},\"checks\":["
		     "{\"name\":\"n\",\"status\":\"ok\"},"
		     "{\"name\":\"n\",\"status\":\"fine\"}]}",
		"'fine'");
}

static void test_tap(void)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	fill(&r, "simple");
	vt_result_tap(&r, "tests/simple", &out);
	is_str(out.s,
		"TAP version 13\n1..3\n"
		"ok 1 - good\n"
		"not ok 2 - a \\#1\\\\b\n"
		"#   expected: <a>\n"
		"#             \t\"b\"\n"
		"#   found:    c & d ]]>\n"
		"#   | one\n"
		"#   | two\n"
		"#   at:       a.yaml:3:4\n"
		"#   why:      x < y & z\n"
		"#   see:      tests/simple/collect/x\n"
		"ok 3 - absent # SKIP no 'x' was collected\n",
		"TAP");
}

#define SUITE                                                                  \
	"    <testcase classname=\"a&amp;b\" name=\"good\" time=\"1.999\"/>\n" \
	"    <testcase classname=\"a&amp;b\" name=\"a #1\\b\" "                \
	"time=\"0.002\">\n"                                                    \
	"      <failure type=\"check\" message=\"c &amp; d ]]&gt;\">"          \
	"expected: &lt;a&gt;\n"                                                \
	"&#9;&quot;b&quot;\n"                                                  \
	"found: c &amp; d ]]&gt;\n"                                            \
	"at: a.yaml:3:4\n"                                                     \
	"why: x &lt; y &amp; z\n"                                              \
	"see: collect/x\n"                                                     \
	"</failure>\n"                                                         \
	"      <system-out>context: one\n"                                     \
	"two\n"                                                                \
	"</system-out>\n"                                                      \
	"    </testcase>\n"                                                    \
	"    <testcase classname=\"a&amp;b\" name=\"absent\" "                 \
	"time=\"0.000\">\n"                                                    \
	"      <skipped message=\"no 'x' was collected\"/>\n"                  \
	"    </testcase>\n"

static void test_junit(void)
{
	VT_AUTO_RESULT struct vt_result r = {0};
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	const struct vt_result *one = &r;
	fill(&r, "a&b");
	vt_result_junit(&one, 1, &out);
	is_str(out.s,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites tests=\"3\" failures=\"1\" errors=\"0\" "
		"time=\"2.001\">\n"
		"  <testsuite name=\"a&amp;b\" tests=\"3\" failures=\"1\" "
		"errors=\"0\" time=\"2.001\" skipped=\"1\" "
		"timestamp=\"2026-01-02T03:04:05Z\">\n" SUITE "  </testsuite>\n"
		"</testsuites>\n",
		"JUnit");
}

/* A failure is one of the host's, of time, or of the check. */
static void test_junit_types(void)
{
	static const struct {
		int status;
		bool host;
		const char *element;
	} rows[] = {
		{VT_FAILED, false, "<failure type=\"check\""},
		{VT_TIMEOUT, false, "<failure type=\"timeout\""},
		{VT_FAILED, true, "<error type=\"host\""},
		{VT_USAGE, false, "<error type=\"check\""},
	};
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		VT_AUTO_RESULT struct vt_result r = {.test = vt_strdup("t")};
		VT_AUTO_STR struct vt_str out = VT_STR_INIT;
		const struct vt_result *one = &r;
		vt_check_new(&r.checks, NULL, NULL, "x")->host = rows[i].host;
		vt_result_end(&r, rows[i].status, "", "");
		vt_result_junit(&one, 1, &out);
		ok(strstr(out.s, rows[i].element), "%s", rows[i].element);
	}
}

static void test_junit_many(void)
{
	enum { MANY = 300 };
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	struct vt_result *all = vt_calloc(MANY, sizeof(*all));
	const struct vt_result **v = vt_calloc(MANY, sizeof(*v));
	size_t suites = 0;
	for (size_t i = 0; i < MANY; i++) {
		VT_AUTO_FREE char *name = vt_printf("t%zu", i);
		fill(&all[i], name);
		v[i] = &all[i];
	}
	all[7].checks.v[1].host = true;
	vt_result_junit(v, MANY, &out);
	ok(strstr(out.s, "<testsuites tests=\"900\" failures=\"299\" "
			 "errors=\"1\" time=\"600.300\">\n"),
		"many tests: the sums of all");
	for (const char *p = out.s; (p = strstr(p, "<testsuite ")); p++)
		suites++;
	is_int((long long)suites, MANY, "  a suite each");
	for (size_t i = 0; i < MANY; i++)
		vt_result_free(&all[i]);
	free(all);
	free(v);
	vt_str_free(&out);
	vt_result_junit(NULL, 0, &out);
	is_str(out.s,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites tests=\"0\" failures=\"0\" errors=\"0\" "
		"time=\"0.000\">\n</testsuites>\n",
		"none");
}

static void test_tally(void)
{
	static const int order[] = {VT_SKIPPED, VT_OK, VT_FAILED, VT_TIMEOUT,
		VT_USAGE, VT_HOST, 130};
	struct vt_tally none = {0};
	is_int(none.worst, VT_OK, "the worst of none");
	for (size_t i = 0; i < VT_COUNT(order); i++)
		for (size_t k = i; k < VT_COUNT(order); k++) {
			struct vt_tally a = {0}, b = {0};
			vt_tally_add(&a, order[i]);
			vt_tally_add(&a, order[k]);
			vt_tally_add(&b, order[k]);
			vt_tally_add(&b, order[i]);
			ok(a.worst == order[k] && b.worst == order[k],
				"%d and %d: %d is worse", order[i], order[k],
				order[k]);
			ok(vt_tally_unsteady(&a) ==
					(order[i] == VT_OK &&
						(order[k] == VT_FAILED ||
							order[k] ==
								VT_TIMEOUT)),
				"  whether one failed and one passed");
		}
}

int main(void)
{
	char *dir = vt_fs_tmpdir("vt-result", NULL);
	test_making();
	test_verdicts();
	test_known();
	test_phase();
	test_round_trip(dir);
	test_order(dir);
	test_reading(dir);
	test_tap();
	test_junit();
	test_junit_types();
	test_junit_many();
	test_tally();
	vt_fs_rmtreep(&dir);
	return done_testing();
}
