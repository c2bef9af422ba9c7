/* The archive that a guest wrote to its output disk.
 *
 * Everything in it is hostile. Out come regular files and directories, and:
 * symbolic links as lines in the file symlinks.txt ("?", name and target, with
 * tabs between, as 'find -printf "%Y\t%P\t%l\n"' has it; added to a member of
 * that name); hard links as copies. Devices, fifos and the like are left out.
 * Refused are names that leave the directory, names that come twice, more than
 * UNTAR_ENTRIES_MAX members, and more bytes than untar_bytes_max().
 */
#ifndef VT_COLLECT_UNTAR_H
#define VT_COLLECT_UNTAR_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "image/qcow.h"
#include "sink.h"

enum { UNTAR_ENTRIES_MAX = 1000000 };

struct untar_report {
	uint64_t entries, files, bytes, links, left_out;
	struct vt_strv failed; /* scripts that did, see sentinel_check() */
};
#define UNTAR_REPORT_INIT                                                      \
	{                                                                      \
		.failed = VT_STRV_INIT                                         \
	}

/** untar_bytes_max() - how much may come out of a disk of this size: several
 * times its own, since hard links are copied and holes count */
uint64_t untar_bytes_max(uint64_t disk_size);

/**
 * untar() - extract the archive at the start of a disk
 * Errors: VT_FAILED for all that is the guest's doing: nothing written, a
 *   damaged or hostile archive, a missing sentinel. What came before stays in
 *   the sink. VT_HOST for the rest.
 */
int untar(struct vt_qcow *disk, struct sink *out, struct untar_report *report,
	struct vt_err **err);

#endif
