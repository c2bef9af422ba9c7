/* base/str.h and its neighbours: parsing sizes, printable text, shell quoting,
 * lists, UTF-8, tables, valid names and suggestions. */
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
		is_int(vt_err_status(err), VT_USAGE,
			"  and it is a usage error");
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
	PRINTABLE("plain \xc3\xa9", false, "plain \xc3\xa9", "UTF-8 is kept");
	PRINTABLE("\033[1;31mred\033[0m", false, "red", "colours are dropped");
	PRINTABLE("\033]0;title\007x", false, "x", "a window title is dropped");
	PRINTABLE("\033]0;t\033\\x", false, "x", "also one that ends in ST");
	PRINTABLE("a\0b", false, "a?b", "NUL becomes '?'");
	PRINTABLE("a\r\nb\n", true, "a\nb\n", "CR is dropped, LF kept");
	PRINTABLE("a\nb", false, "a?b", "without lines, LF becomes '?'");
	PRINTABLE("\xc0\xaf\xff\xed\xa0\x80", false, "??????", "invalid UTF-8");
	PRINTABLE("\xe2\x80\xae", false, "???", "right-to-left override");
	PRINTABLE("\033[", false, "", "a truncated escape sequence");
	PRINTABLE("\033", false, "", "a lone ESC at the end");
	PRINTABLE("\033[12;", false, "", "a truncated parameter list");
	PRINTABLE("", false, "", "an empty text");
}

static void quoting(void)
{
	VT_AUTO_STR struct vt_str b = VT_STR_INIT;
	char *argv[] = {"a", "", "b c", "it's", "$(x)", "a=b", NULL};
	vt_str_shjoin(&b, argv);
	is_str(vt_str_c(&b), "a '' 'b c' 'it'\\''s' '$(x)' a=b",
		"a command line");
}

static void lists(void)
{
	VT_AUTO_STRV struct vt_strv l = VT_STRV_INIT;
	vt_str_split("b,,a", ',', &l);
	is_int((long long)l.n, 3, "split into three fields");
	is_str(l.v[1], "", "an empty field is kept");
	vt_strv_sort(&l);
	is_str(l.v[2], "b", "sorted");
	ok(vt_strv_has(&l, "a") && !vt_strv_has(&l, "c"), "vt_strv_has()");
	VT_AUTO_FREE char *r = vt_str_replace("xPUBx PUB", "PUB", "u");
	is_str(r, "xux u", "all occurrences are replaced");
	const char *text = "1\n2\n3\n";
	is_str(vt_str_tail(text, 6, 2), "2\n3\n", "the last two lines");
	is_str(vt_str_tail(text, 6, 9), text, "more lines than there are");
	is_str(vt_str_tail("", 0, 3), "", "the last lines of an empty text");
}

static void words(void)
{
	static const char *const list[] = {"a", "bc", NULL};
	VT_AUTO_STRV struct vt_strv l = VT_STRV_INIT;
	vt_str_words(", a,b  c,", ", ", &l);
	is_int((long long)l.n, 3, "three words, none empty");
	ok(l.n == 3 && !strcmp(l.v[0], "a") && !strcmp(l.v[2], "c"),
		"the words");
	vt_str_words(NULL, ", ", &l);
	vt_str_words("  ", ", ", &l);
	is_int((long long)l.n, 3, "no words in an empty text");
	ok(vt_str_in(list, "bc") && !vt_str_in(list, "b"), "vt_str_in()");
	is_int((long long)vt_utf8_cut("a\xc3\xb6z", 4, 2), 1,
		"a text is not cut inside a character");
	is_int((long long)vt_utf8_cut("a\xc3\xb6z", 4, 3), 3, "but after it");
	is_int((long long)vt_utf8_cut("a\xc3\xb6z", 4, 4), 4, "or not at all");
	char stamp[VT_CLOCK_STAMP];
	vt_clock_stamp(stamp, 1767225599);
	is_str(stamp, "2025-12-31T23:59:59Z", "a time stamp");
}

static void tables(void)
{
	static const char *const cells[] = {"a", "12", "", "long", "3", "end"};
	VT_AUTO_COLUMNS struct vt_columns t = {
		.n = 3, .right = 1, .n_right = 1};
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	vt_columns_format(&t, "> ", &s);
	is_str(vt_str_c(&s), "", "a table without rows");
	for (size_t i = 0; i < 6; i++)
		vt_strv_add(&t.cells, cells[i]);
	vt_columns_format(&t, "> ", &s);
	is_str(vt_str_c(&s), "> a     12\n> long   3  end\n", "a table");
}

static void names(void)
{
	ok(vt_str_valid_name("raid5boot@disk_driver-nvme+uefi-true"),
		"the name of a matrix test");
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
		"the suggestion");
	near = vt_near_start("zzzzzz");
	vt_near_try(&near, "mem");
	is_str(near.best, NULL, "no name is near enough");
	is_str(vt_near_hint(&near, "--"), "", "so there is no suggestion");
	ok(vt_parse_bool("1") && vt_parse_bool("no") && !vt_parse_bool("False"),
		"booleans as in curtin's vmtest");
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
