/* The guest's kernel in the QEMU command. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/fs.h"
#include "base/mem.h"
#include "qemu/argv.h"

/* Longest line that QEMU's -readconfig reads, with its newline. */
enum { MAX_LINE = 1023 };

static char *kernel_line(const struct vt_machine *m, enum vt_accel accel)
{
	const char *first = accel == VT_ACCEL_TCG ? m->arch->tcg_append : NULL;
	return vt_printf("%s%s%s", first ? first : "",
		first && m->append ? " " : "", m->append ? m->append : "");
}

void vt_argv_kernel(struct vt_strv *argv, const struct vt_machine *m,
	enum vt_accel accel, int config)
{
	if (!m->kernel)
		return;
	vt_strv_addv(argv, "-kernel", m->kernel, NULL);
	if (m->initrd)
		vt_strv_addv(argv, "-initrd", m->initrd, NULL);
	if (config >= 0) {
		vt_strv_add(argv, "-readconfig");
		vt_strv_addf(argv, "/proc/self/fd/%d", config);
		return;
	}
	vt_strv_add(argv, "-append");
	vt_strv_take(argv, kernel_line(m, accel));
}

/* QEMU has no escapes in this format. */
int vt_machine_config(const struct vt_machine *m, enum vt_accel accel,
	int *config, struct vt_err **err)
{
	if (!m->kernel || !m->append_secret)
		return 0;
	VT_AUTO_FREE char *line = kernel_line(m, accel);
	VT_AUTO_FREE char *setting = vt_printf("append = \"%s\"\n", line);
	if (strpbrk(line, "\"\n") || strlen(setting) > MAX_LINE)
		return vt_err_set(err, VT_USAGE,
			"kernel arguments may not contain '\"' or a line feed, "
			"or be longer than %zu bytes together: they are passed "
			"to QEMU in a file, since they contain a secret",
			MAX_LINE - (strlen(setting) - strlen(line)));
	VT_AUTO_FREE char *text = vt_printf("[machine]\n%s", setting);
	*config = memfd_create("vt-qemu", MFD_CLOEXEC);
	if (*config < 0)
		return vt_err_errno(err, "cannot allocate memory for QEMU");
	return vt_fs_write_all(*config, text, strlen(text), err);
}
