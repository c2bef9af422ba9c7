#include "test/cause.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "data/pattern.h"
#include "test/cause_text.h"

/* Ranks. What names an entry or a command of the config says most; what only
 * repeats that something failed says least. Rows of the same kind differ by a
 * few. */
enum {
	ENDS = 10,   /* it failed, for a reason that was said before */
	PASSES = 30, /* passes on a failure */
	TOOL = 50,   /* a tool that an installer runs */
	TOOLS = 60,  /* above all tools */
	RAISED = 70, /* what ended the installer */
	BLAMES = 90, /* the same, with what it is about */
};

enum {
	INSTALLER = VT_CAUSE_INSTALLER,
	KERNEL = VT_CAUSE_KERNEL,
	LOADER = VT_CAUSE_LOADER,
	INITRD = VT_CAUSE_INITRD,
	SYSTEM = VT_CAUSE_SYSTEM,
	CLOUD_INIT = VT_CAUSE_CLOUD_INIT,
};

/* Words of programs that also print what is no failure. */
#define FAILS                                                                  \
	"(annot|an't|ailed|o such|ot found|denied|ot permitted|rong|nknown|"   \
	"nable|nvalid|nrecogni|oes not|rror|busy|too )"

/* The first row that matches a line is used, so exceptions come before rules.
 * Patterns match at the beginning of what a program said. */
static const struct cause_row table[] = {
	/* installers */
	{INSTALLER, BLAMES,
		"^An error occurred handling '([^']*)': ", cause_entry},
	{INSTALLER, BLAMES, "^vt-install: error: (.)", cause_vt},
	{INSTALLER, BLAMES, "^vt-pack: [^:]*: (start|exit status [0-9]+)$",
		NULL},
	{INSTALLER, BLAMES, "^vt-pack: [^:]*: .", cause_line},
	{INSTALLER, RAISED + 5,
		"^finish: [^ ]*/cmd-[^ /]*: FAIL: curtin command ", cause_next},
	{INSTALLER, RAISED,
		"^Traceback \\(most recent call last\\):", cause_traceback},
	{INSTALLER, RAISED - 1,
		"^(.*: )?Unexpected error while running command\\.$",
		cause_command},
	{INSTALLER, PASSES + 5, "^curtin: Installation failed", cause_line},

	/* cloud-init, before it runs an installer */
	{CLOUD_INIT, TOOL,
		"^[-0-9]+ [:,0-9]+ - [a-z_]+\\.py\\[(CRITICAL|ERROR)\\]: ",
		cause_line},

	/* what installers run: versions and warnings say nothing of it */
	{INSTALLER, TOOL, "^(mke2fs|mkfs\\.[a-z0-9]+|btrfs-progs) v?[0-9]",
		NULL},
	{INSTALLER, TOOL, "^([^ :]+: )?(W|[Ww]arning|WARNING): ", NULL},
	{INSTALLER, TOOL, "^Could not create partition ", cause_line},
	{INSTALLER, TOOL + 2, ".*No space left on device", cause_line},
	{INSTALLER, PASSES,
		"^E: (Sub-process |Some index files failed|Unable to fetch "
		"some|Unable to correct problems|Unmet dependencies|Problem "
		"executing scripts)",
		cause_line},
	{INSTALLER, TOOL, "^E: Can not write log ", NULL}, /* without a pty */
	{INSTALLER, TOOL + 1, "^E: ", cause_line},
	{INSTALLER, TOOL + 1,
		"^The following packages have unmet dependencies:", cause_next},
	{INSTALLER, TOOL, "^dpkg: error processing ", cause_two_lines},
	{INSTALLER, TOOL, "^dpkg: dependency problems prevent ",
		cause_two_lines},
	{INSTALLER, TOOL, "^dpkg(-[a-z]+)?: error: ", cause_line},
	{INSTALLER, TOOL, "^(mkfs\\.[a-z0-9]+|mke2fs): ", cause_line},
	{INSTALLER, TOOL, "^[^ :]*grub-[a-z-]+: error: ", cause_line},
	{INSTALLER, TOOL,
		"^(mount|chroot|sfdisk|tar|rsync|cp|wget|curl|env|mkswap): "
		".*" FAILS,
		cause_line},
	{INSTALLER, TOOL,
		"^[^ :]+: (line )?[0-9]+: .*(not found|No such file or "
		"directory|Permission denied)$",
		cause_line},
	/* wget */
	{INSTALLER, TOOL + 1,
		"^(Connecting to|Resolving) .*failed: ", cause_line},
	{INSTALLER, TOOL + 1, "^[-0-9]+ [:0-9]+ ERROR [0-9]+: ", cause_line},
	{INSTALLER, TOOL, "^FATAL ERROR: ?", cause_line}, /* unsquashfs */
	{INSTALLER, TOOL, "^ERROR: ", cause_line},        /* mkfs.btrfs */
	{INSTALLER, TOOL, "^Invalid filesystem option set: ", cause_line},
	{INSTALLER, TOOL, "^The file .* does not exist and no size ",
		cause_line},
	{INSTALLER, TOOL, "^size [0-9]+ of data subvolume is too ", cause_line},

	/* kernels */
	{KERNEL, ENDS,
		"^Kernel panic - not syncing: (Attempted to kill init|Fatal "
		"exception|panic_on|hung_task: |softlockup: )",
		cause_line},
	{KERNEL | SYSTEM, TOOL, "^Kernel panic - ", cause_line},
	{KERNEL, RAISED, "^VFS: Cannot open root device ", cause_line},
	{KERNEL, RAISED, "^Failed to execute /", cause_line},
	{KERNEL, RAISED, "^(watchdog: )?BUG: ", cause_line},
	{KERNEL, RAISED, "^kernel BUG at ", cause_line},
	{KERNEL, RAISED, "^Unable to handle kernel ", cause_line},
	{KERNEL, RAISED, "^general protection fault", cause_line},
	{KERNEL, RAISED, "^Out of memory: ", cause_line},
	{KERNEL, RAISED - 5, "^INFO: .* blocked for more than ", cause_line},
	{KERNEL, PASSES, ".*invoked oom-killer: ", cause_line},
	{KERNEL, PASSES, "^Oops: ", cause_line},

	/* boot loaders and firmware */
	{LOADER, RAISED, "^error: ", cause_line},
	{LOADER, TOOL, "^BdsDxe: failed to ", cause_line},
	{LOADER, TOOL, "^Boot failed: ", cause_line},

	/* the initramfs */
	{INITRD, BLAMES, "^ALERT! +", cause_line},
	{INITRD, RAISED, "^cryptsetup: ERROR: ", cause_line},
	{INITRD, RAISED, "^mount: mounting .* failed: ", cause_line},
	{INITRD, RAISED, "^Target filesystem doesn't have requested ",
		cause_line},
	{INITRD, RAISED, "^run-init: ", cause_line},
	{INITRD, PASSES, "^Gave up waiting for root ", cause_line},

	/* systemd, which names a unit and describes it, or does one of them */
	{SYSTEM, BLAMES, "^.*(Timed out waiting for device )[^ ]* - (.*)$",
		cause_unit},
	{SYSTEM, BLAMES - 1, "^.*(Timed out waiting for device )(.*)$",
		cause_unit},
	{SYSTEM, RAISED + 1, "^.*(Failed to mount )[^ ]* - (.*)$", cause_unit},
	{SYSTEM, RAISED, "^.*(Failed to mount )(.*)$", cause_unit},
	{SYSTEM, RAISED, "^.*(Failed to activate swap )(.*)$", cause_unit},
	{SYSTEM, TOOL + 1, "^.*(Dependency failed for )[^ ]* - (.*)$",
		cause_unit},
	{SYSTEM, TOOL, "^.*(Dependency failed for )(.*)$", cause_unit},
	{SYSTEM, PASSES, "^.*(Failed to start )(.*)$", cause_unit},
};

