#ifndef VT_VERIFY_OPTIONS_H
#define VT_VERIFY_OPTIONS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct options {
	const char *dir;       /* NULL with a config */
	const char *config;    /* NULL, or a config to check `images` against */
	struct vt_strv images; /* ID=IMAGE */
	const char *failed;    /* a phase's name, or NULL */
	bool skip_is_done;
};

/** options_parse() - to be freed even after an error
 * Return: as vt_cli_parse() */
int options_parse(
	int argc, char **argv, struct options *o, struct vt_err **err);
void options_free(struct options *o);
#define AUTO_OPTIONS __attribute__((cleanup(options_free)))

#endif
