/* A guest's serial console: writes the log and finds lines that matter.
 *
 *	c = vt_console_new();
 *	vt_console_rule(c, VT_RULE_SUCCESS, "success", ere, NULL, err) ...
 *	vt_console_log(c, "logs/install-serial.log", err);
 *	loop: fired = vt_console_feed(c, buf, n, elapsed_ms);
 *	after a second without output: fired = vt_console_quiet(c, elapsed_ms);
 *	vt_console_end(c, elapsed_ms);
 *
 * The log is as guest_log.h says. A failed write (a full disk) is remembered,
 * see vt_console_write_error(), and does not stop the scan. All lines that
 * console_lines.h yields are matched against all rules: complete lines, joined
 * ones, and incomplete ones (a prompt) after a second without output. Memory
 * use does not depend on how much the guest prints.
 */
#ifndef VT_CONSOLE_H
#define VT_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "qemu/answers.h"
#include "qemu/payload.h"

/* Kinds of rules. Marks (progress of a phase) come first, in order. */
enum vt_rule {
	VT_MARK_KERNEL,
	VT_MARK_INIT,
	VT_MARK_CLOUD_INIT,
	VT_MARK_INSTALLER_START,
	VT_MARK_INSTALLER_END,
	VT_MARKS,
	VT_RULE_SUCCESS = VT_MARKS, /* contained in a line: see payload.h */
	VT_RULE_READS_SEED, /* a stage of cloud-init that needs its data */
	VT_RULE_NO_TICKS,   /* timer interrupts do not reach the guest */
	VT_RULE_AT_END,     /* a failure; the guest runs on to its end */
	VT_RULE_FAILURE,    /* a failure; the guest is stopped */
	VT_RULE_PANIC,
	VT_RULE_HALT,
	VT_RULES
};

/* The first line that matched a kind of rule. */
struct vt_hit {
	const char *id;  /* of the rule; NULL: no line has matched */
	const char *why; /* what the line means, or NULL */
	char *line;      /* made printable */
	uint64_t at_ms;  /* since the start of the phase */
};

struct vt_console;

/** vt_console_new() - a console with the rules for marks */
struct vt_console *vt_console_new(void);
void vt_console_free(struct vt_console *c);
void vt_console_freep(struct vt_console **c);
#define VT_AUTO_CONSOLE __attribute__((cleanup(vt_console_freep)))

/** vt_console_rule() - add a rule
 * @why: what the line means, or NULL; must outlive the console
 * Errors: VT_USAGE for a bad pattern */
int vt_console_rule(struct vt_console *c, enum vt_rule kind, const char *id,
	const char *ere, const char *why, struct vt_err **err);

/** vt_console_answer() - what to type when an incomplete line matches
 * Errors: as vt_answers_add() */
int vt_console_answer(struct vt_console *c, const char *prompt, const char *say,
	struct vt_err **err);

/** vt_console_say() - after vt_console_quiet(): what is to be typed now,
 * without the Enter; NULL: nothing */
const char *vt_console_say(const struct vt_console *c);

/** vt_console_restarted() - the machine rebooted, and may ask again */
void vt_console_restarted(struct vt_console *c);

/** vt_console_answers() - the answers, and how often each was typed */
const struct vt_answers *vt_console_answers(const struct vt_console *c);

/**
 * vt_console_log() - write the log to a file ("-": standard output)
 * Pipes and terminals never block: what their readers do not take is dropped,
 * as outbuf.h says; so is what vt_console_echo() writes.
 * Errors: VT_HOST, also for a FIFO that no process reads
 */
int vt_console_log(struct vt_console *c, const char *path, struct vt_err **err);

/** vt_console_times() - also write when the log was written, to a file of
 * console_times.h */
void vt_console_times(struct vt_console *c, const char *path);

/** vt_console_log_name() - the log's file, for messages */
const char *vt_console_log_name(const struct vt_console *c);

/** vt_console_echo() - copy the guest's output to standard output as well */
void vt_console_echo(struct vt_console *c);

/** vt_console_pending() - the descriptors to poll for POLLOUT, of the log and
 * of the echo, then vt_console_flush(); -1: none */
void vt_console_pending(const struct vt_console *c, int fds[static 2]);
void vt_console_flush(struct vt_console *c);
/** vt_console_finish() - wait for the readers of the log and of the echo, but
 * not long, and warn if they missed anything */
void vt_console_finish(struct vt_console *c);

/** vt_console_live() - print each complete line, made printable, to stderr
 * after this name; with one write each, so that guests' lines do not mix */
void vt_console_live(struct vt_console *c, const char *name);

/** vt_console_limit() - limit the size of the log; 64 MiB by default */
void vt_console_limit(struct vt_console *c, uint64_t bytes);

/**
 * vt_console_feed() - process output of the guest
 * Return: the kinds that matched for the first time, as bits 1 << kind
 */
unsigned vt_console_feed(
	struct vt_console *c, const void *data, size_t len, uint64_t at_ms);

/** vt_console_quiet() - process the incomplete line, after a while without
 * output. A line that is answered is complete, and no rule is tried on it; one
 * whose answer was refused is a VT_RULE_FAILURE.
 * Return: as vt_console_feed() */
unsigned vt_console_quiet(struct vt_console *c, uint64_t at_ms);

/**
 * vt_console_channel_line() - process a line from the installer's channel
 * instead of the console: only the installer's marks and its success can match
 * Return: as vt_console_feed()
 */
unsigned vt_console_channel_line(
	struct vt_console *c, const char *line, uint64_t at_ms);

/** vt_console_end() - end of output; process the last, incomplete line
 * Return: as vt_console_feed() */
unsigned vt_console_end(struct vt_console *c, uint64_t at_ms);

/** vt_console_examine() - the guest hangs: what it prints from now on is the
 * answer to questions, and goes to the log alone, after a note. The context is
 * what was printed before */
void vt_console_examine(struct vt_console *c, const char *note);

/** vt_console_write_error() - errno of the log's first failed write, or 0 */
int vt_console_write_error(const struct vt_console *c);

const struct vt_hit *vt_console_hit(
	const struct vt_console *c, enum vt_rule kind);
/** vt_console_payload() - what the installer reported, on the console and on
 * its channel */
const struct vt_payload *vt_console_payload(const struct vt_console *c);
/** vt_console_last() - Return: the incomplete line, if the guest has been
 * waiting behind it, else the last complete line, or "" */
const char *vt_console_last(const struct vt_console *c);

/* A line as it arrived, or joined from parts that are lines before it. */
struct vt_story_line {
	const char *text; /* printable; of the console */
	bool joined;
};

/* Lines that may tell why a guest failed: around the first failure or panic,
 * and the last ones; in order, each once. */
struct vt_story {
	struct vt_story_line *v;
	size_t n;
	size_t failure; /* index of the first failure; n: there was none */
};

/** vt_console_story() - get them; borrowed until the console's next input */
void vt_console_story(const struct vt_console *c, struct vt_story *s);
void vt_story_free(struct vt_story *s);
#define VT_AUTO_STORY __attribute__((cleanup(vt_story_free)))

/** vt_story_context() - add the lines as they arrived around line `at`, or the
 * last ones if there is no such line
 * Return: the index of line `at` in `lines`; n: there is none */
size_t vt_story_context(
	const struct vt_story *s, size_t at, struct vt_strv *lines);

#endif
