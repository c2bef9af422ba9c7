/* Errors: a message, an exit status and, where needed, more lines of detail.
 *
 *	VT_AUTO_ERR struct vt_err *err = NULL;
 *	if (vt_fs_copy(from, to, 0644, &err) < 0)
 *		return vt_cli_end(err);
 *
 * A function that can fail takes `struct vt_err **err` as its last argument
 * and returns -1 or NULL on error. It sets *err once; each caller up the stack
 * may add context with vt_err_wrap(). The function that handles the error frees
 * it, by VT_AUTO_ERR or vt_err_free(). `err` may be NULL if the caller does not
 * need the error. libvt never exits and never prints an error: main() passes it
 * to vt_cli_end(), which logs it and returns the exit status.
 *
 * Messages are lower case, quote their subject with '', have no full stop, and
 * say what to do next where that is not obvious.
 */
#ifndef VT_ERR_H
#define VT_ERR_H

#include <stdarg.h>

/* The exit statuses of all tools, and the status of each error. */
enum vt_status {
	VT_OK = 0,      /* success */
	VT_FAILED = 1,  /* the guest or a check failed: a verdict */
	VT_USAGE = 2,   /* wrong usage, or an invalid input file */
	VT_HOST = 3,    /* the host failed: no QEMU, disk full, bad image */
	VT_TIMEOUT = 4, /* timeout, or the guest hung */
	VT_SKIPPED = 77,
};

struct vt_err {
	enum vt_status status;
	char *msg;    /* one line */
	char *detail; /* more lines, such as the end of a child's stderr */
};

/**
 * vt_err_set() - set an error, replacing an earlier one
 * Return: -1, so that a caller can `return vt_err_set(err, ...)`
 */
int vt_err_set(struct vt_err **err, enum vt_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int vt_err_vset(struct vt_err **err, enum vt_status status, const char *fmt,
	va_list ap) __attribute__((format(printf, 3, 0)));

/**
 * vt_err_errno() - set a VT_HOST error whose message ends in strerror(errno)
 * Return: -1
 */
int vt_err_errno(struct vt_err **err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * vt_err_wrap() - prepend context to the message: "CONTEXT: message"
 * Return: -1
 */
int vt_err_wrap(struct vt_err **err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** vt_err_detail() - attach explanatory lines, such as a child's stderr; NULL
 * or
 * "" removes them */
void vt_err_detail(struct vt_err **err, const char *text);

/** vt_err_status() - the status of an error; VT_OK if `err` is NULL */
enum vt_status vt_err_status(const struct vt_err *err);

void vt_err_free(struct vt_err *err);
void vt_err_freep(struct vt_err **err);
#define VT_AUTO_ERR __attribute__((cleanup(vt_err_freep)))

#endif
