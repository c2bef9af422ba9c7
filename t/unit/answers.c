/* Answers on a console: what is a prompt, how often one is answered, and what
 * a guest that asks for ever gets. */
#include "qemu/answers.h"
#include "qemu/console.h"
#include "test/fatal.h"

#include <string.h>

#include "base/mem.h"

#include "../tap.h"

static const char prompt[] = "^Please unlock disk root: $";

static struct vt_console *asked(void)
{
	struct vt_console *c = vt_console_new();
	struct vt_fatals f;
	vt_fatals_of(&f, "boot", NULL);
	vt_fatals_watch(&f, c, NULL);
	vt_fatals_free(&f);
	vt_console_answer(c, prompt, "secret", NULL);
	return c;
}

/* Output, then a second without any. Return: what is typed, or "" */
static const char *say(struct vt_console *c, const char *output)
{
	vt_console_feed(c, output, strlen(output), 1);
	vt_console_quiet(c, 2);
	const char *text = vt_console_say(c);
	return text ? text : "";
}

static long typed(const struct vt_console *c, size_t i)
{
	return (long)vt_answers_at(vt_console_answers(c), i)->typed;
}

static const char *failure(const struct vt_console *c)
{
	const struct vt_hit *hit = vt_console_hit(c, VT_RULE_FAILURE);
	return hit->id ? hit->id : "none";
}

static void once(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = asked();
	is_str(say(c, "Please unlock"), "", "half a prompt");
	is_str(say(c, " disk root: "), "secret", "the prompt");
	is_str(vt_console_last(c),
		"Please unlock disk root: ", "it is kept for the report");
	is_int(typed(c, 0), 1, "it counts");
	is_str(say(c, ""), "", "nothing is typed twice");
	is_str(say(c, "\r\ncryptsetup: root: set up successfully\r\n"), "",
		"the guest goes on");
	is_str(failure(c), "none", "an answered prompt is no failure");
	is_str(say(c, "\r\nPlease unlock disk root: \r\n"), "",
		"a line that is complete asks for nothing");
	is_str(failure(c), "none", "and does not fail either");
	is_str(say(c, "Please unlock disk root: "), "", "asked again");
	is_str(failure(c), "answer-refused", "the answer was refused");
	is_str(vt_console_hit(c, VT_RULE_FAILURE)->why,
		"the answer to it was refused: the guest asks again",
		"in these words");
	is_int(typed(c, 0), 1, "typed once in all");
}

/* What the kernel prints between a prompt and its answer. */
static void interrupted(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = asked();
	is_str(say(c, "Please unlock [    5.012345] random: crng init done\r\n"
		      "disk root: "),
		"secret", "a prompt that a kernel message splits");
	VT_AUTO_CONSOLE struct vt_console *d = asked();
	is_str(say(d, "Please unlock disk root: "
		      "[    5.012345] random: crng init done\r\n"),
		"secret", "a kernel message after the prompt");
	is_str(say(d, "[    6.012345] usb 1-1: new device\r\n"), "",
		"the next one");
	is_str(failure(d), "none", "does not ask again");
	VT_AUTO_CONSOLE struct vt_console *e = asked();
	is_str(say(e, "Please unlock disk root: "), "secret", "the prompt");
	is_str(say(e, "[    6.012345] usb 1-1: new device\r\n"), "",
		"a message on the same line");
	is_str(failure(e), "none", "does not ask again");
}

/* A pattern that matches a prompt and also what precedes it. */
static void loose(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = vt_console_new();
	vt_console_answer(c, "unlock disk", "secret", NULL);
	is_str(say(c, "now[    5.012345] random: crng init done\r\n"
		      "unlock disk: "),
		"secret", "a prompt after half a line");
	is_str(failure(c), "none", "asks once");

	VT_AUTO_CONSOLE struct vt_console *d = vt_console_new();
	vt_console_answer(d, "unlock disk", "secret", NULL);
	is_str(say(d, "unlock disk: [    5.012345] random: a message\r\n"),
		"secret", "a prompt before a message");
	is_str(say(d, "open[    6.012345] random: a message\r\n"), "",
		"half a line after it");
	is_str(failure(d), "none", "is not joined to the prompt");
}

