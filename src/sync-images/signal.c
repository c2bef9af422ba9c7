#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "sync.h"

void sync_end_by_signal(int signals, const struct vt_err *why)
{
	struct signalfd_siginfo info;
	if (signals < 0 || read(signals, &info, sizeof(info)) != sizeof(info))
		return;
	vt_log_err(why);
	/* raise it unblocked and with its default action, to die by it */
	sigset_t one;
	sigemptyset(&one);
	sigaddset(&one, (int)info.ssi_signo);
	signal((int)info.ssi_signo, SIG_DFL);
	raise((int)info.ssi_signo);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
}
