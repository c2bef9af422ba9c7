/* The console: lines, rules, context, limits. t/unit/match.c has the matching
 * and its cost. */
#include "qemu/console.h"
#include "test/fatal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/match.h"
#include "data/pattern.h"
#include "qemu/console_times.h"

#include "../tap.h"

static unsigned feed(struct vt_console *c, const char *s)
{
	return vt_console_feed(c, s, strlen(s), 5);
}

static unsigned bit(enum vt_rule kind)
{
	return 1u << kind;
}

/* A console with the table's rows for an install. */
static struct vt_console *watched(void)
{
	struct vt_console *c = vt_console_new();
	struct vt_fatals f;
	vt_fatals_of(&f, "install", NULL);
	vt_fatals_watch(&f, c, NULL);
	vt_fatals_free(&f);
	return c;
}

static void context(const struct vt_console *c, struct vt_strv *lines)
{
	VT_AUTO_STORY struct vt_story s = {0};
	vt_console_story(c, &s);
	vt_story_context(&s, s.failure, lines);
}

static bool matches(const char *ere, const char *text)
{
	regex_t re;
	if (vt_pattern_compile(&re, ere, REG_NOSUB, NULL) < 0)
		return false;
	int rc = regexec(&re, text, 0, NULL, 0);
	regfree(&re);
	return rc == 0;
}

static void lines(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = watched();
	vt_console_rule(c, VT_RULE_SUCCESS, "ok", "^all done$", NULL, NULL);
	vt_console_rule(c, VT_RULE_FAILURE, "bad", "it broke", NULL, NULL);
	is_int(feed(c, "[    0.0] Linux version 6.1\r\n"), bit(VT_MARK_KERNEL),
		"a mark");
	is_int(feed(c, "[    0.0] Linux version 6.1\r\n"), 0,
		"a rule fires only once");
	is_int(feed(c, "all "), 0, "half a line");
	is_int(feed(c, "done\n"), bit(VT_RULE_SUCCESS), "the other half");
	is_int(feed(c, "\033[1mit \033[31mbroke\033[0m\n"),
		bit(VT_RULE_FAILURE), "a line with escape sequences");
	is_str(vt_console_hit(c, VT_RULE_FAILURE)->line, "it broke",
		"the line is made printable");
	is_str(vt_console_hit(c, VT_RULE_FAILURE)->id, "bad", "rule's id");
	is_int((long long)vt_console_hit(c, VT_RULE_FAILURE)->at_ms, 5, "time");
	ok(!vt_console_hit(c, VT_RULE_PANIC)->id, "no panic yet");
	is_int(feed(c, "10%\r20%\rKernel panic - not syncing: x"), 0,
		"an incomplete line is not matched yet");
	is_int(vt_console_end(c, 6), bit(VT_RULE_PANIC),
		"the end of the output completes it");
	is_str(vt_console_last(c), "Kernel panic - not syncing: x",
		"the last line");

	VT_AUTO_CONSOLE struct vt_console *d = watched();
	VT_AUTO_FREE char *big = vt_alloc(100001);
	memset(big, 'x', 100000);
	memcpy(big + 50000, "Kernel panic - not syncing", 26);
	is_int(feed(d, big), bit(VT_RULE_PANIC), "a line of 100000 bytes");
	vt_console_feed(d, "a\0b\377\n", 5, 1);
	is_str(vt_console_last(d) + strlen(vt_console_last(d)) - 4, "a?b?",
		"NUL and invalid bytes are made visible");
}

static void contexts(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = watched();
	VT_AUTO_STRV struct vt_strv got = VT_STRV_INIT, at = VT_STRV_INIT;
	vt_console_rule(c, VT_RULE_FAILURE, "f", "^FAIL", NULL, NULL);
	for (int i = 0; i < 100; i++) {
		VT_AUTO_FREE char *s =
			vt_printf("%s %d\n\n", i == 50 ? "FAIL" : "line", i);
		if (i == 40)
			context(c, &got);
		feed(c, s);
	}
	ok(got.n == 20 && !strcmp(got.v[19], "line 39"),
		"context without a failure: the last lines");
	context(c, &at);
	ok(at.n == 40, "context of a failure: 40 lines");
	ok(at.n == 40 && !strcmp(at.v[19], "FAIL 50") &&
			!strcmp(at.v[39], "line 70"),
		"the failure is in their middle");
}

