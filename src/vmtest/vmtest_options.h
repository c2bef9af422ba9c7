#ifndef VT_VMTEST_OPTIONS_H
#define VT_VMTEST_OPTIONS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum selection { SELECT_ALL, SELECT_FAILED, SELECT_CHANGED };

struct options {
	enum selection select;
	long repeat;        /* 0: run the selected tests once */
	const char *topdir; /* owned by operands */
	const char *test;   /* the test to repeat */
	bool minmem;
	bool clean_cache;
	const char *matrix;  /* tests to run on each other's disks, or NULL */
	struct vt_strv make; /* the make command, without goals */

	const char *select_name;
	struct vt_strv operands;
};

/** options_parse() - Return: as vt_cli_parse(); freed by options_free() */
int options_parse(
	int argc, char **argv, struct options *o, struct vt_err **err);
void options_free(struct options *o);

#endif
