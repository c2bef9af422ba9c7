/* A sink: the destination of extracted files, a directory or a tar stream.
 *
 *	struct sink *out = sink_dir_open("collect.partial", SINK_FRESH, err);
 *	if (out->ops->file(out, &member, err) < 0) ...
 *	out->ops->write(out, buf, len, offset, err) as often as needed
 *	out->ops->end(out, err)
 *	out->ops->finish(out, err)
 *	sink_free(out)
 *
 * Names come from member_clean(): relative, without "." and "..", and limited
 * in length. A sink creates only regular files and directories, with mode 0644,
 * or 0755 for programs and directories, minus the umask, owned by the user.
 * One file is open at a time; parts that are not written read as zeros.
 *
 * Errors: VT_HOST for failures of the host; VT_FAILED when a file has the name
 * of a directory that is needed.
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
	int64_t mtime; /* seconds; invalid times become 0 */
};

struct sink;
struct sink_ops {
	int (*dir)(struct sink *s, const char *name, struct vt_err **err);
	/* start a file. Return: 0; 1 when the name exists, and no file was
	 * started; -1 */
	int (*file)(
		struct sink *s, const struct member *m, struct vt_err **err);
	int (*write)(struct sink *s, const void *buf, size_t len,
		uint64_t offset, struct vt_err **err);
	int (*end)(struct sink *s, struct vt_err **err);
	/* Return: size of a file that is complete; -1 when there is none */
	int64_t (*size)(struct sink *s, const char *name);
	/* copy such a file; m->size is its size. Return: as file() */
	int (*copy)(struct sink *s, const char *from, const struct member *m,
		struct vt_err **err);
	int (*finish)(struct sink *s, struct vt_err **err);
	void (*free)(struct sink *s);
};
struct sink {
	const struct sink_ops *ops;
};

enum sink_mode {
	SINK_FRESH, /* create the directory; a name can be used once */
	SINK_INTO,  /* it may exist; each file atomically replaces an older one
		     */
};
/**
 * sink_dir_open() - write into the directory `path`
 * @max_file_bytes: largest size of a file, enforced with RLIMIT_FSIZE (main()
 *   ignores SIGXFSZ (base/tool.h), so that a larger file is an error)
 * Errors: VT_HOST, also when the directory of SINK_FRESH exists
 */
struct sink *sink_dir_open(const char *path, enum sink_mode mode,
	uint64_t max_file_bytes, struct vt_err **err);
/** sink_tar_open() - write a tar archive to `fd`; the caller closes it */
struct sink *sink_tar_open(int fd, struct vt_err **err);

void sink_freep(struct sink **s);
#define AUTO_SINK __attribute__((cleanup(sink_freep)))

#endif