/* Without an answer a prompt of the fatal lines is a failure, with one not. */
static void fatal(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = asked();
	is_str(say(c, "grub> "), "", "a prompt without an answer");
	is_str(failure(c), "grub-prompt", "fails");
	VT_AUTO_CONSOLE struct vt_console *d = asked();
	vt_console_answer(d, "^grub> $", "boot", NULL);
	is_str(say(d, "grub> "), "boot", "the same with one");
	is_str(failure(d), "none", "does not");
	VT_AUTO_CONSOLE struct vt_console *e = asked();
	is_str(say(e, "Password: "), "", "an unknown prompt");
	is_str(vt_console_last(e),
		"Password: ", "is the last line, for the message of a timeout");
}

/* Two answers to one prompt are given in turn. */
static void in_turn(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = asked();
	vt_console_answer(c, "unlock disk", "other", NULL);
	is_str(say(c, "Please unlock disk root: "), "secret", "the first");
	is_str(say(c, "\nPlease unlock disk root: "), "other", "the second");
	is_str(failure(c), "none", "no failure");
	is_str(say(c, "\nPlease unlock disk root: "), "", "no third");
	is_str(failure(c), "answer-refused", "a failure");
}

/* A guest that reboots and asks for ever. */
static void hostile(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = asked();
	unsigned n = 0;
	for (int i = 0; i < 1000; i++) {
		n += *say(c, "\nPlease unlock disk root: ") != '\0';
		vt_console_restarted(c);
	}
	is_int(n, VT_ANSWERS_TYPED, "the number of typed answers is bounded");
	is_str(failure(c), "answer-refused", "and then it fails");

	VT_AUTO_CONSOLE struct vt_console *d = asked();
	VT_AUTO_FREE char *big = vt_alloc(1 << 20);
	memset(big, 'x', (1 << 20) - 1);
	is_str(say(d, big), "", "a line of a MiB");
	is_str(say(d, "Please unlock disk root: "), "",
		"at its end stands no prompt");
	is_str(say(d, "\nPlease unlock disk root: "), "secret",
		"a line after it is one");
}

static void limits(void)
{
	VT_AUTO_CONSOLE struct vt_console *c = vt_console_new();
	VT_AUTO_ERR struct vt_err *err = NULL;
	char longest[VT_ANSWER_BYTES + 2];
	memset(longest, 'x', sizeof(longest));
	longest[VT_ANSWER_BYTES + 1] = '\0';
	is_int(vt_console_answer(c, "a", longest, &err), -1, "too long");
	is_str(err ? err->msg : "",
		"the answer to 'a' cannot be typed: it is longer than 512 "
		"bytes",
		"the message does not show it");
	longest[VT_ANSWER_BYTES] = '\0';
	is_int(vt_console_answer(c, "a", longest, NULL), 0, "the longest");
	is_int(vt_console_answer(c, "a", "", NULL), 0, "Enter alone");
	is_int(vt_console_answer(c, "a", "p\303\244ss", NULL), 0, "UTF-8");
	is_int(vt_console_answer(c, "a", "a\nb", NULL), -1, "two lines");
	is_int(vt_console_answer(c, "a", "\033[A", NULL), -1, "a key");
	is_int(vt_console_answer(c, "a(", "b", NULL), -1, "a bad pattern");
	size_t n = 3;
	while (vt_console_answer(c, "a", "b", NULL) == 0)
		n++;
	is_int((long long)n, VT_ANSWERS_MAX, "their number");
	ok((VT_ANSWER_BYTES + 1) * VT_ANSWERS_TYPED < 100000,
		"all that is typed fits in a socket");
}

int main(void)
{
	once();
	interrupted();
	loose();
	fatal();
	in_turn();
	hostile();
	limits();
	return done_testing();
}
