#include "wire_loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"
#include "control.h"
#include "ports.h"
#include "recording.h"

/* What an event is about: a port's number, or one of these. */
enum { CONTROL = VT_SWITCH_PORTS, SIGNAL, SOURCES };

struct wire {
	int epoll, signal_fd, signal, control_fd;
	struct recording *recording;
	struct ports *ports;
	struct control *control;
	bool control_waits;
	bool over;
};

static int watch(const struct wire *w, int how, int fd, struct epoll_event e,
	struct vt_err **err)
{
	if (epoll_ctl(w->epoll, how, fd, &e) < 0)
		return vt_err_errno(err, "cannot watch descriptor %d", fd);
	return 0;
}

static int open_control(struct wire *w, int fd, struct vt_err **err)
{
	struct epoll_event e = {.events = EPOLLIN, .data.u32 = CONTROL};
	w->control = control_new(fd, w->ports, err);
	w->control_fd = fd;
	return w->control ? watch(w, EPOLL_CTL_ADD, fd, e, err) : -1;
}

static int open_all(
	struct wire *w, const struct options *o, struct vt_err **err)
{
	struct epoll_event e = {.events = EPOLLIN, .data.u32 = SIGNAL};
	w->signal_fd = vt_signals_block(err);
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->signal_fd < 0 || w->epoll < 0)
		return vt_err_errno(err, "cannot wait for events");
	if (watch(w, EPOLL_CTL_ADD, w->signal_fd, e, err) < 0)
		return -1;
	if (o->capture)
		w->recording =
			recording_open(o->capture, (uint64_t)o->limit_mib << 20,
				(uint32_t)o->snaplen, err);
	if (o->capture && !w->recording)
		return -1;
	w->ports = ports_new(w->epoll, w->recording);
	for (size_t i = 0; i < o->ports.n; i++)
		if (ports_add(w->ports, o->ports.v[i], err) < 0)
			return -1;
	recording_flush(w->recording);
	return o->control ? open_control(w, (int)o->control, err) : 0;
}

static void close_all(struct wire *w)
{
	control_free(w->control);
	ports_free(w->ports);
	recording_free(w->recording);
	vt_closep(&w->signal_fd);
	vt_closep(&w->epoll);
}

/* Watch for space in the control socket while answers wait for it. */
static int watch_answers(struct wire *w, struct vt_err **err)
{
	bool waits = w->control && control_waits(w->control);
	if (waits == w->control_waits)
		return 0;
	struct epoll_event e = {.events = EPOLLIN | (waits ? EPOLLOUT : 0),
		.data.u32 = CONTROL};
	w->control_waits = waits;
	return watch(w, EPOLL_CTL_MOD, w->control_fd, e, err);
}

static void handle(struct wire *w, const struct epoll_event *e)
{
	struct signalfd_siginfo info;
	if (e->data.u32 == SIGNAL) {
		if (read(w->signal_fd, &info, sizeof(info)) !=
			(ssize_t)sizeof(info))
			return;
		w->signal = (int)info.ssi_signo;
		w->over = true;
	} else if (e->data.u32 == CONTROL) {
		control_flush(w->control);
		w->over |= !control_read(w->control);
	} else if (w->ports->v[e->data.u32].fd >= 0) {
		ports_receive(w->ports, e->data.u32,
			e->events & (EPOLLHUP | EPOLLRDHUP));
		w->over |= !w->ports->n_open;
	}
}

/* Handle what happens, and write the capture whenever nothing does. */
static int loop(struct wire *w, struct vt_err **err)
{
	struct epoll_event events[SOURCES];
	bool idle = true;
	while (!w->over) {
		int n = epoll_wait(w->epoll, events, SOURCES, idle ? -1 : 0);
		if (n < 0 && errno != EINTR)
			return vt_err_errno(err, "cannot wait for events");
		idle = n <= 0;
		if (idle)
			recording_flush(w->recording);
		for (int i = 0; i < n && !w->over; i++)
			handle(w, &events[i]);
		if (watch_answers(w, err) < 0)
			return -1;
	}
	return 0;
}

int wire_run(const struct options *o, struct vt_err **err)
{
	struct wire w = {.epoll = -1, .signal_fd = -1};
	int rc = open_all(&w, o, err);
	if (rc == 0)
		rc = loop(&w, err);
	if (rc == 0)
		rc = recording_end(w.recording, err);
	close_all(&w);
	if (w.signal)
		vt_signals_die(w.signal);
	return rc;
}
