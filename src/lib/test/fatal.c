#include "test/fatal.h"

#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "base/mem.h"
#include "base/near.h"
#include "data/pattern.h"
#include "test/cause.h"

enum { CRASH = VT_CAUSE_INSTALLER | VT_CAUSE_CLOUD_INIT };
enum { INSTALL = 1, BOOT = 2, BOTH = INSTALL | BOOT };

/* When two rows match a line, the first is reported. Rows marked (r) and their
 * patterns are curtin's, which looks for them after the install. */
static const struct row {
	unsigned phases;
	struct vt_fatal f;
	unsigned by; /* whose words explain it: bits of enum vt_cause_of */
} table[] = {
	/* before kernel-panic, which matches the same line */
	{BOTH,
		{"no-root",
			"Kernel panic - .*(Unable to mount root fs|"
			"No working init found|Requested init)",
			VT_RULE_PANIC,
			"the kernel did not find the root file system"},
		VT_CAUSE_KERNEL},
	{BOTH,
		{"kernel-panic", "Kernel panic -", /* (r) */
			VT_RULE_PANIC, "the guest's kernel panicked"},
		VT_CAUSE_KERNEL},
	{BOTH,
		{"kernel-oops", "Oops: .*\\[#[0-9]+\\]", VT_RULE_FAILURE,
			"the guest's kernel failed and is unreliable"},
		VT_CAUSE_KERNEL},
	{BOTH,
		{"kernel-bug",
			"kernel BUG at |BUG: unable to handle |"
			"BUG: kernel NULL pointer|BUG: Bad page|"
			"Unable to handle kernel ",
			VT_RULE_FAILURE,
			"the guest's kernel failed and is unreliable"},
		VT_CAUSE_KERNEL},
	/* with the kernel's counter: faults of programs have none */
	{BOTH,
		{"general-protection",
			"general protection fault.*\\[#[0-9]+\\]",
			VT_RULE_FAILURE,
			"the guest's kernel failed and is unreliable"},
		VT_CAUSE_KERNEL},
	{BOTH,
		{"out-of-memory", /* (r), and the line before it */
			"Out of memory:|invoked oom-killer:", VT_RULE_FAILURE,
			"the guest needs more memory (mem, VMRAM)"},
		VT_CAUSE_KERNEL},
	{BOTH,
		{"hung-task", /* (r) */
			"INFO:.* blocked for more than.*seconds\\.",
			VT_RULE_FAILURE,
			"a process is blocked on a device or lock"},
		VT_CAUSE_KERNEL},
	/* install kernels panic on it (softlockup_panic=1) */
	{BOTH,
		{"soft-lockup", "BUG: soft lockup - CPU", VT_RULE_FAILURE,
			"a processor is stuck in the kernel"},
		VT_CAUSE_KERNEL},
	{BOTH,
		{"emergency-mode",
			"You are in (emergency|rescue) mode|"
			"Welcome to (emergency|rescue) mode|"
			"Reached target.*(Emergency|Rescue) Mode|"
			"Give root password for maintenance|"
			"Press Enter for (maintenance|emergency)|"
			"Cannot open access to console, the root account",
			VT_RULE_FAILURE,
			"systemd entered emergency mode: a mount or a "
			"device of fstab is missing"},
		VT_CAUSE_SYSTEM},
	{BOTH,
		{"systemd-freeze", "systemd\\[1\\]: Freezing execution",
			VT_RULE_FAILURE, "systemd crashed"},
		VT_CAUSE_SYSTEM},
	{BOTH,
		{"initramfs-prompt",
			"^\\(initramfs\\)|Dropping to a shell!|"
			"Gave up waiting for root (file system )?device",
			VT_RULE_FAILURE,
			"the initramfs did not find the root file system"},
		VT_CAUSE_INITRD},
	{BOTH,
		{"dracut-shell",
			"dracut:/.*# *$|Entering emergency mode\\. Exit the|"
			"dracut: FATAL: ",
			VT_RULE_FAILURE,
			"dracut did not find the root file system"},
		VT_CAUSE_INITRD},
	{BOTH,
		{"grub-rescue", "grub rescue>|^ *Entering rescue mode\\.\\.\\.",
			VT_RULE_FAILURE,
			"GRUB did not find its files on the disk"},
		VT_CAUSE_LOADER},
	{BOTH,
		{"grub-prompt", "grub> *$", VT_RULE_FAILURE,
			"GRUB did not find grub.cfg"},
		VT_CAUSE_LOADER},
	/* not SeaBIOS's "Boot failed" or UEFI's PXE: other devices may
	 * follow */
	{BOTH,
		{"no-boot-device",
			"No bootable device|BdsDxe: No bootable option",
			VT_RULE_FAILURE, "the firmware found no bootable disk"},
		VT_CAUSE_LOADER},
	{BOTH,
		{"uefi-shell", "UEFI Interactive Shell v|^Shell> *$",
			VT_RULE_FAILURE, "the firmware found no bootable disk"},
		VT_CAUSE_LOADER},
	{BOTH,
		{"pxe", "^No more network devices", VT_RULE_FAILURE,
			"the firmware found no bootable disk, and network "
			"boot failed"},
		VT_CAUSE_LOADER},
	{BOTH,
		{"system-halted", "reboot: System halted", VT_RULE_HALT,
			"the guest halted instead of powering off"},
		VT_CAUSE_NONE},
	{INSTALL,
		{"installation-failed", "Installation failed", /* (r) */
			VT_RULE_FAILURE, "the installer failed"},
		VT_CAUSE_INSTALLER},
	{INSTALL,
		{"cloud-init-traceback", /* (r) */
			"cloud-init.*: Traceback.*", VT_RULE_FAILURE,
			"cloud-init or the installer crashed"},
		CRASH},
	/* The installer decides whether a failed command is fatal, and prints
	 * details after these lines. */
	{INSTALL,
		{"command-failed", /* (r) */
			"Unexpected error while running command",
			VT_RULE_AT_END, "a command of curtin failed"},
		VT_CAUSE_INSTALLER},
	{INSTALL,
		{"import-error", /* (r) */
			"ImportError: No module named.*", VT_RULE_AT_END,
			"the image lacks a Python module"},
		VT_CAUSE_INSTALLER},
	{INSTALL,
		{"no-package", /* (r), and another message of apt */
			"E: Unable to locate package.*|"
			"E: Package '.*' has no installation candidate",
			VT_RULE_AT_END, "apt did not find a package"},
		VT_CAUSE_INSTALLER},
	{INSTALL,
		{"disk-full",
			"(dpkg|dpkg-deb|tar|rsync|unsquashfs|cp): .*"
			"No space left on device",
			VT_RULE_AT_END, "a disk of the guest is full"},
		VT_CAUSE_INSTALLER},
};

