#include "host/tgt.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/mem.h"
#include "host/tgt_internal.h"

/* Below the ephemeral port range, so that no outgoing connection takes the port
 * meanwhile: an installed system has it in its configuration, and the server
 * must listen on it again in the boot phase. */
enum { PORT_MIN = 10240, PORT_MAX = 32767, PORTS_TRIED = 100 };
enum { READY_LIMIT_MS = 20000, PORT_LIMIT_MS = 2000, STEP_MS = 10 };

static const char *const files[] = {
	"info", "pid", TGT_SOCKET ".0", TGT_SOCKET ".0.lock"};

/* Remove the server's files from its directory. Also run by the keeper. */
static void remove_files(const void *dir)
{
	for (size_t i = 0; i < VT_COUNT(files); i++) {
		VT_AUTO_FREE char *path = vt_fs_join(dir, files[i]);
		unlink(path);
	}
}

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool is_loopback(const union address *a)
{
	return a->any.sa_family == AF_INET
		       ? ntohl(a->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET
		       : IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
}

static int parse_address(
	const char *text, union address *a, struct vt_err **err)
{
	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET, text, &a->v4.sin_addr) == 1)
		a->any.sa_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &a->v6.sin6_addr) == 1)
		a->any.sa_family = AF_INET6;
	else
		return vt_err_set(err, VT_USAGE,
			"'%s' is neither an IPv4 nor an IPv6 address", text);
	return 0;
}

/* tgtd does not fail when a port is in use: it listens on its default one
 * instead. So check first. Return: 1 free, 0 in use, -1 error */
