/* The boot code that GRUB's installation leaves: what is expected of which
 * entry, as its key `boot_code`.
 *
 *	vt_realise(&graph);
 *	vt_realise_boot(&graph, &(struct vt_boot_kind){.efi = "x64"});
 */
#ifndef VT_BOOT_CODE_H
#define VT_BOOT_CODE_H

#include "graph/graph.h"

/* How a machine boots. */
struct vt_boot_kind {
	bool bios;       /* GRUB in the MBR, for a PC's BIOS */
	bool prep;       /* GRUB in a PReP partition */
	const char *efi; /* NULL, or the name of UEFI's loaders: "x64" */
	/* the target's GRUB package can install to more than one ESP */
	bool several_esps;
};

/* The words of `boot_code`. */
#define VT_BOOT_BIOS "bios"
#define VT_BOOT_PREP "prep"
#define VT_BOOT_NONE "none"
#define VT_BOOT_EFI "efi-"       /* and the name of the loaders */
#define VT_BOOT_EFI_COPY "-copy" /* at its end: an ESP that may be empty */

/** vt_realise_boot() - set `boot_code` of the disks and partitions to which the
 * installer writes GRUB, and of disks to which it does not */
void vt_realise_boot(struct vt_graph *g, const struct vt_boot_kind *kind);

/** vt_boot_mounts_esp() - whether the config mounts an EFI system partition,
 * which selects UEFI */
bool vt_boot_mounts_esp(const struct vt_graph *g);

/** vt_boot_expected() - append a word of `boot_code` as a sentence for people
 */
void vt_boot_expected(const char *word, struct vt_str *out);

#endif
