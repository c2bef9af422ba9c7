/* When a console's log was written: a file beside the log, with a line "SECONDS
 * OFFSET" for the first output in each second.
 *
 *	struct vt_times_log t = VT_TIMES_LOG_INIT;
 *	vt_times_log_open(&t, "logs/install-serial.times");
 *	vt_times_log_mark(&t, elapsed_ms, bytes);	before each output
 *	vt_times_log_close(&t);
 *
 *	VT_AUTO_TIMES struct vt_times times;
 *	vt_times_read("logs/install-serial.times", &times);
 *
 * The log itself has the guest's bytes and nothing else. The file is there for
 * people: if it cannot be written, nothing is said. Its size is limited.
 */
#ifndef VT_CONSOLE_TIMES_H
#define VT_CONSOLE_TIMES_H

#include <stddef.h>
#include <stdint.h>

struct vt_times_log {
	int fd; /* -1: none */
	unsigned n;
	uint64_t last_ms;
};
#define VT_TIMES_LOG_INIT                                                      \
	{                                                                      \
		-1, 0, 0                                                       \
	}

void vt_times_log_open(struct vt_times_log *t, const char *path);
/** vt_times_log_mark() - what the log has from this byte on came at this time
 */
void vt_times_log_mark(struct vt_times_log *t, uint64_t at_ms, uint64_t offset);
void vt_times_log_close(struct vt_times_log *t);

struct vt_time_mark {
	uint64_t ms, offset;
};

struct vt_times {
	struct vt_time_mark *v; /* both members ascend */
	size_t n;
};

/** vt_times_read() - none if there is no such file; it ends at a line that is
 * damaged */
void vt_times_read(const char *path, struct vt_times *out);
void vt_times_free(struct vt_times *t);
#define VT_AUTO_TIMES __attribute__((cleanup(vt_times_free)))

#endif