enum { MAX_TEXT = 200 };

void vt_cause_free(struct vt_cause *c)
{
	free(c->text);
	free(c->entry);
	free(c->section);
	*c = (struct vt_cause){0};
}

/* Set the row of each line. The kernel says nothing of installers. */
static void match(struct says *all, unsigned by)
{
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		const struct cause_row *row = &table[i];
		regex_t re;
		if (!(row->by & by))
			continue;
		if (vt_pattern_compile(&re, row->ere, 0, NULL) < 0)
			abort(); /* a bug in the table */
		for (struct said *l = all->v; l < all->v + all->n; l++)
			if (!l->row && !l->part &&
				(l->by != VT_SPEAKER_KERNEL ||
					row->by != INSTALLER) &&
				regexec(&re, l->text, VT_COUNT(l->m), l->m,
					0) == 0)
				l->row = row;
		regfree(&re);
	}
}

/* Replace `c` by what a line says, if that has a higher rank. */
static void try_line(struct vt_cause *c, const struct says *all, size_t at)
{
	const struct cause_row *row = all->v[at].row;
	if (!row || !row->text || row->rank <= c->rank)
		return;
	VT_AUTO_CAUSE struct vt_cause one = {.line = at, .rank = row->rank};
	row->text(&one, all, at);
	if (!one.text || !*one.text || one.rank <= c->rank)
		return;
	vt_cause_free(c);
	*c = one;
	one = (struct vt_cause){0};
}

char *cause_tool(
	const struct says *all, size_t from, size_t to, enum vt_speaker by)
{
	VT_AUTO_CAUSE struct vt_cause c = {0};
	for (size_t i = from; i < to; i++) {
		const struct said *l = &all->v[i];
		if (l->by == by && l->row && l->row->rank <= TOOLS)
			try_line(&c, all, i);
	}
	char *text = c.text;
	c.text = NULL;
	return text;
}

static void shorten(char **text)
{
	size_t len = strlen(*text), kept = vt_utf8_cut(*text, len, MAX_TEXT);
	if (kept == len)
		return;
	char *cut = vt_printf("%.*s...", (int)kept, *text);
	free(*text);
	*text = cut;
}

bool vt_cause_find(
	struct vt_cause *c, const struct vt_story *s, size_t from, unsigned by)
{
	struct says all = {0};
	says_read(&all, s);
	match(&all, by);
	for (size_t i = from; i < all.n; i++)
		try_line(c, &all, i);
	if (c->text && !c->entry)
		cause_of_step(c, &all);
	says_free(&all);
	c->raised = (by & INSTALLER) && c->rank > TOOLS;
	if (c->text)
		shorten(&c->text);
	return c->text;
}
