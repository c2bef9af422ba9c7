/* Causes: whose words are tried, lines that the kernel splits, and lines that a
 * hostile guest made up. t/tools/cause.t has the consoles of real failures. */
#include "test/cause.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/proc.h"
#include "data/pattern.h"
#include "test/fatal.h"

#include "../tap.h"

/* The cause of what a guest prints, or NULL; owned. */
static char *cause_of(const char *text, unsigned by)
{
	VT_AUTO_CONSOLE struct vt_console *c = vt_console_new();
	VT_AUTO_STORY struct vt_story s = {0};
	VT_AUTO_CAUSE struct vt_cause found = {0};
	vt_console_feed(c, text, strlen(text), 1);
	vt_console_end(c, 2);
	vt_console_story(c, &s);
	char *out = vt_cause_find(&found, &s, 0, by) ? found.text : NULL;
	found.text = NULL;
	return out;
}

static void cause_is(
	const char *text, unsigned by, const char *want, const char *name)
{
	VT_AUTO_FREE char *got = cause_of(text, by);
	is_str(got, want, name);
}

static void speakers(void)
{
	static const char unit[] =
		"[FAILED] Failed to start multipathd.service\n"
		"[    3.100000] cloud-init[9]: E: Unable to locate package x\n";
	cause_is(unit, VT_CAUSE_INSTALLER, "E: Unable to locate package x",
		"a unit that failed is no cause of an installer's failure");
	cause_is(unit, VT_CAUSE_SYSTEM, "Failed to start multipathd.service",
		"and an installer's words none of a system's");
	cause_is(unit, VT_CAUSE_NONE, NULL, "nothing is tried, nothing found");
	cause_is("[    3.100000] E: from the kernel\n", VT_CAUSE_INSTALLER,
		NULL, "the kernel does not speak for an installer");
}

static void split(void)
{
	cause_is("[    3.100000] cloud-init[9]: Traceback (most recent call "
		 "last):\n"
		 "[    3.100000] cloud-init[9]:   File \"x\", line 1\n"
		 "[    3.200000] loop0: detected capacity change\n"
		 "[    3.300000] cloud-init[9]: Value[    3.310000] loop1: x\n"
		 "Error: it is wrong\n"
		 "[    3.400000] cloud-init[9]: more\n",
		VT_CAUSE_INSTALLER, "ValueError: it is wrong",
		"the end of a traceback that a kernel message splits");
}

static void bounds(void)
{
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	vt_str_add(&s, "E: ");
	for (int i = 0; i < 3000; i++)
		vt_str_add(&s, "\303\244");
	VT_AUTO_FREE char *got = cause_of(s.s, VT_CAUSE_INSTALLER);
	ok(got && strlen(got) <= 210 && vt_str_ends(got, "\303\244..."),
		"a long line is cut between two characters");
}

/* Beginnings of all that is read on from, in any order. */
static void hostile(void)
{
	static const char *const pieces[] = {
		"Traceback (most recent call last):", "  File \"x\", line 1",
		"ValueError: x", "Unexpected error while running command.",
		"Command: ['curtin', 'x']", "Command: ['", "Exit code: 1",
		"Reason: -", "Stdout: ", "Stdout: Stdout: x", "Stderr: ''",
		"        Stderr: E: x", "An error occurred handling '': ",
		("An error occurred handling 'x': Unexpected error while "
		 "running command."),
		"finish: cmd-install/stage-x/a/cmd-x: FAIL: curtin command x",
		"During handling of the above exception, another exception",
		"vt-install: error: '", "vt-install: error: x 'y': exit",
		"  | dpkg: error processing x:", "dpkg: error processing x: ",
		"Running command ['curtin', 'x'] with", "", "    ", "-",
		"[    1.000000] x",
		"[    1.000000] cloud-init[1]: E: ", "x[    1.000000] y",
		"vt-pack: x: start"};
	uint64_t began = vt_now_ms();
	unsigned seed = 1;
	for (int round = 0; round < 30; round++) {
		VT_AUTO_STR struct vt_str s = VT_STR_INIT;
		for (int i = 0; i < 600; i++) {
			seed = seed * 1103515245 + 12345;
			size_t k = seed >> 16;
			/* mostly a few of them */
			k = round % 3 ? (k % 4 + (size_t)round) : k;
			vt_str_addf(&s, "%*s%s\r\n", (int)(seed >> 30) * 8, "",
				pieces[k % VT_COUNT(pieces)]);
		}
		VT_AUTO_FREE char *got = cause_of(s.s, ~0u);
		if (got && (strlen(got) > 210 || !*got))
			ok(false, "a cause of %zu bytes", strlen(got));
	}
	ok(vt_now_ms() - began < 60000, "600 hostile lines, 30 times: %llu ms",
		(unsigned long long)(vt_now_ms() - began));
}

int main(void)
{
	speakers();
	split();
	bounds();
	hostile();
	return done_testing();
}
