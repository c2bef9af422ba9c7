#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "network/pcapng.h"
#include "network/switch.h"

struct recording {
	char *path;
	int fd;
	uint64_t offset_ns; /* from CLOCK_MONOTONIC to the time of day */
	uint64_t begin_ns;
	uint64_t captured[VT_SWITCH_PORTS], missed[VT_SWITCH_PORTS];
	unsigned n_ports;
	bool told; /* that no more frames are captured */
	struct vt_pcapng file;
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t recording_clock(const struct recording *r)
{
	return clock_ns(CLOCK_MONOTONIC) + (r ? r->offset_ns : 0);
}

struct recording *recording_open(
	const char *path, uint64_t limit, uint32_t snaplen, struct vt_err **err)
{
	struct stat st;
	VT_AUTO_CLOSE int fd = open(path,
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0644);
	if (fd < 0 || fstat(fd, &st) < 0) {
		vt_err_errno(err, "cannot create capture '%s'", path);
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		vt_err_set(err, VT_USAGE, "capture '%s' is not a regular file",
			path);
		return NULL;
	}
	struct recording *r = vt_alloc(sizeof(*r));
	r->path = vt_strdup(path);
	r->fd = fd;
	r->offset_ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
	r->begin_ns = recording_clock(r);
	vt_pcapng_begin(&r->file, fd, limit, snaplen);
	fd = -1;
	return r;
}

void recording_free(struct recording *r)
{
	if (!r)
		return;
	vt_closep(&r->fd);
	free(r->path);
	free(r);
}

void recording_freep(struct recording **r)
{
	recording_free(*r);
}

void recording_port(struct recording *r, const char *name, const char *segment)
{
	if (!r)
		return;
	VT_AUTO_FREE char *about = vt_printf("segment %s", segment);
	vt_pcapng_interface(&r->file, name, about);
	r->n_ports++;
}

static void write_statistics(struct recording *r)
{
	VT_AUTO_FREE char *full = vt_printf(
		"The capture has reached its limit of %" PRIu64
		" MiB: later frames were forwarded, but not captured.",
		r->file.limit >> 20);
	struct vt_pcapng_statistics s = {
		.begin_ns = r->begin_ns,
		.end_ns = recording_clock(r),
		.comment = r->file.full ? full : NULL,
	};
	for (unsigned i = 0; i < r->n_ports; i++) {
		s.received = r->captured[i] + r->missed[i];
		s.missed = r->missed[i];
		vt_pcapng_statistics(&r->file, i, &s);
	}
}

/* Say once why no more frames are captured. */
static void tell(struct recording *r)
{
	if (r->told || (!r->file.full && !r->file.error))
		return;
	r->told = true;
	if (r->file.error)
		vt_log_warn("cannot write capture '%s': %s; frames are "
			    "forwarded without being captured",
			r->path, strerror(r->file.error));
	else
		write_statistics(r);
}

void recording_frame(struct recording *r, unsigned port, uint64_t ns,
	const uint8_t *bytes, size_t len)
{
	if (!r)
		return;
	if (vt_pcapng_frame(&r->file, port, ns, bytes, len)) {
		r->captured[port]++;
		return;
	}
	r->missed[port]++;
	tell(r);
}

void recording_flush(struct recording *r)
{
	if (!r)
		return;
	vt_pcapng_flush(&r->file);
	tell(r);
}

void recording_describe(const struct recording *r, struct vt_str *out)
{
	uint64_t captured = 0, missed = 0;
	if (!r)
		return;
	for (unsigned i = 0; i < r->n_ports; i++) {
		captured += r->captured[i];
		missed += r->missed[i];
	}
	vt_str_addf(out,
		" captured %" PRIu64 " missed %" PRIu64 " bytes %" PRIu64,
		captured, missed, r->file.at + r->file.used);
}

int recording_end(struct recording *r, struct vt_err **err)
{
	if (!r)
		return 0;
	write_statistics(r);
	tell(r);
	if (!r->file.error)
		return 0;
	errno = r->file.error;
	return vt_err_errno(err, "cannot write capture '%s'", r->path);
}
