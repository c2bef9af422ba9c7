#include "qemu/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"

enum { ESCAPE = 'a' & 0x1f, MAX_PENDING = 4096, RETRY_MS = 20 };

struct vt_terminal {
	int in;
	bool tty, raw, ended;
	bool escaped; /* the last byte was the escape key */
	const int *serial;
	char pending[MAX_PENDING]; /* input that the guest has not read yet */
	size_t n_pending;
	uint64_t retry_ms;
};

static const char help[] = "\r\n"
			   "Ctrl-a x       leave and stop the guest\r\n"
			   "Ctrl-a Ctrl-a  send Ctrl-a\r\n"
			   "Ctrl-a h       print this help\r\n";

/* For the signal handler: the terminal's original settings. */
static struct termios before;
static volatile sig_atomic_t raw_fd = -1;

static const int crashes[] = {
	SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS};
static struct sigaction old_actions[VT_COUNT(crashes)];

/* Called from the signal handler, too: async-signal-safe. */
static void restore(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	if (raw_fd < 0)
		return;
	/* SIGTTOU would stop a process in the background */
	sigaction(SIGTTOU, &ignore, &old);
	tcsetattr(raw_fd, TCSANOW, &before);
	sigaction(SIGTTOU, &old, NULL);
	raw_fd = -1;
}

static void on_crash(int sig)
{
	restore();
	for (size_t i = 0; i < VT_COUNT(crashes); i++)
		if (crashes[i] == sig)
			sigaction(sig, &old_actions[i], NULL);
	raise(sig); /* blocked until we return */
}

static void watch_crashes(void)
{
	const struct sigaction a = {.sa_handler = on_crash};
	for (size_t i = 0; i < VT_COUNT(crashes); i++)
		sigaction(crashes[i], &a, &old_actions[i]);
}

static void forget_crashes(void)
{
	for (size_t i = 0; i < VT_COUNT(crashes); i++)
		sigaction(crashes[i], &old_actions[i], NULL);
}

struct vt_terminal *vt_terminal_new(int in)
{
	struct vt_terminal *t = vt_alloc(sizeof(*t));
	t->in = in;
	t->tty = isatty(in) == 1;
	return t;
}

void vt_terminal_free(struct vt_terminal *t)
{
	if (!t)
		return;
	vt_terminal_end(t);
	free(t);
}

void vt_terminal_freep(struct vt_terminal **t)
{
	vt_terminal_free(*t);
	*t = NULL;
}

int vt_terminal_begin(
	struct vt_terminal *t, const int *serial, struct vt_err **err)
{
	t->serial = serial;
	if (!t->tty)
		return 0;
	if (tcgetattr(t->in, &before) < 0)
		return vt_err_errno(err, "cannot read the terminal's settings");
	struct termios raw = before;
	cfmakeraw(&raw);
	/* keep "\n" starting a new line for our own messages */
	raw.c_oflag = before.c_oflag;
	raw_fd = t->in;
	watch_crashes();
	t->raw = true;
	if (tcsetattr(t->in, TCSANOW, &raw) < 0) {
		vt_terminal_end(t);
		return vt_err_errno(err, "cannot set the terminal to raw mode");
	}
	return 0;
}

void vt_terminal_end(struct vt_terminal *t)
{
	if (!t->raw)
		return;
	t->raw = false;
	restore();
	forget_crashes();
}

int vt_terminal_fd(const struct vt_terminal *t)
{
	/* always read from a terminal, so that the escape key works */
	bool full = !t->tty && t->n_pending == MAX_PENDING;
	return t->ended || full ? -1 : t->in;
}

int vt_terminal_timeout_ms(const struct vt_terminal *t)
{
	if (!t->n_pending)
		return -1;
	uint64_t now = vt_now_ms();
	return now < t->retry_ms ? (int)(t->retry_ms - now) : 0;
}

/* Write to the guest as much as it accepts now. */
static void flush(struct vt_terminal *t)
{
	ssize_t n = 0;
	if (*t->serial < 0)
		t->n_pending = 0;
	if (!t->n_pending)
		return;
	n = write(*t->serial, t->pending, t->n_pending);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		n = (ssize_t)t->n_pending; /* the guest has ended: drop it */
	if (n > 0) {
		t->n_pending -= (size_t)n;
		memmove(t->pending, t->pending + n, t->n_pending);
	}
	t->retry_ms = vt_now_ms() + RETRY_MS;
}

/* Input that does not fit is lost, as on a serial line. */
static void add(struct vt_terminal *t, char c)
{
	if (t->n_pending < MAX_PENDING)
		t->pending[t->n_pending++] = c;
}

/* Not to a terminal that is stopped, where it would block. */
static void print_help(void)
{
	struct pollfd p = {STDOUT_FILENO, POLLOUT, 0};
	ssize_t n = poll(&p, 1, 0) == 1
			    ? write(STDOUT_FILENO, help, sizeof(help) - 1)
			    : 0;
	(void)n; /* an error means that standard output is closed */
}

/* The byte after the escape key. Return: whether it means to leave */
static bool command(struct vt_terminal *t, char c)
{
	t->escaped = false;
	if (c == ESCAPE)
		add(t, c);
	else if (c == 'h' || c == '?')
		print_help();
	return c == 'x';
}

static bool typed(struct vt_terminal *t, char c)
{
	if (t->escaped)
		return command(t, c);
	if (t->tty && c == ESCAPE)
		t->escaped = true;
	else
		add(t, c);
	return false;
}

int vt_terminal_run(struct vt_terminal *t)
{
	char buf[MAX_PENDING];
	struct pollfd p = {.fd = vt_terminal_fd(t), .events = POLLIN};
	size_t max = t->tty ? sizeof(buf) : MAX_PENDING - t->n_pending;
	if (poll(&p, 1, 0) == 1) {
		ssize_t n = read(t->in, buf, max);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			t->ended = true;
		for (ssize_t i = 0; i < n; i++)
			if (typed(t, buf[i]))
				return 1;
	}
	flush(t);
	return 0;
}
