#include "host/tpm.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/capture.h"
#include "base/fs.h"
#include "base/mem.h"

enum {
	START_LIMIT_MS = 10000,
	STOP_GRACE_MS = 2000,
	/* QEMU shuts the TPM down just before it ends itself */
	QEMU_ENDS_MS = 5000,
};

static const char program[] = "swtpm";

/* The TPM's directory is private, as it contains keys; those above are not. */
static int make_dir(const char *dir, struct vt_err **err)
{
	VT_AUTO_FREE char *above = vt_fs_dirname(dir);
	if (vt_fs_mkdirs(above, 0755, err) < 0)
		return -1;
	return vt_fs_mkdirs(dir, 0700, err);
}

int vt_tpm_fresh(const char *dir, struct vt_err **err)
{
	return vt_fs_rmtree(dir, err) < 0 ? -1 : make_dir(dir, err);
}

int vt_tpm_copy(const char *from, const char *to, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (vt_fs_list(from, &names, err) < 0 || vt_tpm_fresh(to, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *source = vt_fs_join(from, names.v[i]);
		VT_AUTO_FREE char *copy = vt_fs_join(to, names.v[i]);
		if (names.v[i][0] == '.') /* its lock */
			continue;
		if (vt_fs_copy(source, copy, 0600, err) < 0)
			return -1;
	}
	return 0;
}

static int start_failed(const struct vt_tpm *t, const char *dir,
	const char *what, struct vt_err **err)
{
	VT_AUTO_FREE char *tail = vt_capture_tail(t->output);
	vt_err_set(err, VT_HOST, "'%s' on '%s' %s", program, dir, what);
	vt_err_detail(err, *tail ? tail : NULL);
	return -1;
}

/* Ask swtpm for its capabilities, as QEMU will. So a TPM that cannot run is
 * reported as such, not as a QEMU that does not start. */
static int handshake(
	const struct vt_tpm *t, const char *dir, struct vt_err **err)
{
	static const unsigned char get_capability[] = {0, 0, 0, 1};
	unsigned char answer[8];
	size_t got = 0;
	if (send(t->guest, get_capability, sizeof(get_capability),
		    MSG_NOSIGNAL) != (ssize_t)sizeof(get_capability))
		return start_failed(t, dir, "does not listen", err);
	while (got < sizeof(answer)) {
		struct pollfd p = {t->guest, POLLIN, 0};
		if (poll(&p, 1, START_LIMIT_MS) != 1)
			return start_failed(t, dir, "does not answer", err);
		ssize_t n = read(t->guest, answer + got, sizeof(answer) - got);
		if (n <= 0)
			return start_failed(t, dir, "did not start", err);
		got += (size_t)n;
	}
	return 0;
}

int vt_tpm_start(struct vt_tpm *t, const char *dir, struct vt_err **err)
{
	int ends[2];
	if (!vt_proc_in_path(program))
		return vt_err_set(err, VT_HOST,
			"'%s' is not installed: install the Debian package "
			"'swtpm'",
			program);
	if (make_dir(dir, err) < 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return vt_err_errno(err, "cannot create a socket");
	t->guest = ends[0];
	t->output = vt_capture_open();
	VT_AUTO_CLOSE int theirs = ends[1];
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	vt_strv_addv(&argv, program, "socket", "--tpm2", "--ctrl", NULL);
	vt_strv_addf(&argv, "type=unixio,clientfd=%d", theirs);
	/* a path with a comma could not be written here */
	vt_strv_addv(&argv, "--tpmstate", "dir=.", NULL);
	struct vt_spawn how = {.argv = argv.v,
		.cwd = dir,
		.out = t->output < 0 ? 0 : t->output,
		.errfd = t->output < 0 ? 0 : t->output,
		.keep = &theirs,
		.n_keep = 1};
	if (vt_proc_spawn(&t->proc, &how, err) < 0)
		return -1;
	/* so that our end reports EOF when swtpm ends */
	vt_closep(&theirs);
	theirs = -1;
	return handshake(t, dir, err);
}

void vt_tpm_stop(struct vt_tpm *t)
{
	vt_proc_stop(&t->proc, STOP_GRACE_MS);
	vt_closep(&t->guest);
	vt_closep(&t->output);
	*t = (struct vt_tpm)VT_TPM_INIT;
}

static int watch_fd(const void *data)
{
	return ((const struct vt_tpm *)data)->proc.pidfd;
}

static int watch_timeout_ms(const void *data)
{
	const struct vt_tpm *t = data;
	uint64_t now = vt_now_ms();
	if (!t->deadline_ms)
		return -1;
	return now < t->deadline_ms ? (int)(t->deadline_ms - now) : 0;
}

static int watch_run(void *data, struct vt_err **err)
{
	struct vt_tpm *t = data;
	if (vt_proc_wait(&t->proc, 0, err) != 1)
		return 0;
	/* after an orderly end, QEMU must end as well: if it is still being
	 * supervised at the deadline, swtpm ended too early */
	if (t->proc.status == 0 && !t->deadline_ms)
		t->deadline_ms = vt_now_ms() + QEMU_ENDS_MS;
	if (t->proc.status == 0 && watch_timeout_ms(t) > 0)
		return 0;
	VT_AUTO_STR struct vt_str how = VT_STR_INIT;
	VT_AUTO_FREE char *line = vt_capture_tail(t->output);
	line[strcspn(line, "\n")] = '\0';
	vt_proc_describe(t->proc.status, &how);
	return vt_err_set(err, VT_HOST,
		"'%s', the guest's TPM, ended before the guest: %s%s%s",
		program, how.s, *line ? ": " : "", line);
}

struct vt_watch vt_tpm_watch(struct vt_tpm *t)
{
	if (t->guest < 0)
		return (struct vt_watch){0};
	return (struct vt_watch){t, watch_fd, watch_timeout_ms, watch_run};
}
