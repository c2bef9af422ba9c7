#include "base/lock.h"

#include <errno.h>
#include <sys/file.h>

#include "base/log.h"
#include "base/proc.h"

/* flock(2) has no timeout: try again, at growing intervals of up to 200 ms. */
int vt_lock(int fd, bool exclusive, const char *name,
	const struct vt_lock_wait *wait, struct vt_err **err)
{
	int how = (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
	uint64_t start = vt_now_ms();
	bool logged = false;
	for (int ms = 5;; ms = ms < 200 ? ms * 2 : 200) {
		if (flock(fd, how) == 0)
			return 0;
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return vt_err_errno(err, "cannot lock '%s'", name);
		if (wait->seconds >= 0 &&
			vt_now_ms() - start >= (uint64_t)wait->seconds * 1000)
			return vt_err_set(err, VT_TIMEOUT,
				"'%s' is locked by another process (waited "
				"%ld s)",
				name, wait->seconds);
		if (!logged)
			vt_log_info("waiting for the lock on '%s'", name);
		logged = true;
		struct pollfd p = {.fd = wait->signals, .events = POLLIN};
		if (vt_poll(&p, 1, ms) > 0)
			return vt_err_set(err, VT_HOST,
				"interrupted while waiting for the lock on "
				"'%s'",
				name);
	}
}
