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
	bool escaped; /* the escape was typed */
	const int *serial;
	char pending[MAX_PENDING]; /* what the guest has not taken yet */
	size_t n_pending;
	uint64_t retry_ms;
};

static const char help[] = "\r\n"
			   "Ctrl-a x       leave, and end the guest\r\n"
			   "Ctrl-a Ctrl-a  send Ctrl-a\r\n"
			   "Ctrl-a h       this help\r\n";

/* For the handler: the terminal as it was. */
static struct termios before;
static volatile sig_atomic_t raw_fd = -1;

static const int crashes[] = {
	SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS};
static struct sigaction old_actions[VT_COUNT(crashes)];

/* Everything here is async-signal-safe. */
static void put_back(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	if (raw_fd < 0)
		return;
	/* in the background, setting a terminal would stop us */
	sigaction(SIGTTOU, &ignore, &old);
	tcsetattr(raw_fd, TCSANOW, &before);
	sigaction(SIGTTOU, &old, NULL);
	raw_fd = -1;
}

static void on_crash(int sig)
{
	put_back();
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
	raw.c_oflag = before.c_oflag; /* our own words are lines as ever */
	raw_fd = t->in;
	watch_crashes();
	t->raw = true;
	if (tcsetattr(t->in, TCSANOW, &raw) < 0) {
		vt_terminal_end(t);
		return vt_err_errno(err, "cannot set the terminal");
	}
	return 0;
}

void vt_terminal_end(struct vt_terminal *t)
{
	if (!t->raw)
		return;
	t->raw = false;
	put_back();
	forget_crashes();
}

int vt_terminal_fd(const struct vt_terminal *t)
{
	/* at a terminal the escape is always heard */
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

/* To the guest, as much as it takes now. */
static void flush(struct vt_terminal *t)
{
	ssize_t n = 0;
	if (*t->serial < 0)
		t->n_pending = 0;
	if (!t->n_pending)
		return;
	n = write(*t->serial, t->pending, t->n_pending);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		n = (ssize_t)t->n_pending; /* it is gone */
	if (n > 0) {
		t->n_pending -= (size_t)n;
		memmove(t->pending, t->pending + n, t->n_pending);
	}
	t->retry_ms = vt_now_ms() + RETRY_MS;
}

/* As a serial line does: what does not fit is lost. */
static void add(struct vt_terminal *t, char c)
{
	if (t->n_pending < MAX_PENDING)
		t->pending[t->n_pending++] = c;
}

/* Return: whether it was the wish to leave */
static bool command(struct vt_terminal *t, char c)
{
	t->escaped = false;
	if (c == ESCAPE)
		add(t, c);
	else if ((c == 'h' || c == '?') &&
		 write(STDOUT_FILENO, help, sizeof(help) - 1) < 0)
		return false; /* nobody can be told */
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
	size_t room = t->tty ? sizeof(buf) : MAX_PENDING - t->n_pending;
	if (poll(&p, 1, 0) == 1) {
		ssize_t n = read(t->in, buf, room);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			t->ended = true;
		for (ssize_t i = 0; i < n; i++)
			if (typed(t, buf[i]))
				return 1;
	}
	flush(t);
	return 0;
}
