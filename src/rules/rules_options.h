/* The command line of vt-rules. */
#ifndef VT_RULES_OPTIONS_H
#define VT_RULES_OPTIONS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct options {
	const char *topdir;
	struct vt_strv configs;     /* files and directories of bare configs */
	struct vt_strv derived;     /* names of derived tests */
	struct vt_strv definitions; /* the operands */
	struct vt_strv filters;     /* of list */
	const char *format;         /* of list */
	bool check, list, plan, coverage, json;
	const char *settings, *keys, *files; /* output form, or NULL */
};

/** options_parse() - Return: as vt_cli_parse() */
int options_parse(
	struct options *o, int argc, char **argv, struct vt_err **err);
void options_free(struct options *o);
#define AUTO_OPTIONS __attribute__((cleanup(options_free)))

#endif
