#include "base/opt_help.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static const struct vt_opt common[] = {
	{"verbose", 'v', NULL, VT_OPT_FLAG, 0, "print debug messages"},
	{"help", 'h', NULL, VT_OPT_FLAG, 0, "show this help and exit"},
	{"version", 0, NULL, VT_OPT_FLAG, 0, "show the version and exit"},
};

static const struct {
	int status;
	const char *meaning;
} statuses[] = {
	{VT_OK, "success"},
	{VT_FAILED, "the guest or a check failed"},
	{VT_USAGE, "wrong usage, or an invalid input file"},
	{VT_HOST, "the host failed: no QEMU, disk full, bad image"},
	{VT_TIMEOUT, "timeout, or the guest hung"},
	{VT_SKIPPED, "skipped"},
};

static void help_option(const struct vt_opt *o)
{
	VT_AUTO_STR struct vt_str left = VT_STR_INIT;
	if (o->key)
		vt_str_addf(&left, "-%c, ", o->key);
	else
		vt_str_add(&left, "    ");
	vt_str_addf(&left, "--%s", o->name);
	if (o->arg)
		vt_str_addf(&left, " %s", o->arg);
	if (left.len < 26)
		printf("  %-26s%s\n", left.s, o->help);
	else
		printf("  %s\n  %-26s%s\n", left.s, "", o->help);
}

static void help_text(const struct vt_cli *cli)
{
	VT_AUTO_STRV struct vt_strv forms = VT_STRV_INIT;
	vt_str_split(cli->usage, '\n', &forms);
	for (size_t i = 0; i < forms.n; i++)
		printf("%s %s %s\n", i ? "      " : "usage:", cli->prog,
			forms.v[i]);
	printf("\n%s\n\n", cli->about);
	const struct vt_opt *o;
	for (size_t i = 0; (o = vt_cli_opt(cli, i)); i++)
		help_option(o);
	for (size_t i = 0; i < VT_COUNT(common); i++)
		help_option(&common[i]);
	if (cli->more)
		printf("\n%s\n", cli->more);
	printf("\nexit status:\n");
	for (size_t i = 0; i < VT_COUNT(statuses); i++)
		printf("  %2d  %s\n", statuses[i].status, statuses[i].meaning);
}

void vt_opt_mdoc(struct vt_str *out, const char *s)
{
	for (const char *p = s; *p; p++) {
		if ((*p == '.' || *p == '\'') && (p == s || p[-1] == '\n'))
			vt_str_add(out, "\\&");
		if (*p == '\\')
			vt_str_add(out, "\\e");
		else
			vt_str_addc(out, *p);
	}
}

static void man_text(const char *s)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	vt_opt_mdoc(&text, s);
	puts(vt_str_c(&text));
}

static void man_option(const struct vt_opt *o)
{
	printf(".It ");
	if (o->key)
		printf("Fl %c%s%s , ", o->key, o->arg ? " Ar " : "",
			o->arg ? o->arg : "");
	printf("Fl Fl %s%s%s\n", o->name, o->arg ? " Ar " : "",
		o->arg ? o->arg : "");
	man_text(o->help);
}

static void help_man(const struct vt_cli *cli)
{
	printf(".Sh OPTIONS\n.Bl -tag -width indent\n");
	const struct vt_opt *o;
	for (size_t i = 0; (o = vt_cli_opt(cli, i)); i++)
		man_option(o);
	for (size_t i = 0; i < VT_COUNT(common); i++)
		man_option(&common[i]);
	printf(".El\n");
	if (cli->more) {
		printf(".Bd -literal\n");
		man_text(cli->more);
		printf(".Ed\n");
	}
	printf(".Sh EXIT STATUS\n.Bl -tag -width indent\n");
	for (size_t i = 0; i < VT_COUNT(statuses); i++)
		printf(".It %d\n%s\n", statuses[i].status, statuses[i].meaning);
	printf(".El\n");
}

void vt_opt_help(const struct vt_cli *cli, bool man)
{
	if (man)
		help_man(cli);
	else
		help_text(cli);
}