static const char new_row[] = "the test defines this line as fatal";

/* Whether a change disables a row. */
static bool is_off(const struct vt_node *n)
{
	bool on;
	return vt_str_eq(vt_node_text(n), "off") ||
	       (vt_node_bool(n, &on, NULL) == 0 && !on);
}

static int check_off(
	const char *id, const struct vt_node *key, struct vt_err **err)
{
	struct vt_near near = vt_near_start(id);
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		if (!strcmp(table[i].f.id, id))
			return 0;
		vt_near_try(&near, table[i].f.id);
	}
	return vt_node_err(key, err, "unknown fatal line '%s'%s", id,
		near.best ? vt_near_hint(&near, "")
			  : " (vt-rules --help lists them)");
}

static int check_id(const struct vt_node *key, struct vt_err **err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const char *id = key->text;
	if (*id && strlen(id) <= 60 && strspn(id, allowed) == strlen(id))
		return 0;
	return vt_node_err(key, err,
		"'%s' is not a valid id of a fatal line: use a-z, 0-9 and -",
		id);
}

static int check_ere(const struct vt_node *n, struct vt_err **err)
{
	bool flag;
	if (vt_node_bool(n, &flag, NULL) == 0)
		return vt_node_err(n, err,
			"'%s' is not a pattern: use 'off' or a pattern",
			n->text);
	if (vt_pattern_check(n, err) < 0)
		return -1;
	return *n->text ? 0
			: vt_node_err(n, err,
				  "the pattern is empty: it would match every "
				  "line");
}

