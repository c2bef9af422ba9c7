/* A sink: the destination of extracted files, such as a directory.
 *
 *	struct vt_sink *out = vt_sink_dir_open(path, VT_SINK_FRESH, max, err);
 *	if (out->ops->file(out, &file, err) < 0) ...
 *	out->ops->write(out, buf, len, offset, err) as often as needed
 *	out->ops->end(out, err)
 *	out->ops->finish(out, err)
 *	vt_sink_freep(&out)
 *
 * Names come from vt_entry_clean(): relative, without "." and "..", and limited
 * in length. A sink creates only regular files and directories, with mode 0644,
 * or 0755 for programs and directories, minus the umask, owned by the user.
 * One file is open at a time; parts that are not written read as zeros.
 *
 * Errors: VT_HOST for failures of the host; VT_FAILED when a file has the name
 * of a directory that is needed.
 */
#ifndef VT_SINK_H
#define VT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vt_sink_file {
	const char *name;
	uint64_t size;
	bool exec;
	int64_t mtime; /* seconds; invalid times become 0 */
};

struct vt_sink;
struct vt_sink_ops {
	int (*dir)(struct vt_sink *s, const char *name, struct vt_err **err);
	/* start a file. Return: 0; 1 when the name exists, and no file was
	 * started; -1 */
	int (*file)(struct vt_sink *s, const struct vt_sink_file *m,
		struct vt_err **err);
	int (*write)(struct vt_sink *s, const void *buf, size_t len,
		uint64_t offset, struct vt_err **err);
	int (*end)(struct vt_sink *s, struct vt_err **err);
	/* Return: size of a file that is complete; -1 when there is none */
	int64_t (*size)(struct vt_sink *s, const char *name);
	/* copy such a file; m->size is its size. Return: as file() */
	int (*copy)(struct vt_sink *s, const char *from,
		const struct vt_sink_file *m, struct vt_err **err);
	int (*finish)(struct vt_sink *s, struct vt_err **err);
	void (*free)(struct vt_sink *s);
};
struct vt_sink {
	const struct vt_sink_ops *ops;
};

enum vt_sink_mode {
	VT_SINK_FRESH, /* create the directory; a name can be used once */
	VT_SINK_INTO,  /* it may exist; each file atomically replaces an older
			* one
			*/
};
/**
 * vt_sink_dir_open() - write into the directory `path`
 * @max_file_bytes: largest size of a file, enforced with RLIMIT_FSIZE (main()
 *   ignores SIGXFSZ (base/tool.h), so that a larger file is an error)
 * Errors: VT_HOST, also when the directory of VT_SINK_FRESH exists
 */
struct vt_sink *vt_sink_dir_open(const char *path, enum vt_sink_mode mode,
	uint64_t max_file_bytes, struct vt_err **err);
void vt_sink_freep(struct vt_sink **s);
#define VT_AUTO_SINK __attribute__((cleanup(vt_sink_freep)))

#endif
