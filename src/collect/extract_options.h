/* The command line of vt-extract. */
#ifndef VT_COLLECT_OPTIONS_H
#define VT_COLLECT_OPTIONS_H

#include "base/err.h"
#include "base/str.h"

struct options {
	const char *image;  /* --image */
	const char *output; /* -o; NULL: the default */
	/* DIR or IMAGE; with --image: patterns */
	struct vt_strv operands;
};
#define OPTIONS_INIT                                                           \
	{                                                                      \
		.operands = VT_STRV_INIT                                       \
	}

/** options_parse() - Return: as vt_cli_parse() */
int options_parse(
	int argc, char **argv, struct options *o, struct vt_err **err);
void options_free(struct options *o);
#define AUTO_OPTIONS __attribute__((cleanup(options_free)))

#endif