/* What is kept to find the cause. */
static void story(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = watched();
	VT_AUTO_STORY struct vt_story s = {0}, early = {0};
	VT_AUTO_STRV struct vt_strv got = VT_STRV_INIT;
	vt_console_rule(c, VT_RULE_AT_END, "f", "^FAIL", NULL, NULL);
	for (int i = 0; i < 2000; i++) {
		VT_AUTO_FREE char *line = vt_printf(
			"%s %d\n", i % 1000 == 500 ? "FAIL" : "line", i);
		feed(c, line);
		if (i != 600)
			continue;
		vt_console_story(c, &early);
		ok(early.n == 300 && !strcmp(early.v[299].text, "line 600"),
			"a story that is still told: 300 lines, each once");
	}
	vt_console_story(c, &s);
	ok(s.n == 600 && s.failure == 199 && !strcmp(s.v[0].text, "line 301") &&
			!strcmp(s.v[199].text, "FAIL 500") &&
			!strcmp(s.v[399].text, "line 700") &&
			!strcmp(s.v[400].text, "line 1800") &&
			!strcmp(s.v[599].text, "line 1999"),
		"200 lines before and after the first failure, and the last");
	is_int((long)vt_story_context(&s, 410, &got), 19,
		"the context of any line of it");
	ok(got.n == 40 && !strcmp(got.v[19], "line 1810"), "  has that line");

	VT_AUTO_CONSOLE struct vt_console *j = watched();
	VT_AUTO_STORY struct vt_story parts = {0};
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	feed(j, "Value[    1.000000] loop0: x\nError: bad\nmore\n");
	vt_console_story(j, &parts);
	vt_story_context(&parts, parts.failure, &lines);
	ok(parts.n == 4 && parts.v[2].joined &&
			!strcmp(parts.v[2].text, "ValueError: bad"),
		"a joined line is told after its parts");
	is_int((long)lines.n, 3, "  and is not in a context");
	is_str(vt_console_last(j), "more", "  nor the last line");
}

static void logs(void)
{
	VT_AUTO_FREE char *dir = vt_fs_tmpdir("vt-console", NULL);
	VT_AUTO_FREE char *path = vt_fs_join(dir, "log");
	VT_AUTO_CONSOLE struct vt_console *c = watched();
	vt_console_limit(c, 10);
	is_int(vt_console_log(c, path, NULL), 0, "log");
	vt_console_feed(c, "\033[1m\0\r\n", 7, 0);
	feed(c, "56789\nKernel panic - not syncing: after the limit\n");
	feed(c, "more\n");
	size_t len;
	VT_AUTO_FREE char *text = vt_fs_read(path, 1000, &len, NULL);
	ok(len > 10 && !memcmp(text, "\033[1m\0\r\n567", 10),
		"the log has the guest's bytes, up to the limit");
	is_str(text ? text + 10 : NULL,
		"\nvt: serial log truncated after 10 bytes\n",
		"the log says once that it was truncated");
	ok(vt_console_hit(c, VT_RULE_PANIC)->id != NULL,
		"rules match beyond the limit");
	is_int(vt_console_write_error(c), 0, "no write error");
	vt_fs_rmtree(dir, NULL);

	VT_AUTO_CONSOLE struct vt_console *full = watched();
	if (vt_console_log(full, "/dev/full", NULL) < 0) {
		skip("a full disk", "no /dev/full");
		return;
	}
	feed(full, "Linux version 6\nnext\n");
	is_int(vt_console_write_error(full), ENOSPC, "a full disk is reported");
	ok(vt_console_hit(full, VT_MARK_KERNEL)->id != NULL,
		"rules match although the disk is full");
}

