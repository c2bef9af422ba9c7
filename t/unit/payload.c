/* What counts as the installer's success: a line of its own, between the marks
 * of vt-pack, and an exit status of 0. */
#include "qemu/payload.h"

#include "base/mem.h"
#include "base/str.h"
#include "qemu/console.h"
#include "qemu/console_lines.h"

#include "../tap.h"

#define CURTIN "curtin: Installation finished\\.( No error reported\\.)?"
#define DONE "curtin: Installation finished."
#define START "vt-pack: inst: start\n"
#define END(n) "vt-pack: inst: exit status " #n "\n"
#define JOURNAL "[   12.345678] cloud-init[301]: "

struct row {
	const char *ere, *console, *channel;
	const char *why; /* a part of the failure; NULL: success */
};

static const struct row rows[] = {
	/* the real thing */
	{CURTIN, DONE "\n", "", NULL},
	{CURTIN, DONE " No error reported.\r\n", "", NULL},
	{CURTIN, START DONE "\n" END(0), "", NULL},
	{CURTIN, JOURNAL START JOURNAL DONE "\n" JOURNAL END(0), "", NULL},
	{CURTIN, "[    1.000000][    T1] " DONE "\n", "", NULL},
	{CURTIN, "localhost login: " JOURNAL DONE "\n", "", NULL},
	{CURTIN, "\033[1m" DONE "\033[0m \n", "", NULL},
	{CURTIN,
		START "curtin: Installation fin[   12.345678] e1000: up\n"
		      "ished.\n" END(0),
		"", NULL},
	{CURTIN, DONE "\n",
		"vt-pack: inst: start\nvt-pack: inst: "
		"exit status 0",
		NULL},
	{CURTIN, "", "vt-pack: inst: start\n" DONE "\n" END(0), NULL},
	{"all done", "all done\n", "", NULL},
	{".*all done.*", "inst: all done in 3 s\n", "", NULL},
	{"a|all done", "all done\n", "", NULL},
	{"(a)b[a]", "aba\n", "", NULL},
	{"vt-pack: inst: exit status 0", START END(0), "", NULL},
	{"vt-pack: inst: exit status 0", "", START END(0), NULL},
	{NULL, "", "", NULL},
	{NULL, START, "", NULL},
	{NULL, START END(0), "", NULL},

	/* an exit status other than 0 */
	{CURTIN, START DONE "\n" END(3), "",
		"ended with 'vt-pack: inst: "
		"exit status 3', although"},
	{CURTIN, DONE "\n" END(3), "", "exit status 3"},
	{CURTIN, DONE "\n", START END(3), "exit status 3"},
	{CURTIN, START DONE "\n" END(0), START END(3), "exit status 3"},
	{CURTIN, START DONE "\n" END(3), START END(0), "exit status 3"},
	{CURTIN, START DONE "\n" JOURNAL END(143), "", "exit status 143"},
	{"vt-pack: inst: exit status 0", START END(1) START END(0), "",
		"exit status 1"},
	{NULL, START END(3), "", "exit status 3"},

	/* mentioned, not said */
	{CURTIN, "+ echo " DONE "\n", "", "only part of the line"},
	{CURTIN, START "+ echo '" DONE "'\n" END(0), "",
		"exit status 0', without a line that matches"},
	{CURTIN, "\techo \"" DONE "\"\n", "", "no line matches"},
	{CURTIN, JOURNAL "+ echo " DONE "\n", "", "no line matches"},
	{CURTIN, "[    0.000000] Command line: vt.x=" DONE "\n", "",
		"no line matches"},
	{CURTIN, "[    0.000000] Command line: " JOURNAL DONE " quiet\n", "",
		"no line matches"},
	{CURTIN, DONE " is what the script prints\n", "", "no line matches"},
	{CURTIN, "cloud-init[7: " DONE "\n", "", "no line matches"},
	{"all done", "inst: all done in 3 s\n", "", "no line matches"},
	{"a|all done", "call done\n", "", "no line matches"},

	/* not between the marks */
	{CURTIN, DONE "\n" START END(0), "", "not between vt-pack's marks"},
	{CURTIN, START END(0) DONE "\n", "", "not between vt-pack's marks"},
	{CURTIN, START DONE "\n", "", "interrupted"},
	{CURTIN, DONE "\n", START, "interrupted"},
	{CURTIN, "", "", "no line matches the success pattern"},
};

