/* What vt-wire forwards between two of its ports.
 *
 *	wire VT-WIRE FRAMES LENGTH [CAPTURE]
 *
 * A process sends FRAMES frames as fast as the switch takes them; this one
 * receives. Prints one line: frames received, seconds, frames a second, seconds
 * of the switch's processor time, and the largest size of its memory in KiB.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/fs.h"
#include "host/wire.h"

enum { BATCH = 64, LEN_MAX = 16384 };

static char bytes[BATCH][LEN_MAX];
static struct iovec iov[BATCH];
static struct mmsghdr batch[BATCH];

static void prepare(size_t len)
{
	for (int i = 0; i < BATCH; i++) {
		memset(bytes[i], 0xff, 6);
		iov[i] = (struct iovec){bytes[i], len};
		batch[i] = (struct mmsghdr){
			.msg_hdr = {.msg_iov = &iov[i], .msg_iovlen = 1}};
	}
}

/* Send n frames, then a short one until nobody receives any more. */
static void sender(int fd, long n)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (n > 0) {
		int sent = sendmmsg(fd, batch, n < BATCH ? (unsigned)n : BATCH,
			MSG_NOSIGNAL);
		if (sent < 0)
			_exit(1);
		n -= sent;
	}
	while (send(fd, bytes[0], 14, MSG_NOSIGNAL) > 0)
		usleep(1000);
	_exit(0);
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Receive until a frame is short. Return: how many were not */
static long receive(int fd)
{
	long received = 0;
	for (;;) {
		int n = recvmmsg(fd, batch, BATCH, MSG_WAITFORONE, NULL);
		if (n <= 0)
			return received;
		for (int i = 0; i < n; i++) {
			if (batch[i].msg_len == 14)
				return received;
			received++;
		}
	}
}

/* A number from a file of /proc/PID, after a text; -1: none */
static long proc_number(pid_t pid, const char *file, const char *after)
{
	VT_AUTO_FREE char *path = vt_printf("/proc/%d/%s", (int)pid, file);
	VT_AUTO_FREE char *text = vt_fs_read(path, 1 << 16, NULL, NULL);
	const char *at = text ? strstr(text, after) : NULL;
	return at ? strtol(at + strlen(after), NULL, 10) : -1;
}

static int measure(char **argv, struct vt_err **err)
{
	static const struct vt_wire_port ports[] = {{"a", NULL}, {"b", NULL}};
	VT_AUTO_WIRE struct vt_wire w = VT_WIRE_INIT;
	struct vt_wire_plan plan = {.ports = ports,
		.n = 2,
		.program = argv[1],
		.capture = argv[4],
		.limit_mib = 1024};
	if (vt_wire_start(&w, &plan, err) < 0)
		return -1;
	prepare((size_t)atol(argv[3]));
	double begin = seconds();
	pid_t pid = fork();
	if (pid == 0)
		sender(w.guests[0], atol(argv[2]));
	for (int i = 0; i < BATCH; i++)
		iov[i].iov_len = LEN_MAX;
	long received = receive(w.guests[1]);
	double took = seconds() - begin;
	/* the first number is the processor time in ns */
	double cpu = (double)proc_number(w.proc.pid, "schedstat", "") / 1e9;
	printf("%ld %.2f %.0f %.2f %ld\n", received, took,
		(double)received / took, cpu,
		proc_number(w.proc.pid, "status", "VmHWM:"));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return vt_wire_end(&w, err);
}

int main(int argc, char **argv)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	vt_log_init("wire", 0);
	if (argc < 4 || argc > 5 || atol(argv[3]) > LEN_MAX)
		vt_err_set(&err, VT_USAGE,
			"usage: wire VT-WIRE FRAMES LENGTH [CAPTURE]");
	else
		measure(argv, &err);
	return vt_cli_end(err);
}
