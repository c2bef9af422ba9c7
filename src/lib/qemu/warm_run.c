/* Saves a machine as a template, and starts a machine from one, over QMP. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "data/json.h"
#include "qemu/warm.h"

enum { CALL_MS = 10000, MOVE_MS = 60000, MAX_MAPS = 16 << 20 };

/* The memory is in a file already: only the devices' state is moved. */
static int leave_memory(struct vt_qmp *q, struct vt_err **err)
{
	return vt_qmp_call(q, "migrate-set-capabilities",
		json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability",
			"x-ignore-shared", "state", 1),
		CALL_MS, NULL, err);
}

/* Wait until the state has been written or read. */
static int wait_moved(struct vt_qmp *q, struct vt_err **err)
{
	uint64_t end = vt_now_ms() + MOVE_MS;
	while (vt_now_ms() < end) {
		VT_AUTO_JSON json_t *ret = NULL;
		if (vt_qmp_call(q, "query-migrate", NULL, CALL_MS, &ret, err) <
			0)
			return -1;
		const char *status = vt_json_word(ret, "status", "none");
		if (!strcmp(status, "completed"))
			return 0;
		if (!strcmp(status, "failed"))
			return vt_err_set(err, VT_HOST,
				"QEMU failed to move the machine's state: %s",
				vt_json_word(ret, "error-desc", "?"));
		usleep(2000);
	}
	return vt_err_set(err, VT_TIMEOUT,
		"QEMU did not move the machine's state within %d s",
		MOVE_MS / 1000);
}

int vt_warm_save(struct vt_warm *w, struct vt_qmp *q, struct vt_err **err)
{
	if (vt_qmp_call(q, "stop", NULL, CALL_MS, NULL, err) < 0 ||
		leave_memory(q, err) < 0 ||
		vt_qmp_call(q, "migrate-set-parameters",
			json_pack(
				"{s:I}", "max-bandwidth", (json_int_t)1 << 40),
			CALL_MS, NULL, err) < 0 ||
		vt_qmp_send_fd(q, "state", w->state.fd, CALL_MS, err) < 0 ||
		vt_qmp_call(q, "migrate", json_pack("{s:s}", "uri", "fd:state"),
			CALL_MS, NULL, err) < 0 ||
		wait_moved(q, err) < 0)
		return -1;
	w->saved = true;
	return 0;
}

/* Where QEMU has mapped the file of the guest's memory. */
static int find_memory(const struct vt_warm *w, pid_t qemu, uint64_t *start,
	struct vt_err **err)
{
	struct stat st;
	VT_AUTO_FREE char *name = vt_printf("/proc/%d/maps", (int)qemu);
	VT_AUTO_FREE char *maps = vt_fs_read(name, MAX_MAPS, NULL, err);
	if (!maps)
		return -1;
	if (fstat(w->ram.fd, &st) < 0)
		return vt_err_errno(err, "cannot read '%s'", w->ram.path);
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	vt_str_split(maps, '\n', &lines);
	for (size_t i = 0; i < lines.n; i++) {
		uint64_t inode, offset;
		if (sscanf(lines.v[i],
			    "%" SCNx64 "-%*x %*s %" SCNx64 " %*x:%*x %" SCNu64,
			    start, &offset, &inode) == 3 &&
			inode == st.st_ino && offset == 0)
			return 0;
	}
	return vt_err_set(
		err, VT_HOST, "QEMU has not mapped '%s'", w->ram.path);
}

/* Replace the URL in the guest's memory. QEMU is our child, so that its memory
 * is open to us; its mapping is private, so that the file does not change. */
static int replace_url(const struct vt_warm *w, pid_t qemu, struct vt_err **err)
{
	uint64_t start;
	size_t len = strlen(w->url);
	if (strlen(w->to_url) != len)
		return vt_err_set(err, VT_HOST,
			"the template is for a URL of another length");
	if (find_memory(w, qemu, &start, err) < 0)
		return -1;
	VT_AUTO_FREE char *name = vt_printf("/proc/%d/mem", (int)qemu);
	VT_AUTO_FREE char *was = vt_alloc(len);
	VT_AUTO_CLOSE int fd = open(name, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return vt_err_errno(err, "cannot write to the guest's memory");
	for (size_t i = 0; i < w->n_places; i++) {
		off_t at = (off_t)(start + w->places[i]);
		if (pread(fd, was, len, at) != (ssize_t)len ||
			memcmp(was, w->url, len) != 0)
			return vt_err_set(err, VT_HOST,
				"the template's memory is not what was noted");
		if (pwrite(fd, w->to_url, len, at) != (ssize_t)len)
			return vt_err_errno(
				err, "cannot write to the guest's memory");
	}
	return 0;
}

static void add_random(struct vt_str *out)
{
	unsigned char bytes[16];
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		abort();
	for (size_t i = 0; i < sizeof(bytes); i++)
		vt_str_addf(out, "%02x", bytes[i]);
}

/* The line that the guest waits for: the time, its machine-id, a seed. */
static int tell(int channel, struct vt_err **err)
{
	struct timespec now;
	VT_AUTO_STR struct vt_str line = VT_STR_INIT;
	clock_gettime(CLOCK_REALTIME, &now);
	vt_str_addf(
		&line, "go %lld.%09ld ", (long long)now.tv_sec, now.tv_nsec);
	add_random(&line);
	vt_str_addc(&line, ' ');
	add_random(&line);
	vt_str_addc(&line, '\n');
	if (write(channel, line.s, line.len) != (ssize_t)line.len)
		return vt_err_errno(err, "cannot write to the guest");
	return 0;
}

int vt_warm_start(struct vt_warm *w, struct vt_qmp *q, pid_t qemu, int channel,
	struct vt_err **err)
{
	if (lseek(w->state.fd, 0, SEEK_SET) < 0)
		return vt_err_errno(err, "cannot read '%s'", w->state.path);
	if (leave_memory(q, err) < 0 ||
		vt_qmp_send_fd(q, "state", w->state.fd, CALL_MS, err) < 0 ||
		vt_qmp_call(q, "migrate-incoming",
			json_pack("{s:s}", "uri", "fd:state"), CALL_MS, NULL,
			err) < 0 ||
		wait_moved(q, err) < 0 || replace_url(w, qemu, err) < 0 ||
		tell(channel, err) < 0)
		return -1;
	return vt_qmp_call(q, "cont", NULL, CALL_MS, NULL, err);
}
