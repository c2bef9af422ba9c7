/* The last run: variables of make's command line, the command of a phase. */
#include "../tap.h"
#include "base/mem.h"
#include "test/last_run.h"

static void variables(const char *makeflags, const char *wanted)
{
	VT_AUTO_STRV struct vt_strv found = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	vt_last_run_variables(makeflags, &found);
	for (size_t i = 0; i < found.n; i++)
		vt_str_addf(&text, "<%s>", found.v[i]);
	is_str(vt_str_c(&text), wanted, makeflags ? makeflags : "(none)");
}

static void test_variables(void)
{
	variables(NULL, "");
	variables("", "");
	variables("rR -j2 --jobserver-auth=3,4", "");
	variables("rR -j2 --jobserver-auth=3,4 -- A=1", "<A=1>");
	variables(" -- A=1 B=two\\ words C=$$HOME D=\\\\x E=",
		"<A=1><B=two words><C=$HOME><D=\\x><E=>");
	variables("-- A=-- FILTER=x VT_FILTER=y CURTIN_VMTEST_FILTER=z B=1",
		"<A=--><B=1>");
	variables("-- no-variable \\", "");
}

static void command(const struct vt_last_run *r, const char *dir,
	const char *phase, const char *wanted)
{
	VT_AUTO_FREE char *found = vt_last_run_command(r, dir, phase);
	is_str(found, wanted, phase);
}

static void test_commands(void)
{
	VT_AUTO_LAST_RUN struct vt_last_run r = {0};
	command(NULL, "tests/a", "pack", "make tests/a/install/user-data");
	command(NULL, "tests/a", "install", "make tests/a/install.done");
	command(NULL, "tests/a", "boot", "make tests/a/boot.done");
	command(NULL, "tests/a", "collect", "make tests/a/collect.done");
	command(NULL, "tests/a", "verify", "make tests/a.verify");
	command(NULL, "tests/a", "no phase", "make tests/a.done");
	vt_strv_add(&r.make, "A=it's $HOME");
	command(&r, "t/a", "verify", "make 'A=it'\\''s $HOME' t/a.verify");
}

int main(void)
{
	test_variables();
	test_commands();
	return done_testing();
}
