/* Where extracted files go: a directory or a tar stream.
 *
 *	struct sink *out = sink_dir_open("collect.partial", SINK_FRESH, err);
 *	if (out->ops->file(out, &member, err) < 0) ...
 *	out->ops->write(out, buf, len, offset, err) as often as needed
 *	out->ops->end(out, err)
 *	out->ops->finish(out, err)
 *	sink_free(out)
 *
 * Names come from member_clean(): relative, no "." or "..", bounded. A sink
 * makes regular files and directories and nothing else, with modes of its own
 * choice (0644, 0755 for programs and directories, less the umask) and our
 * owner. One file is open at a time; parts never written read as zeros.
 *
 * Failure: VT_HOST for what the host cannot do; VT_FAILED for names that
 * clash (a file where a directory is needed).
 */
#ifndef VT_COLLECT_SINK_H
#define VT_COLLECT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct member {
	const char *name;
	uint64_t size;
	bool exec;
	int64_t mtime; /* seconds; out of bounds is taken as 0 */
};

struct sink;
struct sink_ops {
	int (*dir)(struct sink *s, const char *name, struct vt_err **err);
	/* Return: 0; 1 when the name is taken, and nothing was begun; -1 */
	int (*file)(
		struct sink *s, const struct member *m, struct vt_err **err);
	int (*write)(struct sink *s, const void *buf, size_t len,
		uint64_t offset, struct vt_err **err);
	int (*end)(struct sink *s, struct vt_err **err);
	/* Return: size of a file that ended earlier; -1 when there is none */
	int64_t (*size)(struct sink *s, const char *name);
	/* copy such a file of this size; Return: as file() */
	int (*copy)(struct sink *s, const char *from, const struct member *m,
		struct vt_err **err);
	int (*finish)(struct sink *s, struct vt_err **err);
	void (*free)(struct sink *s);
};
struct sink {
	const struct sink_ops *ops;
};

enum sink_mode {
	SINK_FRESH, /* a new directory; nothing may be there twice */
	SINK_INTO,  /* may exist; each file replaces an older one whole */
};
/**
 * sink_dir_open() - write into the directory `path`
 * @max_file_bytes: the kernel lets no file grow beyond (main() ignores
 *   SIGXFSZ, so that this is an error and no death)
 * Errors: VT_HOST, also for a SINK_FRESH that exists
 */
struct sink *sink_dir_open(const char *path, enum sink_mode mode,
	uint64_t max_file_bytes, struct vt_err **err);
/** sink_tar_open() - write a tar archive to `fd`, which stays open */
struct sink *sink_tar_open(int fd, struct vt_err **err);

void sink_freep(struct sink **s);
#define AUTO_SINK __attribute__((cleanup(sink_freep)))

#endif
