#include "base/opt.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/opt_help.h"
#include "base/settings_show.h"
#include "base/tool.h"

#ifndef VT_VERSION
#define VT_VERSION "0"
#endif

/* Return values of getopt_long() for long options. */
enum { OPT_HELP = 1000, OPT_VERSION, OPT_FIRST };

const struct vt_opt *vt_cli_opt(const struct vt_cli *cli, size_t i)
{
	if (i < cli->own.n)
		return &cli->own.v[i];
	i -= cli->own.n;
	return cli->shared && i < cli->shared->n ? &cli->shared->v[i] : NULL;
}

/* The long and short option tables for getopt_long. */
struct tables {
	struct option *longs;
	char *shorts;
};

static struct tables make_tables(const struct vt_cli *cli)
{
	size_t total = cli->own.n + (cli->shared ? cli->shared->n : 0);
	struct tables t = {vt_calloc(total + 4, sizeof(*t.longs)), NULL};
	struct vt_str shorts = VT_STR_INIT;
	size_t n = 0;
	vt_str_add(&shorts, ":hv");
	for (; n < total; n++) {
		const struct vt_opt *o = vt_cli_opt(cli, n);
		t.longs[n] = (struct option){o->name,
			o->arg ? required_argument : no_argument, NULL,
			OPT_FIRST + (int)n};
		if (o->key)
			vt_str_addf(&shorts, "%c%s", o->key, o->arg ? ":" : "");
	}
	t.longs[n++] =
		(struct option){"help", optional_argument, NULL, OPT_HELP};
	t.longs[n++] =
		(struct option){"version", no_argument, NULL, OPT_VERSION};
	t.longs[n] = (struct option){"verbose", no_argument, NULL, 'v'};
	t.shorts = vt_str_take(&shorts);
	return t;
}

static const struct vt_opt *find(const struct vt_cli *cli, int value)
{
	if (value >= OPT_FIRST)
		return vt_cli_opt(cli, (size_t)(value - OPT_FIRST));
	/* value is 0 for an unknown long option, as getopt sets optopt */
	const struct vt_opt *o = NULL;
	for (size_t i = 0; value && (o = vt_cli_opt(cli, i)); i++)
		if (o->key == value)
			break;
	return o;
}

/* The offset of an option's value in the tool's struct. */
static size_t value_offset(const struct vt_cli *cli, const struct vt_opt *o)
{
	bool own = o >= cli->own.v && o < cli->own.v + cli->own.n;
	return o->offset + (own ? 0 : cli->shared_at);
}

static int store(const struct vt_cli *cli, const struct vt_opt *o, void *out,
	const char *arg, struct vt_err **err)
{
	char *at = (char *)out + value_offset(cli, o);
	switch (o->type) {
	case VT_OPT_FLAG:
	case VT_OPT_UNFLAG:
		*(bool *)(void *)at = o->type == VT_OPT_FLAG;
		return 0;
	case VT_OPT_STR:
		*(const char **)(void *)at = arg;
		return 0;
	case VT_OPT_INT:
		if (vt_parse_int(arg, 0, 1L << 40, (long *)(void *)at, err) < 0)
			return vt_err_wrap(err, "--%s", o->name);
		return 0;
	case VT_OPT_STRV:
		vt_strv_add((struct vt_strv *)(void *)at, arg);
		return 0;
	}
	return 0;
}

static bool is_given(const struct vt_opt *o, const void *at)
{
	switch (o->type) {
	case VT_OPT_FLAG:
		return *(const bool *)at;
	case VT_OPT_STR:
		return *(const char *const *)at != NULL;
	case VT_OPT_INT:
		return *(const long *)at != 0;
	case VT_OPT_STRV:
		return ((const struct vt_strv *)at)->n > 0;
	case VT_OPT_UNFLAG:
		break; /* true by default, so that this cannot be seen */
	}
	return false;
}

const char *vt_cli_given(
	const struct vt_cli *cli, const void *out, const char *const *except)
{
	const struct vt_opt *o;
	for (size_t i = 0; (o = vt_cli_opt(cli, i)); i++)
		if (!vt_str_in(except, o->name) &&
			is_given(o, (const char *)out + value_offset(cli, o)))
			return o->name;
	return NULL;
}

static int usage_error(
	const struct vt_cli *cli, int c, char *const *argv, struct vt_err **err)
{
	const struct vt_opt *o = find(cli, optopt);
	const char *word = argv[optind - 1];
	if (c == ':' && o)
		vt_err_set(err, VT_USAGE,
			"option '--%s' requires an argument, %s", o->name,
			o->arg);
	else if (optopt >= OPT_HELP || o)
		vt_err_set(
			err, VT_USAGE, "option '%s' takes no argument", word);
	else if (optopt)
		vt_err_set(err, VT_USAGE, "unknown option '-%c'", optopt);
	else {
		VT_AUTO_FREE char *name = vt_strndup(word, strcspn(word, "="));
		struct vt_near near = vt_near_start(
			vt_str_starts(name, "--") ? name + 2 : name);
		for (size_t i = 0; (o = vt_cli_opt(cli, i)); i++)
			vt_near_try(&near, o->name);
		vt_err_set(err, VT_USAGE, "unknown option '%s'%s", word,
			vt_near_hint(&near, "--"));
	}
	if (err) {
		char *msg = vt_printf(
			"%s (try '%s --help')", (*err)->msg, cli->prog);
		free((*err)->msg);
		(*err)->msg = msg;
	}
	return -1;
}

static int parse(const struct vt_cli *cli, const struct tables *t, int argc,
	char **argv, void *out, int *verbose, struct vt_err **err)
{
	opterr = 0;
	optind = 0; /* makes glibc start over */
	for (int c; (c = getopt_long(argc, argv, t->shorts, t->longs, NULL)) !=
		    -1;) {
		switch (c) {
		case 'h':
		case OPT_HELP:
			vt_opt_help(cli, c == OPT_HELP && optarg &&
						 !strcmp(optarg, "man"));
			return 1;
		case OPT_VERSION:
			printf("%s %s\n", cli->prog, VT_VERSION);
			return 1;
		case 'v':
			++*verbose;
			break;
		case '?':
		case ':':
			return usage_error(cli, c, argv, err);
		default:
			if (store(cli, find(cli, c), out, optarg, err) < 0)
				return -1;
		}
	}
	return 0;
}

int vt_cli_parse(const struct vt_cli *cli, int argc, char **argv, void *out,
	struct vt_strv *operands, struct vt_err **err)
{
	int verbose = 0;
	vt_tool_begin();
	vt_log_init(cli->prog, 0);
	struct tables t = make_tables(cli);
	int rc = parse(cli, &t, argc, argv, out, &verbose, err);
	free(t.longs);
	free(t.shorts);
	vt_log_init(cli->prog, verbose);
	if (rc == 0)
		vt_settings_warn();
	for (int i = optind; rc == 0 && i < argc; i++)
		vt_strv_add(operands, argv[i]);
	return rc;
}

int vt_cli_end(struct vt_err *err)
{
	vt_log_err(err);
	return (int)vt_err_status(err);
}
