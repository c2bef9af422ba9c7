/* Commands of the installation: logged, timed, and their words kept.
 *
 * What is said and what commands print goes to stderr, where cloud-init takes
 * it to the console, and into a log that ends in the target.
 */
#ifndef STEP_H
#define STEP_H

#include "base/err.h"
#include "base/str.h"

/** say() - one line to the console and the log */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** step_log() - all that was said and printed so far */
const char *step_log(void);

/** step() - run a command, NULL-terminated; it must succeed */
int step(struct vt_err **err, const char *cmd, ...) __attribute__((sentinel));
/** step_argv() - the same with an argv, bytes for stdin (or NULL) and one
 * "NAME=VALUE" for its environment (or NULL) */
int step_argv(char *const *argv, const char *input, const char *env,
	struct vt_err **err);
/** step_output() - run a command quietly; Return: its stdout, owned */
char *step_output(struct vt_err **err, const char *cmd, ...)
	__attribute__((sentinel));

#endif
