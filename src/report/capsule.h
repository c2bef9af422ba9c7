/* A capsule: what is needed to repeat a test elsewhere, in one archive.
 *
 *	capsule_write("basic.capsule.tar.gz", "tests/basic", err);
 *	capsule_open("basic.capsule.tar.gz", NULL, err);
 *
 * The archive has one directory, NAME.capsule, with the files of the test's
 * directory (below tests/NAME), its definition and config, README, capsule.mk
 * and capsule.json. Secrets are replaced by a marker (data/secrets.h), and
 * paths of this host by paths in the capsule. The same input gives the same
 * bytes.
 */
#ifndef VT_CAPSULE_H
#define VT_CAPSULE_H

#include "base/err.h"
#include "base/str.h"
#include "test/capsule_file.h"

#define CAPSULE_END ".capsule"
#define CAPSULE_MAKEFILE "capsule.mk"
#define CAPSULE_README "README"

/**
 * capsule_write() - write the capsule of a test; complete or not at all
 * Errors: VT_USAGE if `dir` is not a test's; VT_HOST, also while a phase of the
 *   test is running
 */
int capsule_write(const char *file, const char *dir, struct vt_err **err);

/**
 * capsule_open() - extract a capsule into a new directory, and print what
 * failed and how the test is resumed
 * @dir: NULL: NAME.capsule in the current directory
 * Errors: VT_USAGE if `dir` exists, or for what vt-report has not written;
 *   nothing remains of it then
 */
int capsule_open(const char *file, const char *dir, struct vt_err **err);

/** capsule_command() - one of both, as the command line says
 * @write, @open: the file of --capsule or --open, or NULL
 * @operands: directories */
int capsule_command(const char *write, const char *open,
	const struct vt_strv *operands, struct vt_err **err);

/** capsule_help() - text for --help, after `more`; Return: owned */
char *capsule_help(const char *more);

/** capsule_makefile() - append capsule.mk */
void capsule_makefile(const struct vt_capsule_file *f, struct vt_str *out);

/** capsule_readme() - append README */
void capsule_readme(const struct vt_capsule_file *f, struct vt_str *out);

#endif
