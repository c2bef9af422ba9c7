/* A guest's serial console: a log file, lines, and what they tell.
 *
 *	c = vt_console_new();
 *	vt_console_rule(c, VT_RULE_SUCCESS, "success", ere, NULL, err) ...
 *	vt_console_log(c, "logs/install-serial.log", err);
 *	loop: fired = vt_console_feed(c, buf, n, elapsed_ms);
 *	a second without bytes: fired = vt_console_quiet(c, elapsed_ms);
 *	vt_console_end(c, elapsed_ms);
 *
 * The log gets the guest's bytes as they are, up to a bound, then one line
 * that says so; writing that fails (a full disk) is remembered and stops
 * nothing. Lines, as lines.h has them, are tried against all rules: as they
 * came, joined where the kernel had cut them, and incomplete ones (a prompt)
 * after a quiet moment. Nothing here grows with what the guest prints.
 */
#ifndef VT_CONSOLE_H
#define VT_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* What a rule means. The marks come first, in the order of a phase. */
enum vt_rule {
	VT_MARK_KERNEL,
	VT_MARK_INIT,
	VT_MARK_CLOUD_INIT,
	VT_MARK_INSTALLER_START,
	VT_MARK_INSTALLER_END,
	VT_MARKS,
	VT_RULE_SUCCESS = VT_MARKS,
	VT_RULE_NO_TICKS, /* timer interrupts do not reach the guest */
	VT_RULE_AT_END,   /* a failure that counts when it is over */
	VT_RULE_FAILURE,  /* the guest is ended */
	VT_RULE_PANIC,
	VT_RULE_HALT,
	VT_RULES
};

/* The first line that a kind of rule found. */
struct vt_hit {
	const char *id;  /* of the rule; NULL: none has */
	const char *why; /* what the line means, or NULL */
	char *line;      /* made printable */
	uint64_t at_ms;  /* since power on */
};

struct vt_console;

/** vt_console_new() - with the marks */
struct vt_console *vt_console_new(void);
void vt_console_free(struct vt_console *c);
void vt_console_freep(struct vt_console **c);
#define VT_AUTO_CONSOLE __attribute__((cleanup(vt_console_freep)))

/** vt_console_rule() - one more
 * @why: what the line means, or NULL; must remain
 * Errors: VT_USAGE for a bad pattern */
int vt_console_rule(struct vt_console *c, enum vt_rule kind, const char *id,
	const char *ere, const char *why, struct vt_err **err);

/** vt_console_log() - keep the bytes in a file ("-": standard output) */
int vt_console_log(struct vt_console *c, const char *path, struct vt_err **err);

/** vt_console_echo() - show what is logged on standard output as well */
void vt_console_echo(struct vt_console *c);

/** vt_console_tell() - each complete line, made printable, to stderr as well,
 * after this name: one write, so that guests do not mix */
void vt_console_tell(struct vt_console *c, const char *name);

/** vt_console_limit() - bound of the log, 64 MiB unless told */
void vt_console_limit(struct vt_console *c, uint64_t bytes);

/**
 * vt_console_feed() - bytes from the guest
 * Return: the kinds that matched for the first time, as bits 1 << kind
 */
unsigned vt_console_feed(
	struct vt_console *c, const void *data, size_t len, uint64_t at_ms);

/** vt_console_quiet() - no bytes for a while; Return: as for feed */
unsigned vt_console_quiet(struct vt_console *c, uint64_t at_ms);

/**
 * vt_console_told() - a line that came another way than over the console: it
 * may be a mark of the installer or its success, and nothing else
 * Return: as for feed
 */
unsigned vt_console_told(
	struct vt_console *c, const char *line, uint64_t at_ms);

/** vt_console_end() - the last, incomplete line; Return: as for feed */
unsigned vt_console_end(struct vt_console *c, uint64_t at_ms);

/** vt_console_write_error() - errno of the log's first failed write, or 0 */
int vt_console_write_error(const struct vt_console *c);

const struct vt_hit *vt_console_hit(
	const struct vt_console *c, enum vt_rule kind);
const char *vt_console_last(const struct vt_console *c); /* line, or "" */

/** vt_console_context() - lines around the first failure or panic, or the
 * last ones when there was none */
void vt_console_context(const struct vt_console *c, struct vt_strv *lines);

#endif
