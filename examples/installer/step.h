/* Run and log the commands of the installation.
 *
 * Messages and the output of commands go to stderr, which cloud-init copies to
 * the console, and to a log that is written to the target.
 */
#ifndef STEP_H
#define STEP_H

#include "base/err.h"
#include "base/str.h"

/** say() - print one line to the console and the log */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** step_log() - the log so far */
const char *step_log(void);

/** step() - run a command, NULL-terminated; it must succeed */
int step(struct vt_err **err, const char *cmd, ...) __attribute__((sentinel));
/** step_argv() - the same with an argv, a text for stdin (or NULL) and one
 * "NAME=VALUE" for the environment (or NULL) */
int step_argv(char *const *argv, const char *input, const char *env,
	struct vt_err **err);
/** step_output() - run a command without logging; Return: its stdout, owned */
char *step_output(struct vt_err **err, const char *cmd, ...)
	__attribute__((sentinel));

#endif
