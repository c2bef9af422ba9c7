#include "base/capture.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum { TAIL_BYTES = 8192, TAIL_LINES = 15 };

int vt_capture_open(void)
{
	return memfd_create("vt-capture", MFD_CLOEXEC);
}

char *vt_capture_tail(int fd)
{
	char buf[TAIL_BYTES];
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return vt_strdup("");
	/* pread(), since the child shares the position of the descriptor */
	off_t from = st.st_size > TAIL_BYTES ? st.st_size - TAIL_BYTES : 0;
	ssize_t n = pread(fd, buf, sizeof(buf), from);
	VT_AUTO_FREE char *text = vt_strndup(buf, n > 0 ? (size_t)n : 0);
	return vt_strdup(vt_str_tail(text, n > 0 ? (size_t)n : 0, TAIL_LINES));
}
