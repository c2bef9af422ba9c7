/* Child processes, which are killed when this process ends.
 *
 *	VT_AUTO_PROC struct vt_proc p = VT_PROC_INIT;
 *	if (vt_proc_spawn(&p, &(struct vt_spawn){.argv = argv}, err) < 0)
 *		return -1;
 *	if (vt_proc_wait(&p, 60000, err) < 0) ...
 *
 * or, to run a command to its end and capture its output:
 *
 *	if (vt_proc_check(&(struct vt_run){.argv = argv, .out = &out}, err) < 0)
 *		return -1;
 *
 * Every child gets PR_SET_PDEATHSIG, a process group of its own, default signal
 * actions and only the descriptors it is given. Spawn from the main thread
 * only: the kernel sends that signal when the thread that forked ends.
 */
#ifndef VT_PROC_H
#define VT_PROC_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct vt_proc {
	pid_t pid;  /* 0: none */
	int pidfd;  /* readable when the child has ended; -1: none */
	int status; /* as from waitpid(2), valid once reaped */
	bool reaped;
};
#define VT_PROC_INIT                                                           \
	{                                                                      \
		.pidfd = -1                                                    \
	}

/* How to start a child. Members that are zero have the default in brackets. */
struct vt_spawn {
	char *const *argv;  /* argv[0] is looked up in PATH */
	char *const *env;   /* "NAME=VALUE" to add to the environment [none] */
	const char *cwd;    /* [the current directory] */
	int in, out, errfd; /* descriptors [/dev/null; inherited; inherited] */
	const int *keep;    /* more descriptors that the child inherits under
			       the same numbers [none] */
	size_t n_keep;
	bool contain; /* all that it has started is killed when it ends or is
			 ended, or when this process ends [only the child] */
};
/** vt_proc_spawn() - start a child
 * Errors: VT_HOST, also if the program cannot be executed */
int vt_proc_spawn(
	struct vt_proc *p, const struct vt_spawn *how, struct vt_err **err);

/** vt_proc_wait() - wait for the end of a child
 * @timeout_ms: -1 for no limit
 * Return: 1 if it has ended (p->status is set), 0 on timeout, -1 on error */
int vt_proc_wait(struct vt_proc *p, int timeout_ms, struct vt_err **err);

/** vt_proc_signal() - send a signal to the child's process group; does nothing
 * if the child has been reaped */
void vt_proc_signal(struct vt_proc *p, int sig);

/** vt_proc_stop() - send SIGTERM to the group, SIGKILL after grace_ms, and reap
 */
void vt_proc_stop(struct vt_proc *p, int grace_ms);
void vt_proc_stopp(struct vt_proc *p); /* of the attribute; grace of 2 s */
#define VT_AUTO_PROC __attribute__((cleanup(vt_proc_stopp)))

/** vt_proc_describe() - append "exit status 3" or "killed by signal 9 (Killed)"
 * @status: as from waitpid(2) */
void vt_proc_describe(int status, struct vt_str *out);

/** vt_proc_status() - the status of an ended process, as in a shell: its exit
 * status, or 128 plus the number of the signal that killed it */
int vt_proc_status(const struct vt_proc *p);

/* A command to run to its end. Members that are zero have the default in
 * brackets. */
struct vt_run {
	char *const *argv;
	char *const *env;
	const char *cwd;
	const char *input; /* bytes for stdin [/dev/null] */
	size_t input_len;
	int timeout_ms;     /* [no limit] */
	size_t max_output;  /* largest size of captured stdout [16 MiB] */
	struct vt_str *out; /* receives stdout [inherited] */
	bool merge_stderr;  /* stderr goes where stdout goes */
	bool contain;       /* as in struct vt_spawn */
};
/** vt_proc_run() - run a command to its end
 * Return: its exit status (0 to 255), or -1
 * Errors: VT_HOST if the command cannot be started, is killed by a signal or
 *   prints too much; VT_TIMEOUT. The last lines of stderr become the error's
 *   detail. A non-zero exit status is not an error here. */
int vt_proc_run(const struct vt_run *run, struct vt_err **err);

/** vt_proc_check() - as vt_proc_run(), but a non-zero exit status is an error
 * too: VT_HOST, with the command, its status and its last lines
 * Return: 0 or -1 */
int vt_proc_check(const struct vt_run *run, struct vt_err **err);

/** vt_proc_find() - look up a program in PATH, unless its name contains a slash
 * Return: its path (owned), or NULL */
char *vt_proc_find(const char *name);
/** vt_proc_in_path() - whether vt_proc_find() finds a program */
bool vt_proc_in_path(const char *name);

/** vt_proc_sibling() - the path of another vt tool, which is in the directory
 * of the running one; owned */
char *vt_proc_sibling(const char *tool);

/** vt_proc_die_with_parent() - get SIGTERM when the parent, such as make, ends
 * (PR_SET_PDEATHSIG). Call first in main(). */
void vt_proc_die_with_parent(void);

/* The signals that end a tool: SIGINT, SIGTERM and SIGHUP, then 0. */
extern const int vt_end_signals[];

/** vt_signals_block() - block vt_end_signals, and receive them from a signalfd
 * Return: the signalfd, or -1 */
int vt_signals_block(struct vt_err **err);

/** vt_signals_die() - end this process by a signal that was blocked, so that
 * the parent sees the expected wait status */
void vt_signals_die(int sig);

/** vt_crash_test() - for tests: kill this process by SIGKILL if VT_TEST_CRASH
 * has the name of this place */
void vt_crash_test(const char *place);

/** vt_now_ms() - CLOCK_MONOTONIC in milliseconds */
uint64_t vt_now_ms(void);

/** vt_poll() - poll(2) for callers that try again: an error other than EINTR,
 * such as ENOMEM, takes up to 100 ms, so that the caller's loop does not use
 * all of a processor */
int vt_poll(struct pollfd *p, size_t n, int timeout_ms);

#endif
