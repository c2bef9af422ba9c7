/* Child processes that die with us.
 *
 * Every child gets PR_SET_PDEATHSIG (checked against the race with getppid),
 * a process group of its own, default signal handling and only the
 * descriptors it was given. It is watched through a pidfd. Spawn from the main
 * thread only: PDEATHSIG is tied to the forking thread.
 */
#ifndef VT_PROC_H
#define VT_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct vt_proc {
	pid_t pid;  /* 0: none */
	int pidfd;  /* readable when the child has ended; -1: none */
	int status; /* as waitpid(2), valid once reaped */
	bool reaped;
};
#define VT_PROC_INIT                                                           \
	{                                                                      \
		.pidfd = -1                                                    \
	}

/* How to start a child. Zero means: stdin from /dev/null, stdout and stderr
 * inherited, our environment and directory. */
struct vt_spawn {
	char *const *argv; /* argv[0] looked up in PATH */
	char *const *env;  /* "NAME=VALUE" added to ours; NULL for none */
	const char *cwd;
	int in, out, errfd; /* descriptor to use, 0 for the default above */
	const int *keep;    /* descriptors the child inherits under their own
			       numbers */
	size_t n_keep;
};
int vt_proc_spawn(
	struct vt_proc *p, const struct vt_spawn *how, struct vt_err **err);

/** vt_proc_wait() - wait at most timeout_ms (-1: for ever)
 * Return: 1 ended (p->status set), 0 time ran out, -1 error */
int vt_proc_wait(struct vt_proc *p, int timeout_ms, struct vt_err **err);

/** vt_proc_signal() - signal the child's whole group; fine when it is gone */
void vt_proc_signal(struct vt_proc *p, int sig);

/** vt_proc_stop() - TERM the group, after grace_ms KILL it, reap */
void vt_proc_stop(struct vt_proc *p, int grace_ms);
void vt_proc_stopp(struct vt_proc *p); /* cleanup: stop with 2 s of grace */
#define VT_AUTO_PROC __attribute__((cleanup(vt_proc_stopp)))

/** vt_proc_describe() - "exit status 3" or "killed by signal 9 (Killed)" */
void vt_proc_describe(int status, struct vt_str *out);

/* Run to the end. */
struct vt_run {
	char *const *argv;
	char *const *env;
	const char *cwd;
	const char *input; /* bytes for stdin, NULL: /dev/null */
	size_t input_len;
	int timeout_ms;     /* 0: none */
	size_t max_output;  /* bound on captured stdout; 0: 16 MiB */
	struct vt_str *out; /* captures stdout; NULL: inherited */
	bool merge_stderr;  /* stderr goes into `out` as well */
};
/** vt_proc_run() - run a command to its end
 * Return: its exit status (0 to 255), or -1
 * Errors: VT_HOST for a command that cannot start, is killed or prints too
 *   much; VT_TIMEOUT. stderr is captured, its tail becomes the error's detail;
 *   for a non-zero exit no error is set (see vt_proc_check). */
int vt_proc_run(const struct vt_run *run, struct vt_err **err);

/** vt_proc_check() - as vt_proc_run(), but a non-zero exit is a VT_HOST error
 * that names the command, its status and its last lines; Return: 0 or -1 */
int vt_proc_check(const struct vt_run *run, struct vt_err **err);

/** vt_proc_find() - the program that a command's name leads to by PATH; a name
 * with a slash is its own path; Return: owned, or NULL */
char *vt_proc_find(const char *name);
/** vt_proc_in_path() - whether there is one */
bool vt_proc_in_path(const char *name);

/** vt_proc_sibling() - the tool of ours beside the one that runs; owned */
char *vt_proc_sibling(const char *tool);

/** vt_proc_die_with_parent() - call first in main(): when the parent is make
 * or a tool of ours, dying with it is wanted (PR_SET_PDEATHSIG to SIGTERM) */
void vt_proc_die_with_parent(void);

/** vt_signals_block() - block INT, TERM, HUP and get them by signalfd
 * Return: the signalfd, or -1 */
int vt_signals_block(struct vt_err **err);

/** vt_signals_die() - die by a signal that was blocked, as who sent it expects
 */
void vt_signals_die(int sig);

uint64_t vt_now_ms(void); /* CLOCK_MONOTONIC, ms */

#endif
