#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

int vt_err_vset(
	struct vt_err **err, enum vt_status status, const char *fmt, va_list ap)
{
	if (!err)
		return -1;
	vt_err_free(*err);
	*err = vt_alloc(sizeof(**err));
	(*err)->status = status;
	if (vasprintf(&(*err)->msg, fmt, ap) < 0)
		(*err)->msg = vt_strdup(fmt);
	return -1;
}

int vt_err_set(struct vt_err **err, enum vt_status status, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vt_err_vset(err, status, fmt, ap);
	va_end(ap);
	return -1;
}

int vt_err_errno(struct vt_err **err, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	va_start(ap, fmt);
	vt_err_vset(err, VT_HOST, fmt, ap);
	va_end(ap);
	if (err) {
		char *msg = vt_printf("%s: %s", (*err)->msg, strerror(saved));
		free((*err)->msg);
		(*err)->msg = msg;
	}
	errno = saved;
	return -1;
}

int vt_err_wrap(struct vt_err **err, const char *fmt, ...)
{
	if (!err || !*err)
		return -1;
	VT_AUTO_FREE char *context = NULL;
	va_list ap;
	va_start(ap, fmt);
	if (vasprintf(&context, fmt, ap) < 0)
		context = vt_strdup(fmt);
	va_end(ap);
	char *msg = vt_printf("%s: %s", context, (*err)->msg);
	free((*err)->msg);
	(*err)->msg = msg;
	return -1;
}

void vt_err_detail(struct vt_err **err, const char *text)
{
	if (!err || !*err)
		return;
	free((*err)->detail);
	(*err)->detail = text && *text ? vt_strdup(text) : NULL;
}

enum vt_status vt_err_status(const struct vt_err *err)
{
	return err ? err->status : VT_OK;
}

void vt_err_free(struct vt_err *err)
{
	if (!err)
		return;
	free(err->msg);
	free(err->detail);
	free(err);
}

void vt_err_freep(struct vt_err **err)
{
	vt_err_free(*err);
	*err = NULL;
}
