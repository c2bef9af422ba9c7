/* data/curtin.h: what curtin requires of a config. */
#include <string.h>

#include "../tap.h"
#include "base/mem.h"
#include "data/curtin.h"

/* Compare the whole error; NULL: there is none. */
static void check(const char *text, const char *expected)
{
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	VT_AUTO_DOC struct vt_doc *doc =
		vt_doc_parse_config("c", text, strlen(text), &warnings, &err);
	VT_AUTO_STR struct vt_str name = VT_STR_INIT;

	vt_str_printable(&name, text, strlen(text), false);
	if (doc)
		vt_curtin_check(doc->root, &err);
	is_str(err ? err->msg : NULL, expected, name.s);
}

static void commands(void)
{
	check("late_commands: {a: [sh, -c, 'true'], b: echo 1, c: ['5']}\n",
		NULL);
	check("late_commands: {a: null, b: [], c: '', d: no, e: 0, f: {}}\n",
		NULL);
	check("stages: [early]\nearly_commands: {}\nkernel: {package: x}\n",
		NULL);
	check("late_commands:\n  01: [ls]\n",
		"c:2:3: the name of a command must be a string, but without "
		"quotes 01 is the integer 1: write '01'");
	check("early_commands: {on: ls}\n",
		"c:1:18: the name of a command must be a string, but without "
		"quotes on is a boolean: write 'on'");
	check("late_commands: {a: [sleep, 5]}\n",
		"c:1:28: an argument of a command must be a string, but "
		"without quotes 5 is the integer 5: write '5'");
	check("late_commands: {a: [sh, -x, 1.5]}\n",
		"c:1:29: an argument of a command must be a string, but "
		"without quotes 1.5 is a float: write '1.5'");
	check("late_commands: {a: [sh, ~]}\n",
		"c:1:25: an argument of a command must be a string, but "
		"without quotes ~ is null: write '~'");
	check("late_commands: {a: [[sh]]}\n",
		"c:1:21: an argument of a command: expected a string, found "
		"list");
	check("my_commands: {a: {b: c}}\n",
		"c:1:18: a command must be a string or a list of strings, "
		"found map");
	check("late_commands: {a: yes}\n",
		"c:1:20: a command must be a string, but without quotes yes is "
		"a boolean: write 'yes'");
	check("late_commands: [ls]\n", "c:1:16: expected a map, found list");
	check("late_commands:\n", "c:1:15: expected a map, found null");
}

static void dates(void)
{
	check("a: [{b: '2026-01-01'}]\n", NULL);
	check("a: [{b: 2026-01-01}]\n",
		"c:1:9: without quotes 2026-01-01 is a date, which curtin "
		"cannot pass to its stages: write '2026-01-01'");
	check("a: {2026-01-01 10:00:00: b}\n",
		"c:1:5: without quotes 2026-01-01 10:00:00 is a date, which "
		"curtin cannot pass to its stages: write "
		"'2026-01-01 10:00:00'");
}

static void others(void)
{
	check("write_files: {1: {path: /x, content: '5', permissions: 0644}}\n",
		NULL);
	check("write_files: {f: {path: /x, content: 5}}\n",
		"c:1:38: content must be a string, but without quotes 5 is the "
		"integer 5: write '5'");
	check("write_files: {f: {path: /x, owner: 1000:50}}\n",
		"c:1:36: owner must be a string, but without quotes 1000:50 is "
		"the integer 60050 (in base 60): write '1000:50'");
	check("proxy: {http_proxy: 'http://p:1', no_proxy: 10}\n",
		"c:1:45: no_proxy must be a string, but without quotes 10 is "
		"the integer 10: write '10'");
	check("write_files: [{path: /x}]\n",
		"c:1:14: expected a map, found list");
	check("#cloud-config\nautoinstall: {version: 1}\n",
		"c:2:1: 'autoinstall' is a config of Ubuntu's installer, of "
		"which curtin reads nothing: write its 'storage' and 'network' "
		"at the top level, as curtin has them");
}

int main(void)
{
	commands();
	dates();
	others();
	return done_testing();
}
