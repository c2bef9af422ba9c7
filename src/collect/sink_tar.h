/* A sink that is a tar stream. */
#ifndef VT_COLLECT_SINK_TAR_H
#define VT_COLLECT_SINK_TAR_H

#include "image/sink.h"

/** sink_tar_open() - write a tar archive to `fd`; the caller closes it */
struct vt_sink *sink_tar_open(int fd, struct vt_err **err);

#endif
