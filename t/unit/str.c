/* Strings, numbers, quoting, and what a guest's bytes become. */
#include <stdlib.h>

#include "../tap.h"
#include "base/clock.h"
#include "base/columns.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/str.h"
#include "base/utf8.h"

static void size_is(const char *text, long long bytes)
{
	uint64_t got = 0;
	VT_AUTO_ERR struct vt_err *err = NULL;
	int rc = vt_parse_size(text, &got, &err);
	ok(bytes < 0 ? rc < 0 : rc == 0 && got == (uint64_t)bytes,
		"size '%s' is %lld", text, bytes);
	if (rc < 0 && bytes < 0)
		is_int(vt_err_status(err), VT_USAGE, "  and a usage error");
}

static void sizes(void)
{
	size_is("512", 512);
	size_is("8MB", 8 << 20);
	size_is("4G", 4LL << 30);
	size_is("1GiB", 1 << 30);
	size_is("1.5G", 3LL << 29);
	size_is("10k", 10240);
	size_is("7B", 7);
	size_is("", -1);
	size_is("-1", -1);
	size_is("4X", -1);
	size_is("4GG", -1);
	size_is("1.G", -1);
	size_is("99999999999999999999", -1);
	size_is("8388608T", -1);
}

static void printable_is(const char *in, size_t len, bool lines,
	const char *expected, const char *what)
{
	VT_AUTO_STR struct vt_str b = VT_STR_INIT;
	vt_str_printable(&b, in, len, lines);
	is_str(vt_str_c(&b), expected, what);
}
#define PRINTABLE(in, lines, out, what)                                        \
	printable_is(in, sizeof(in) - 1, lines, out, what)

static void printables(void)
{
	PRINTABLE("plain \xc3\xa9", false, "plain \xc3\xa9", "UTF-8 passes");
	PRINTABLE("\033[1;31mred\033[0m", false, "red", "colours go");
	PRINTABLE("\033]0;title\007x", false, "x", "window titles go");
	PRINTABLE("\033]0;t\033\\x", false, "x", "also when ended by ST");
	PRINTABLE("a\0b", false, "a?b", "NUL is shown");
	PRINTABLE("a\r\nb\n", true, "a\nb\n", "CR goes, LF stays");
	PRINTABLE("a\nb", false, "a?b", "LF in a line is shown");
	PRINTABLE("\xc0\xaf\xff\xed\xa0\x80", false, "??????", "bad UTF-8");
	PRINTABLE("\xe2\x80\xae", false, "???", "no right-to-left override");
	PRINTABLE("\033[", false, "", "a cut escape sequence");
	PRINTABLE("\033", false, "", "a lone ESC at the end");
	PRINTABLE("\033[12;", false, "", "a cut parameter list");
	PRINTABLE("", false, "", "nothing");
}

static void quoting(void)
{
	VT_AUTO_STR struct vt_str b = VT_STR_INIT;
	char *argv[] = {"a", "", "b c", "it's", "$(x)", "a=b", NULL};
	vt_str_shjoin(&b, argv);
	is_str(vt_str_c(&b), "a '' 'b c' 'it'\\''s' '$(x)' a=b", "a command");
}

static void lists(void)
{
	VT_AUTO_STRV struct vt_strv l = VT_STRV_INIT;
	vt_str_split("b,,a", ',', &l);
	is_int((long long)l.n, 3, "three fields");
	is_str(l.v[1], "", "an empty one among them");
	vt_strv_sort(&l);
	is_str(l.v[2], "b", "sorted");
	ok(vt_strv_has(&l, "a") && !vt_strv_has(&l, "c"), "has");
	VT_AUTO_FREE char *r = vt_str_replace("xPUBx PUB", "PUB", "u");
	is_str(r, "xux u", "replace");
	const char *text = "1\n2\n3\n";
	is_str(vt_str_tail(text, 6, 2), "2\n3\n", "the last two lines");
	is_str(vt_str_tail(text, 6, 9), text, "no more than there are");
	is_str(vt_str_tail("", 0, 3), "", "of nothing");
}

static void words(void)
{
	static const char *const list[] = {"a", "bc", NULL};
	VT_AUTO_STRV struct vt_strv l = VT_STRV_INIT;
	vt_str_words(", a,b  c,", ", ", &l);
	is_int((long long)l.n, 3, "three words, nothing empty");
	ok(l.n == 3 && !strcmp(l.v[0], "a") && !strcmp(l.v[2], "c"), "whole");
	vt_str_words(NULL, ", ", &l);
	vt_str_words("  ", ", ", &l);
	is_int((long long)l.n, 3, "and none of nothing");
	ok(vt_str_in(list, "bc") && !vt_str_in(list, "b"), "in a list");
	is_int((long long)vt_utf8_cut("a\xc3\xb6z", 4, 2), 1,
		"a text is cut before a character");
	is_int((long long)vt_utf8_cut("a\xc3\xb6z", 4, 3), 3, "or behind it");
	is_int((long long)vt_utf8_cut("a\xc3\xb6z", 4, 4), 4, "or not");
	char stamp[VT_CLOCK_STAMP];
	vt_clock_stamp(stamp, 1767225599);
	is_str(stamp, "2025-12-31T23:59:59Z", "a time");
}

static void tables(void)
{
	static const char *const cells[] = {"a", "12", "", "long", "3", "end"};
	VT_AUTO_COLUMNS struct vt_columns t = {
		.n = 3, .right = 1, .n_right = 1};
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	vt_columns_format(&t, "> ", &s);
	is_str(vt_str_c(&s), "", "a table without a row");
	for (size_t i = 0; i < 6; i++)
		vt_strv_add(&t.cells, cells[i]);
	vt_columns_format(&t, "> ", &s);
	is_str(vt_str_c(&s), "> a     12\n> long   3  end\n", "a table");
}

static void names(void)
{
	ok(vt_str_valid_name("raid5boot@disk_driver-nvme+uefi-true"), "matrix");
	ok(!vt_str_valid_name(""), "an empty name");
	ok(!vt_str_valid_name("a=b"), "a name with =");
	ok(!vt_str_valid_name("a,b"), "a name with ,");
	ok(!vt_str_valid_name("../a"), "a path");
	ok(!vt_str_valid_name("-a"), "an option");
	char longname[102];
	memset(longname, 'a', 101);
	longname[101] = '\0';
	ok(!vt_str_valid_name(longname), "101 letters");
	ok(vt_str_valid_name(longname + 1), "100 letters");
	struct vt_near near = vt_near_start("disk-drivr");
	vt_near_try(&near, "mem");
	vt_near_try(&near, "disk_driver");
	is_str(near.best, "disk_driver", "the nearest name");
	is_str(vt_near_hint(&near, "--"), ": did you mean '--disk_driver'?",
		"as a hint");
	near = vt_near_start("zzzzzz");
	vt_near_try(&near, "mem");
	is_str(near.best, NULL, "none is near");
	is_str(vt_near_hint(&near, "--"), "", "and no hint");
	ok(vt_parse_bool("1") && vt_parse_bool("no") && !vt_parse_bool("False"),
		"booleans as the reference has them");
}

int main(void)
{
	sizes();
	printables();
	quoting();
	lists();
	words();
	tables();
	names();
	return done_testing();
}