static struct vt_success *success;

static void take(void *data, enum vt_line kind, const char *line, size_t len)
{
	if (kind == VT_LINE_COMPLETE || kind == VT_LINE_JOINED)
		vt_payload_line(data, success, VT_FROM_CONSOLE, line, len, 1);
}

static void channel(struct vt_payload *p, const char *text)
{
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_split(text, '\n', &lines);
	for (size_t i = 0; i < lines.n; i++)
		vt_payload_line(p, success, VT_FROM_CHANNEL, lines.v[i],
			strlen(lines.v[i]), 0);
}

static void check(const struct row *row)
{
	struct vt_payload p = VT_PAYLOAD_INIT;
	struct vt_lines *lines = vt_lines_new(take, &p);
	success = row->ere ? vt_success_new(row->ere, NULL) : NULL;
	vt_lines_feed(lines, row->console, strlen(row->console));
	vt_lines_end(lines);
	channel(&p, row->channel);
	VT_AUTO_FREE char *why = vt_payload_failure(&p, row->ere);
	VT_AUTO_STR struct vt_str shown = VT_STR_INIT;
	vt_str_printable(&shown, row->console, strlen(row->console), false);
	bool pass = row->why ? why && strstr(why, row->why) : !why;
	if (!ok(pass, "%s: %s / %s", row->why ? "fails" : "succeeds", shown.s,
		    *row->channel ? "channel" : ""))
		printf("# %s\n", why ? why : "success");
	vt_success_free(success);
	vt_lines_free(lines);
}

/* The tail of a line that is longer than the console's buffer. */
static void long_lines(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = vt_console_new();
	VT_AUTO_STR struct vt_str line = VT_STR_INIT;
	vt_console_rule(c, VT_RULE_SUCCESS, "ok", CURTIN, NULL, NULL);
	for (int i = 0; i < 4096; i++)
		vt_str_addc(&line, 'x');
	vt_str_add(&line, DONE "\n");
	vt_console_feed(c, line.s, line.len, 1);
	VT_AUTO_FREE char *why =
		vt_payload_failure(vt_console_payload(c), CURTIN);
	ok(why != NULL, "the rest of a long line is no line of its own");
	vt_console_feed(c, DONE "\n", strlen(DONE "\n"), 2);
	VT_AUTO_FREE char *later =
		vt_payload_failure(vt_console_payload(c), CURTIN);
	is_str(later, NULL, "the next line is");
}

/* Half a line that the guest has not ended may become another line. */
static void half_lines(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = vt_console_new();
	vt_console_rule(c, VT_RULE_SUCCESS, "ok", CURTIN, NULL, NULL);
	vt_console_feed(c, DONE, strlen(DONE), 1);
	vt_console_quiet(c, 2);
	VT_AUTO_FREE char *early =
		vt_payload_failure(vt_console_payload(c), CURTIN);
	ok(early != NULL, "a line without an end does not count yet");
	vt_console_end(c, 3);
	VT_AUTO_FREE char *end =
		vt_payload_failure(vt_console_payload(c), CURTIN);
	is_str(end, NULL, "at the end of the output it does");
}

int main(void)
{
	for (size_t i = 0; i < VT_COUNT(rows); i++)
		check(&rows[i]);
	long_lines();
	half_lines();
	VT_AUTO_ERR struct vt_err *err = NULL;
	ok(!vt_success_new("a(b", &err) && err->status == VT_USAGE,
		"a bad pattern is an error");
	return done_testing();
}
