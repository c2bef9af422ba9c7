/* Command-line options. A tool describes its options in one table; the parser,
 * --help and the OPTIONS section of the man page are made from it.
 *
 *	static const struct vt_opt opts[] = {
 *		{"output", 'o', "FILE", VT_OPT_STR, offsetof(struct o, output),
 *		 "write to FILE, '-' for standard output"},
 *	};
 *	static const struct vt_cli cli = {
 *		.prog = "vt-pack", .usage = "[OPTION]... [DIR]",
 *		.about = "pack an installer ...", VT_CLI_OPTS(opts)};
 *
 *	int rc = vt_cli_parse(&cli, argc, argv, &options, &operands, &err);
 *	...
 *	return vt_cli_end(err);
 *
 * Every tool also has --help, --version and -v, --verbose. --help=man prints
 * the OPTIONS and EXIT STATUS sections in mdoc, for the man page.
 */
#ifndef VT_OPT_H
#define VT_OPT_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

enum vt_opt_type {
	VT_OPT_FLAG,   /* bool: true when given */
	VT_OPT_UNFLAG, /* bool: false when given, for options like --no-X */
	VT_OPT_STR,    /* const char *: points into argv */
	VT_OPT_INT,    /* long */
	VT_OPT_STRV,   /* struct vt_strv: may be given more than once */
};

struct vt_opt {
	const char *name; /* long name */
	char key;         /* short name, or 0 */
	const char *arg;  /* the argument's name in --help; NULL for flags */
	enum vt_opt_type type;
	size_t offset;    /* of the value in the tool's struct of options */
	const char *help; /* lower case, no full stop */
};

struct vt_opt_table {
	const struct vt_opt *v;
	size_t n;
};

struct vt_cli {
	const char *prog;
	const char *usage; /* the synopsis after the name, one form per line */
	const char *about; /* one sentence */
	struct vt_opt_table own;
	/* options shared with another tool, or NULL; their values are in a
	 * struct at offset `shared_at` of the tool's struct */
	const struct vt_opt_table *shared;
	size_t shared_at;
	const char *more; /* text after the options in --help, or NULL */
};
#define VT_CLI_OPTS(table) .own = {(table), VT_COUNT(table)}

/** vt_cli_opt() - option i, counted through both tables; NULL after the last */
const struct vt_opt *vt_cli_opt(const struct vt_cli *cli, size_t i);

/**
 * vt_cli_parse() - parse argv into the tool's struct of options
 * @out: zeroed, or set to defaults
 * @operands: receives the arguments that are not options
 * Return: 0 to continue; 1 if --help or --version was printed; -1 on error
 * Errors: VT_USAGE, which suggests the nearest option and "try 'PROG --help'"
 * Also calls vt_tool_begin(), vt_log_init() with the program's name and the
 * number of -v, and vt_settings_warn().
 */
int vt_cli_parse(const struct vt_cli *cli, int argc, char **argv, void *out,
	struct vt_strv *operands, struct vt_err **err);

/** vt_cli_given() - the name of the first option that was given and is not in
 * `except` (NULL-terminated), or NULL; `out` must have been zeroed before
 * vt_cli_parse() */
const char *vt_cli_given(
	const struct vt_cli *cli, const void *out, const char *const *except);

/** vt_cli_end() - log the error, if any; Return: the exit status */
int vt_cli_end(struct vt_err *err);

#endif
