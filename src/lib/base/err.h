/* Errors: what went wrong, how bad it is, and in which context.
 *
 * A function that can fail takes `struct vt_err **err` as its last argument
 * and returns -1 (or NULL). The callee fills *err once; each layer on the way
 * up may add context with vt_err_wrap(). The caller that handles the error
 * frees it, by VT_AUTO_ERR or vt_err_free(). `err` may be NULL when the
 * caller does not care. libvt never exits and never prints an error: main()
 * hands it to vt_log_err() and exits with its status.
 *
 * Messages are lower case, quote their subject with '', carry no full stop
 * and say what to do next where that is not obvious.
 */
#ifndef VT_ERR_H
#define VT_ERR_H

#include <stdarg.h>

/* Exit status of every tool, and class of every error. */
enum vt_status {
	VT_OK = 0,      /* success */
	VT_FAILED = 1,  /* the guest or the check failed: a verdict */
	VT_USAGE = 2,   /* usage, or a bad input file */
	VT_HOST = 3,    /* the host failed: no QEMU, disk full, bad image */
	VT_TIMEOUT = 4, /* time ran out, or the guest hung */
	VT_SKIPPED = 77,
};

struct vt_err {
	enum vt_status status;
	char *msg;    /* one line */
	char *detail; /* more lines (a child's last words), or NULL */
};

/**
 * vt_err_set() - start an error
 * Return: -1, so that a caller can `return vt_err_set(err, ...)`
 */
int vt_err_set(struct vt_err **err, enum vt_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int vt_err_vset(struct vt_err **err, enum vt_status status, const char *fmt,
	va_list ap) __attribute__((format(printf, 3, 0)));

/**
 * vt_err_errno() - start a VT_HOST error that ends in strerror(errno)
 * Return: -1
 */
int vt_err_errno(struct vt_err **err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * vt_err_wrap() - put context before the message: "CONTEXT: message"
 * Return: -1
 */
int vt_err_wrap(struct vt_err **err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** vt_err_detail() - attach lines that explain, such as a child's stderr */
void vt_err_detail(struct vt_err **err, const char *text);

/** vt_err_status() - status of an error, VT_OK for none */
enum vt_status vt_err_status(const struct vt_err *err);

void vt_err_free(struct vt_err *err);
void vt_err_freep(struct vt_err **err);
#define VT_AUTO_ERR __attribute__((cleanup(vt_err_freep)))

#endif