/* Lines of programs that kernel messages interrupt. */
static void interruptions(void)
{
	static const char bad[] = "curtin: Installation failed";
	static const struct {
		const char *text, *what;
		bool hit;
	} table[] = {
		{"curtin: Instal[   12.345678] e1000: up\r\nlation failed\r\n",
			"a line interrupted once", true},
		{"curtin: Instal[   12.345678] a\n[   12.345679] b\n"
		 "lation[   13.000000] c\r\n[   13.1] d\n failed\n",
			"a stamp must have six digits", false},
		{"curtin: Instal[   12.345678] a\n[   12.345679] b\n"
		 "lation[   13.000000][    T1] c\r\n failed\n",
			"interrupted twice, by several messages", true},
		{"[   12.000000] cloud-init[7]: curtin: Instal[   12.345678] a"
		 "\nlation failed\n",
			"a line that has a time stamp itself", true},
		{"curtin: Instal\033[0m[   12.345678] a\nlation failed\n",
			"a line with escape sequences", true},
		{"curtin: Instal\nlation failed\n",
			"lines without an interruption are not joined", false},
		{"curtin: Instal[   12.345678] a\n\nlation failed\n",
			"a newline ends the interrupted line", false},
		{"\033[0m\033[2J\n\033[m\ncurtin: Installation failed\n",
			"after lines of escape sequences alone", true},
	};
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		VT_AUTO_CONSOLE struct vt_console *c = watched();
		unsigned fired = feed(c, table[i].text);
		is_int(fired & bit(VT_RULE_FAILURE),
			table[i].hit ? bit(VT_RULE_FAILURE) : 0, table[i].what);
		const char *line = vt_console_hit(c, VT_RULE_FAILURE)->line;
		if (line)
			ok(strstr(line, bad) != NULL, "  joined: %s", line);
	}
	VT_AUTO_CONSOLE struct vt_console *c = watched();
	vt_console_rule(c, VT_RULE_SUCCESS, "ok", "^all done$", NULL, NULL);
	is_int(feed(c, "all done[    1.000000] x\r\n"), 0,
		"a line interrupted before its newline");
	is_int(feed(c, "\r\n"), bit(VT_RULE_SUCCESS),
		"matches once the newline arrives");

	VT_AUTO_CONSOLE struct vt_console *p = watched();
	is_int(feed(p, "text\ngrub rescue> "), 0, "a prompt");
	is_int(vt_console_quiet(p, 7), bit(VT_RULE_FAILURE),
		"matches after a while without output");
	VT_AUTO_STRV struct vt_strv got = VT_STRV_INIT;
	context(p, &got);
	ok(got.n == 2 && !strcmp(got.v[1], "grub rescue> "),
		"the prompt is in the context");
	VT_AUTO_CONSOLE struct vt_console *q = watched();
	feed(q, "(initr[    1.000000] x\namfs) ");
	is_int(vt_console_quiet(q, 7), bit(VT_RULE_FAILURE),
		"an interrupted prompt");

	VT_AUTO_CONSOLE struct vt_console *t = watched();
	vt_console_rule(t, VT_RULE_SUCCESS, "ok", "exit status 0$", NULL, NULL);
	is_int(vt_console_channel_line(t, "vt-pack: x: start", 3),
		bit(VT_MARK_INSTALLER_START), "the channel: a mark");
	is_int(vt_console_channel_line(t, "vt-pack: x: exit status 0", 4),
		bit(VT_MARK_INSTALLER_END) | bit(VT_RULE_SUCCESS),
		"the channel: the end and the success");
	is_int(vt_console_channel_line(t, "Kernel panic - x", 5), 0,
		"the channel: a panic is ignored");
	is_int(feed(t, "vt-pack: x: exit status 0\n"), 0,
		"the same line on the console does not match again");
}

/* The table of fatal lines: which lines match, in which phase, with which
 * changes by the test. */
static const char *row_of(const char *phase, const char *changes,
	const char *line, enum vt_rule *kind)
{
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse("t.yaml", changes, strlen(changes), NULL);
	VT_AUTO_FATALS struct vt_fatals f = {0};
	vt_fatals_of(&f, phase, doc->root);
	struct vt_match *m = vt_match_new();
	for (size_t i = 0; i < f.n; i++)
		vt_match_add(m, f.v[i].ere, NULL);
	int i = vt_match_line(m, line, strlen(line), 0);
	vt_match_free(m);
	if (i < 0)
		return NULL;
	*kind = f.v[i].kind;
	/* ids of new rows do not outlive f, so copy it */
	static char id[64];
	snprintf(id, sizeof(id), "%s", f.v[i].id);
	return id;
}

