/* Command lines from one table: the parser, --help and the man page's OPTIONS
 * all come from it.
 *
 *	static const struct vt_opt opts[] = {
 *		{"output", 'o', "FILE", VT_OPT_STR, offsetof(struct o, output),
 *		 "write to FILE, '-' for standard output"},
 *	};
 *	static const struct vt_cli cli = {
 *		.prog = "vt-pack", .usage = "[OPTION]... [DIR]",
 *		.about = "pack an installer ...", VT_CLI_OPTS(opts)};
 *
 * --help, --version, -v/--verbose are added to each tool. --help=man prints
 * the OPTIONS and EXIT STATUS sections as mdoc for the man page.
 */
#ifndef VT_OPT_H
#define VT_OPT_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

enum vt_opt_type {
	VT_OPT_FLAG,   /* bool: true when given */
	VT_OPT_UNFLAG, /* bool: false when given, such as --no-dowait */
	VT_OPT_STR,    /* const char *: points into argv */
	VT_OPT_INT,    /* long */
	VT_OPT_STRV,   /* struct vt_strv: each use adds one */
};

struct vt_opt {
	const char *name; /* long name */
	char key;         /* short name, 0 for none */
	const char *arg;  /* name of the argument in help, NULL for flags */
	enum vt_opt_type type;
	size_t offset;    /* into the tool's options */
	const char *help; /* lower case, no full stop */
};

struct vt_opt_table {
	const struct vt_opt *v;
	size_t n;
};

struct vt_cli {
	const char *prog;
	const char *usage; /* what follows the name; several lines are several
			      forms */
	const char *about; /* one sentence */
	struct vt_opt_table own;
	/* those it has in common with another tool, or NULL: they fill a struct
	 * that lies `shared_at` bytes into the tool's */
	const struct vt_opt_table *shared;
	size_t shared_at;
	const char *more; /* text below the options in --help, or NULL */
};
#define VT_CLI_OPTS(table) .own = {(table), VT_COUNT(table)}

/** vt_cli_opt() - option i of both tables, or NULL behind the last */
const struct vt_opt *vt_cli_opt(const struct vt_cli *cli, size_t i);

/**
 * vt_cli_parse() - fill `out` (zeroed or with defaults) from argv
 * @operands: what is not an option, and all after "--"
 * Return: 0 go on; 1 done, --help or --version was printed; -1 error
 * Errors: VT_USAGE with the nearest option and "try 'PROG --help'"
 * Also calls vt_log_init() with the program's name and the count of -v, and
 * vt_settings_warn().
 */
int vt_cli_parse(const struct vt_cli *cli, int argc, char **argv, void *out,
	struct vt_strv *operands, struct vt_err **err);

/** vt_cli_given() - the first option that was given a value and is none of
 * `except` (ends with NULL), or NULL; `out` must have been zeroed */
const char *vt_cli_given(
	const struct vt_cli *cli, const void *out, const char *const *except);

/** vt_cli_end() - log the error if there is one, give the exit status */
int vt_cli_end(struct vt_err *err);

#endif
