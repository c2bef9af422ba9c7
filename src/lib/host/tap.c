#include "host/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/capture.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "host/bridge.h"

enum { HELPER_LIMIT_MS = 10000 };

static const char device[] = "/dev/net/tun";
static const char helper[] = "/usr/lib/qemu/qemu-bridge-helper";

/* Return: the descriptor that the peer has sent, or -1 */
static int receive_fd(int from)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	int fd = -1;
	if (recvmsg(from, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0)
		return -1;
	const struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
		c->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* QEMU's setuid helper creates the tap and sends its descriptor over a socket.
 * Return: the descriptor, or -1 */
static int run_helper(const char *bridge, int stderr_fd, struct vt_err **err)
{
	VT_AUTO_PROC struct vt_proc child = VT_PROC_INIT;
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return vt_err_errno(err, "cannot create a socket");
	VT_AUTO_CLOSE int ours = ends[0];
	VT_AUTO_FREE char *fd = vt_printf("--fd=%d", ends[1]);
	VT_AUTO_FREE char *br = vt_printf("--br=%s", bridge);
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	vt_strv_addv(&argv, helper, "--use-vnet", fd, br, NULL);
	struct vt_spawn how = {.argv = argv.v,
		.errfd = stderr_fd < 0 ? 0 : stderr_fd,
		.keep = &ends[1],
		.n_keep = 1};
	int rc = vt_proc_spawn(&child, &how, err);
	close(ends[1]);
	if (rc < 0)
		return -1;
	if (vt_proc_wait(&child, HELPER_LIMIT_MS, err) != 1)
		return vt_err_set(err, VT_HOST, "'%s' did not end within %d s",
			helper, HELPER_LIMIT_MS / 1000);
	if (child.status)
		return vt_err_set(err, VT_HOST, "'%s': exit status %d", helper,
			WEXITSTATUS(child.status));
	int tap = receive_fd(ours);
	if (tap < 0)
		return vt_err_errno(
			err, "'%s' did not send a tap device", helper);
	return tap;
}

/* For users without CAP_NET_ADMIN. Return: the tap's descriptor, or -1 */
static int open_by_helper(const char *bridge, struct vt_err **err)
{
	struct vt_err *why = NULL;
	VT_AUTO_CLOSE int stderr_fd = vt_capture_open();
	int tap = run_helper(bridge, stderr_fd, &why);
	if (tap >= 0)
		return tap;
	vt_err_set(err, VT_HOST,
		"no permission to add a network device to bridge '%s': run as "
		"root, or enable QEMU's helper: 'chmod u+s %s' and the line "
		"'allow %s' in '/etc/qemu/bridge.conf'",
		bridge, helper, bridge);
	VT_AUTO_FREE char *tail = vt_capture_tail(stderr_fd);
	vt_err_detail(err, *tail ? tail : why ? why->msg : NULL);
	vt_err_free(why);
	return -1;
}

static bool denied(void)
{
	return errno == EPERM || errno == EACCES;
}

/* For root. The tap is not persistent: the kernel removes it when its last
 * descriptor is closed. Return: the descriptor, or -1 */
static int open_directly(
	const char *bridge, bool *no_permission, struct vt_err **err)
{
	struct ifreq r = {.ifr_name = "vt-tap%d"};
	VT_AUTO_CLOSE int fd = open(device, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		*no_permission = denied();
		vt_err_errno(err, "cannot open '%s'", device);
		return vt_err_wrap(
			err, "tap devices are not available (modprobe tun)");
	}
	r.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	if (ioctl(fd, TUNSETIFF, &r) < 0 ||
		vt_bridge_add(bridge, r.ifr_name) < 0) {
		*no_permission = denied();
		return vt_err_errno(
			err, "cannot create a tap device on '%s'", bridge);
	}
	int tap = fd;
	fd = -1;
	return tap;
}

static int open_tap(const char *bridge, struct vt_err **err)
{
	struct vt_err *why = NULL;
	bool no_permission = false;
	if (vt_bridge_check(bridge, err) < 0)
		return -1;
	int fd = open_directly(bridge, &no_permission, &why);
	if (fd < 0 && no_permission)
		fd = open_by_helper(bridge, err);
	else if (fd < 0)
		vt_err_set(err, VT_HOST, "%s", why->msg);
	vt_err_free(why);
	return fd;
}

int vt_taps_open(
	struct vt_taps *t, const struct vt_machine *m, struct vt_err **err)
{
	t->n = m->n_nics;
	t->fds = vt_calloc(t->n, sizeof(*t->fds));
	for (size_t i = 0; i < t->n; i++)
		t->fds[i] = -1;
	for (size_t i = 0; i < t->n; i++) {
		if (!m->nics[i].bridge)
			continue;
		t->fds[i] = open_tap(m->nics[i].bridge, err);
		if (t->fds[i] < 0)
			return -1;
	}
	return 0;
}

void vt_taps_close(struct vt_taps *t)
{
	for (size_t i = 0; i < t->n; i++)
		vt_closep(&t->fds[i]);
	free(t->fds);
	*t = (struct vt_taps)VT_TAPS_INIT;
}