static int port_is_free(union address *a, long port, struct vt_err **err)
{
	int on = 1;
	bool v6 = a->any.sa_family == AF_INET6;
	VT_AUTO_CLOSE int fd =
		socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return vt_err_errno(err, "cannot create a socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	*(v6 ? &a->v6.sin6_port : &a->v4.sin_port) = htons((uint16_t)port);
	if (bind(fd, &a->any, v6 ? sizeof(a->v6) : sizeof(a->v4)) == 0)
		return 1;
	if (errno == EADDRINUSE)
		return 0;
	return vt_err_errno(err, "cannot listen on this address");
}

static int random_port(long *port, struct vt_err **err)
{
	unsigned r;
	if (getrandom(&r, sizeof(r), 0) != (ssize_t)sizeof(r))
		return vt_err_errno(err, "cannot get random numbers");
	*port = PORT_MIN + (long)(r % (PORT_MAX - PORT_MIN + 1));
	return 0;
}

/* Whether its control socket accepts connections. The path goes through /proc,
 * to stay below the length limit of socket addresses. */
static bool answers(const struct vt_tgt *t)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	VT_AUTO_CLOSE int dir = open(t->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	VT_AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(un.sun_path, sizeof(un.sun_path),
		"/proc/self/fd/%d/" TGT_SOCKET ".0", dir);
	return dir >= 0 && fd >= 0 &&
	       connect(fd, (struct sockaddr *)&un, sizeof(un)) == 0;
}

char *vt_tgt_log_tail(const struct vt_tgt *t)
{
	size_t len;
	VT_AUTO_FREE char *path = vt_fs_join(t->dir, "tgt.log");
	VT_AUTO_FREE char *text = vt_fs_read(path, 16 << 20, &len, NULL);
	return vt_strdup(text ? vt_str_tail(text, len, 10) : "");
}

static int wait_ready(struct vt_tgt *t, struct vt_err **err)
{
	uint64_t end = vt_now_ms() + READY_LIMIT_MS;
	int ended = 0;
	while (!answers(t)) {
		ended = vt_proc_wait(&t->proc, STEP_MS, err);
		if (ended < 0)
			return -1;
		if (ended == 0 && vt_now_ms() < end)
			continue;
		VT_AUTO_FREE char *tail = vt_tgt_log_tail(t);
		VT_AUTO_STR struct vt_str how = VT_STR_INIT;
		if (ended)
			vt_proc_describe(t->proc.status, &how);
		vt_err_set(err, VT_HOST, "tgtd did not start: %s",
			ended ? how.s
			      : "its control socket does not accept "
				"connections");
		vt_err_detail(err, tail);
		return -1;
	}
	return 0;
}

/* Whether tgtd listens on the requested port and not on its default one. Its
 * control socket works only after it has tried. Return: 1 yes, 0 no, -1 error
 */
static int has_portal(const struct vt_tgt *t, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str shown = VT_STR_INIT;
	VT_AUTO_FREE char *line = vt_printf("Portal: %s,", t->portal);
	if (vt_tgt_admin(t, &shown, err, "--mode", "portal", "--op", "show",
		    (char *)NULL) < 0)
		return -1;
	return strstr(vt_str_c(&shown), line) != NULL;
}

/* Start tgtd on one port. Return: 1 ready, 0 the port is in use, -1 error */
static int spawn(
	struct vt_tgt *t, const char *tgtd, bool loopback, struct vt_err **err)
{
	VT_AUTO_FREE char *portal = vt_printf("portal=%s", t->portal);
	VT_AUTO_FREE char *tool = vt_strdup(tgtd);
	VT_AUTO_FREE char *path = vt_fs_join(t->dir, "tgt.log");
	VT_AUTO_FREE char *preload = loopback ? vt_tgt_preload(err) : NULL;
	if (loopback && !preload)
		return -1;
	VT_AUTO_CLOSE int log =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (log < 0)
		return vt_err_errno(err, "cannot write '%s'", path);
	char foreground[] = "--foreground", iscsi[] = "--iscsi",
	     socket_env[] = "TGT_IPC_SOCKET=" TGT_SOCKET;
	char *const argv[] = {tool, foreground, iscsi, portal, NULL};
	struct vt_spawn how = {.argv = argv,
		.env = (char *const[]){socket_env, preload, NULL},
		.cwd = t->dir,
		.out = log,
		.errfd = log};
	if (vt_proc_spawn(&t->proc, &how, err) < 0 || wait_ready(t, err) < 0)
		return -1;
	int rc = has_portal(t, err);
	if (rc == 0) {
		vt_proc_stop(&t->proc, 0);
		remove_files(t->dir);
	}
	return rc;
}

/* Start tgtd on the wanted port, or on random ports until one is free. */
static int find_port(struct vt_tgt *t, const char *tgtd, const char *address,
	long wanted, struct vt_err **err)
{
	union address a;
	uint64_t end = vt_now_ms() + PORT_LIMIT_MS;
	if (parse_address(address, &a, err) < 0)
		return -1;
	for (int i = 0; wanted ? vt_now_ms() < end : i < PORTS_TRIED; i++) {
		long port = wanted;
		if (!port && random_port(&port, err) < 0)
			return -1;
		int rc = port_is_free(&a, port, err);
		if (rc < 0)
			return vt_err_wrap(err, "'%s'", address);
		free(t->portal);
		t->portal = a.any.sa_family == AF_INET6
				    ? vt_printf("[%s]:%ld", address, port)
				    : vt_printf("%s:%ld", address, port);
		if (rc > 0)
			rc = spawn(t, tgtd, is_loopback(&a), err);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
		if (wanted) /* its previous user may be about to end */
			usleep(20 * STEP_MS * 1000);
	}
	if (wanted)
		return vt_err_set(err, VT_HOST,
			"port %ld of '%s' is in use by another program: stop "
			"that program, or use another port",
			wanted, address);
	return vt_err_set(err, VT_HOST,
		"no free port on '%s': tried %d random ones between %d and %d",
		address, PORTS_TRIED, PORT_MIN, PORT_MAX);
}

static int lock(struct vt_tgt *t, struct vt_err **err)
{
	t->lock_fd = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->lock_fd < 0)
		return vt_err_errno(err, "cannot open '%s'", t->dir);
	int rc = vt_lock_try(t->lock_fd, true, t->dir, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return vt_err_set(err, VT_HOST,
		"another iSCSI server is running in '%s': stop it, or use "
		"another directory",
		t->dir);
}

void vt_tgt_env(const struct vt_tgt *t, struct vt_strv *env)
{
	vt_strv_addf(env, "TGT_PID=%d", (int)t->proc.pid);
	if (t->ipc)
		vt_strv_addf(env, "TGT_IPC_SOCKET=%s", t->ipc);
	vt_strv_addf(env, "TGT_PORTAL=%s", t->portal);
	vt_strv_addf(env, "CURTIN_VMTEST_ISCSI_PORTAL=%s", t->portal);
}

/* Write the file `info` last: once it exists, the server is ready. */
static int write_info(struct vt_tgt *t, struct vt_err **err)
{
	enum { MAX_PATH = sizeof(((struct sockaddr_un *)0)->sun_path) };
	VT_AUTO_STRV struct vt_strv env = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_FREE char *info = vt_fs_join(t->dir, "info");
	VT_AUTO_FREE char *pid = vt_fs_join(t->dir, "pid");
	VT_AUTO_FREE char *number = vt_printf("%d\n", (int)t->proc.pid);
	t->ipc = vt_fs_join(t->dir, TGT_SOCKET);
	if (strlen(t->ipc) + strlen(".0") >= MAX_PATH) {
		/* too long for a socket address: go through /proc */
		free(t->ipc);
		t->ipc =
			vt_printf("/proc/%d/cwd/" TGT_SOCKET, (int)t->proc.pid);
	}
	vt_tgt_env(t, &env);
	for (size_t i = 0; i < env.n; i++) {
		char *value = strchr(env.v[i], '=') + 1;
		vt_str_addf(&text, "export %.*s", (int)(value - env.v[i]),
			env.v[i]);
		vt_str_shquote(&text, value);
		vt_str_addc(&text, '\n');
	}
	if (vt_fs_write(pid, number, strlen(number), 0644, err) < 0)
		return -1;
	return vt_fs_write(info, text.s, text.len, 0644, err);
}

static int start(struct vt_tgt *t, const char *dir, const char *address,
	long port, struct vt_err **err)
{
	VT_AUTO_FREE char *tgtd = vt_tgt_tool("tgtd", err);
	if (!tgtd || vt_fs_mkdirs(dir, 0755, err) < 0)
		return -1;
	t->dir = realpath(dir, NULL);
	if (!t->dir)
		return vt_err_errno(err, "cannot find '%s'", dir);
	if (lock(t, err) < 0)
		return -1;
	remove_files(t->dir);
	if (vt_keeper_start(&t->keeper, remove_files, t->dir, err) < 0 ||
		find_port(t, tgtd, address, port, err) < 0)
		return -1;
	return write_info(t, err);
}

int vt_tgt_start(struct vt_tgt *t, const char *dir, const char *address,
	long port, struct vt_err **err)
{
	if (start(t, dir, address, port, err) == 0)
		return 0;
	vt_tgt_stop(t);
	return vt_err_wrap(err, "iSCSI server");
}

/* tgtd ignores SIGTERM. It ends on request once it has no targets. The kernel
 * already has all data that tgtd has acknowledged, so nothing gets lost. */
static void quit(const struct vt_tgt *t)
{
	VT_AUTO_STR struct vt_str shown = VT_STR_INIT;
	if (vt_tgt_admin(t, &shown, NULL, "--mode", "target", "--op", "show",
		    (char *)NULL) < 0)
		return;
	const char *line = shown.s;
	for (; line; line = strchr(line, '\n')) {
		char tid[16];
		line += *line == '\n';
		if (sscanf(line, "Target %15[0-9]:", tid) == 1)
			vt_tgt_admin(t, NULL, NULL, "--mode", "target", "--op",
				"delete", "--force", "--tid", tid,
				(char *)NULL);
	}
	vt_tgt_admin(t, NULL, NULL, "--mode", "system", "--op", "delete",
		(char *)NULL);
}

void vt_tgt_stop(struct vt_tgt *t)
{
	if (t->dir && t->proc.pid && !t->proc.reaped) {
		quit(t);
		vt_proc_stop(&t->proc, 500);
	}
	vt_keeper_end(&t->keeper);
	vt_closep(&t->lock_fd);
	free(t->portal);
	free(t->ipc);
	free(t->dir);
	*t = (struct vt_tgt)VT_TGT_INIT;
}