int vt_fatals_check(const struct vt_node *map, struct vt_err **err)
{
	if (vt_node_is_null(map))
		return 0;
	if (vt_node_expect(map, VT_MAP, err) < 0)
		return -1;
	for (size_t i = 0; i < map->n; i++) {
		const struct vt_node *key = map->keys[i], *n = map->items[i];
		if (check_id(key, err) < 0)
			return -1;
		if ((is_off(n) ? check_off(key->text, key, err)
			       : check_ere(n, err)) < 0)
			return -1;
	}
	return 0;
}

int vt_fatals_check_member(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	(void)value;
	return vt_fatals_check(at, err);
}

static void add(struct vt_fatals *f, struct vt_fatal row)
{
	f->v = vt_realloc(f->v, f->n + 1, sizeof(*f->v));
	f->v[f->n++] = row;
}

static bool in_table(const char *id)
{
	for (size_t i = 0; i < VT_COUNT(table); i++)
		if (!strcmp(table[i].f.id, id))
			return true;
	return false;
}

unsigned vt_fatal_explained_by(const char *id)
{
	for (size_t i = 0; i < VT_COUNT(table); i++)
		if (!strcmp(table[i].f.id, id))
			return table[i].by;
	return VT_CAUSE_NONE;
}

void vt_fatals_of(
	struct vt_fatals *f, const char *phase, const struct vt_node *changes)
{
	unsigned wanted = !phase                      ? BOTH
			  : !strcmp(phase, "install") ? INSTALL
						      : BOOT;
	*f = (struct vt_fatals){0};
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		struct vt_fatal row = table[i].f;
		const struct vt_node *n = vt_node_get(changes, row.id);
		if (!(table[i].phases & wanted) || (n && is_off(n)))
			continue;
		if (n)
			row.ere = n->text;
		add(f, row);
	}
	for (size_t i = 0; changes && i < changes->n; i++)
		if (!in_table(changes->keys[i]->text))
			add(f, (struct vt_fatal){changes->keys[i]->text,
				       changes->items[i]->text, VT_RULE_FAILURE,
				       new_row});
}

int vt_fatals_watch(
	const struct vt_fatals *f, struct vt_console *c, struct vt_err **err)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct vt_fatal *row = &f->v[i];
		if (vt_console_rule(
			    c, row->kind, row->id, row->ere, row->why, err) < 0)
			return -1;
	}
	return 0;
}

void vt_fatals_free(struct vt_fatals *f)
{
	free(f->v);
	*f = (struct vt_fatals){0};
}

char *vt_fatals_help(void)
{
	static const char *const ends[] = {
		[VT_RULE_FAILURE] = "fatal-line",
		[VT_RULE_AT_END] = "fails",
		[VT_RULE_PANIC] = "panic",
		[VT_RULE_HALT] = "halted",
	};
	struct vt_str s = VT_STR_INIT;
	VT_AUTO_COLUMNS struct vt_columns t = {.n = 3};
	vt_str_add(&s, "fatal lines, their outcome, and what they mean:\n");
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		const struct vt_fatal *f = &table[i].f;
		vt_strv_add(&t.cells, f->id);
		vt_strv_add(&t.cells, ends[f->kind]);
		vt_strv_addf(&t.cells, "%s%s", f->why,
			table[i].phases == INSTALL ? " (install)" : "");
	}
	vt_columns_format(&t, "  ", &s);
	s.s[--s.len] = '\0';
	return vt_str_take(&s);
}
