/* QEMU options after "--": those about processors, memory, kernel, console and
 * display become options of vt-xkvm, which passes these to QEMU itself; all
 * others are passed on. */
#include <string.h>

#include "base/mem.h"
#include "xkvm_options.h"

/* How an option is handled. */
enum action {
	DROP,
	DROP_WITH_ARG,
	STRING,  /* const char * at an offset into the options */
	KERNEL,  /* const char * at an offset into the machine */
	SERIAL,  /* -serial file:F */
	CHARDEV, /* -chardev file,path=F of a console */
	DEVICE,  /* -device sclpconsole,... */
	NO_REBOOT,
};

#define OPTION(field) offsetof(struct vt_machine_options, field)
#define MACHINE(field) offsetof(struct vt_machine, field)
static const struct {
	const char *name;
	enum action action;
	size_t at;
} known[] = {
	{"-smp", STRING, OPTION(smp)},
	{"-m", STRING, OPTION(mem)},
	{"-vnc", STRING, OPTION(vnc)},
	{"-kernel", KERNEL, MACHINE(kernel)},
	{"-initrd", KERNEL, MACHINE(initrd)},
	{"-append", KERNEL, MACHINE(append)},
	{"-serial", SERIAL, 0},
	{"-chardev", CHARDEV, 0},
	{"-device", DEVICE, 0},
	{"-no-reboot", NO_REBOOT, 0},
	{"-nographic", DROP, 0},
	{"-curses", DROP, 0},
	{"-nodefaults", DROP, 0},
	{"-enable-kvm", DROP, 0},
	{"-display", DROP_WITH_ARG, 0},
	{"-vga", DROP_WITH_ARG, 0},
};

/* Return: whether the option was handled; otherwise it is passed on */
static bool take(struct vt_machine *m, struct vt_machine_options *o, size_t i,
	const char *arg)
{
	static const char console_file[] = "file,path=";
	switch (known[i].action) {
	case DROP:
	case DROP_WITH_ARG:
		return true;
	case STRING:
		*(const char **)(void *)((char *)o + known[i].at) = arg;
		return true;
	case KERNEL:
		*(const char **)(void *)((char *)m + known[i].at) = arg;
		return true;
	case SERIAL:
		if (vt_str_starts(arg, "file:"))
			o->serial_log = arg + strlen("file:");
		else if (strstr(arg, "stdio"))
			o->serial_log = "-";
		else
			return !strcmp(arg, "none") || !strcmp(arg, "null");
		return true;
	case CHARDEV:
		if (!vt_str_starts(arg, console_file) ||
			!strstr(arg, "id=charconsole"))
			return false;
		arg += strlen(console_file);
		o->serial_log =
			vt_machine_own(m, vt_strndup(arg, strcspn(arg, ",")));
		return true;
	case DEVICE:
		return vt_str_starts(arg, "sclpconsole,");
	case NO_REBOOT:
		o->no_reboot = true;
		return true;
	}
	return false;
}

static bool has_arg(enum action a)
{
	return a != DROP && a != NO_REBOOT;
}

int qemu_args(struct vt_machine *m, struct vt_machine_options *o,
	const struct vt_strv *args, struct vt_err **err)
{
	for (size_t i = 0; i < args->n; i++) {
		const char *name = args->v[i];
		if (vt_str_starts(name, "--"))
			name++;
		size_t k = 0;
		while (k < VT_COUNT(known) && strcmp(name, known[k].name))
			k++;
		bool arg = k < VT_COUNT(known) && has_arg(known[k].action);
		if (arg && i + 1 == args->n)
			return vt_err_set(err, VT_USAGE,
				"QEMU option '%s' needs an argument", name);
		if (k < VT_COUNT(known) &&
			take(m, o, k, arg ? args->v[i + 1] : NULL)) {
			i += arg;
			continue;
		}
		vt_strv_add(&m->qemu_args, args->v[i]);
		if (arg)
			vt_strv_add(&m->qemu_args, args->v[++i]);
	}
	return 0;
}