static void fatals(void)
{
	static const struct {
		const char *phase, *changes, *line, *id;
		enum vt_rule kind;
	} table[] = {
		{"boot", "",
			"[ 1.2] Kernel panic - not syncing: VFS: Unable "
			"to mount root fs on unknown-block(0,0)",
			"no-root", VT_RULE_PANIC},
		{"boot", "", "Kernel panic - not syncing: x", "kernel-panic",
			VT_RULE_PANIC},
		{"boot", "", "Oops: 0002 [#1] PREEMPT SMP NOPTI", "kernel-oops",
			VT_RULE_FAILURE},
		{"boot", "", "traps: x[9] general protection fault ip:1 sp:2",
			NULL, 0},
		{"boot", "",
			"general protection fault, probably for "
			"non-canonical address 0x1: 0000 [#1] SMP",
			"general-protection", VT_RULE_FAILURE},
		{"install", "",
			"INFO: task dd:7 blocked for more than 120 "
			"seconds.",
			"hung-task", VT_RULE_FAILURE},
		{"boot", "", "grub> ", "grub-prompt", VT_RULE_FAILURE},
		{"boot", "", "Boot failed: not a bootable disk", NULL, 0},
		{"boot", "", "dracut:/# ", "dracut-shell", VT_RULE_FAILURE},
		{"boot", "", ">>Start PXE over IPv4.", NULL, 0},
		{"boot", "", "BdsDxe: No bootable option or device was found.",
			"no-boot-device", VT_RULE_FAILURE},
		{"boot", "", "update-initramfs: (initramfs) is text", NULL, 0},
		{"boot", "", "(initramfs) ", "initramfs-prompt",
			VT_RULE_FAILURE},
		{"boot", "", "reboot: System halted", "system-halted",
			VT_RULE_HALT},
		{"boot", "", "curtin: Installation failed", NULL, 0},
		{"install", "", "curtin: Installation failed",
			"installation-failed", VT_RULE_FAILURE},
		{"install", "", "Unexpected error while running command.",
			"command-failed", VT_RULE_AT_END},
		{"install", "", "E: Unable to locate package x", "no-package",
			VT_RULE_AT_END},
		{"install", "no-package: off", "E: Unable to locate package x",
			NULL, 0},
		{"install", "no-package: No package", "No package",
			"no-package", VT_RULE_AT_END},
		{"boot", "ours: it is [bw]roken", "it is woken", NULL, 0},
		{"boot", "ours: it is [bw]roken", "it is broken", "ours",
			VT_RULE_FAILURE},
	};
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		enum vt_rule kind = 0;
		is_str(row_of(table[i].phase, table[i].changes, table[i].line,
			       &kind),
			table[i].id, table[i].line);
		is_int(kind, table[i].kind, "  its kind");
	}
	static const char *const bad[][2] = {
		{"no-packages: off", "t.yaml:1:1: .*'no-package'"},
		{"x: off", "lists them"},
		{"x: on", "t.yaml:1:4: 'on' is not a pattern"},
		{"x: 'a(b'", "t.yaml:1:4: "},
		{"x: ''", "empty"},
		{"X!: abc", "not a valid id"},
		{"x: [a]", "t.yaml:1:4"},
	};
	for (size_t i = 0; i < VT_COUNT(bad); i++) {
		VT_AUTO_ERR struct vt_err *err = NULL;
		VT_AUTO_DOC struct vt_doc *doc = vt_doc_parse(
			"t.yaml", bad[i][0], strlen(bad[i][0]), NULL);
		bool refused = vt_fatals_check(doc->root, &err) < 0;
		if (!ok(refused && matches(bad[i][1], err->msg), "refused: %s",
			    bad[i][0]))
			printf("# %s\n", refused ? err->msg : "accepted");
	}
}

/* Beside the log, when it was written. */
static void times(void)
{
	VT_AUTO_FREE char *dir = vt_fs_tmpdir("vt-console", NULL);
	VT_AUTO_FREE char *path = vt_fs_join(dir, "times");
	VT_AUTO_CONSOLE struct vt_console *c = vt_console_new();
	VT_AUTO_TIMES struct vt_times t;
	vt_console_times(c, path);
	vt_console_feed(c, "one\n", 4, 100);
	vt_console_feed(c, "two\n", 4, 900);
	vt_console_feed(c, "three\n", 6, 2500);
	vt_console_feed(c, "four\n", 5, 90000);
	vt_times_read(path, &t);
	is_int(t.n, 3, "a time for the first output in each second");
	is_int(t.v[1].ms, 2500, "when it was");
	is_int(t.v[1].offset, 8, "and where in the log");
	is_int(t.v[2].ms, 90000, "after a silence, too");
	vt_times_free(&t);
	vt_fs_write(path, "1.000 5\n0.500 9\n", 16, 0600, NULL);
	vt_times_read(path, &t);
	is_int(t.n, 1, "it ends where times go back");
	vt_fs_rmtree(dir, NULL);
}

/* A guest that hangs and is asked why. */
static void examined(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = watched();
	VT_AUTO_STRV struct vt_strv context = VT_STRV_INIT;
	VT_AUTO_STORY struct vt_story story;
	feed(c, "its words\nit waits");
	vt_console_quiet(c, 6);
	vt_console_examine(c, "a note");
	is_int(feed(c, "sysrq: Show State\nKernel panic - not syncing\n(in"), 0,
		"no rule is tried on its answers");
	is_int(vt_console_quiet(c, 7) | vt_console_end(c, 8), 0, "at no time");
	is_str(vt_console_last(c), "it waits", "its last words stay");
	vt_console_story(c, &story);
	vt_story_context(&story, story.failure, &context);
	ok(context.n == 2 && !strcmp(context.v[1], "it waits"),
		"and so does the context");
}

int main(void)
{
	times();
	lines();
	contexts();
	story();
	interruptions();
	fatals();
	logs();
	examined();
	return done_testing();
}
