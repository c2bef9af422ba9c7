/* Extraction of the archive that a guest wrote to its output disk.
 *
 * The archive may be hostile. Regular files and directories are extracted.
 * Symbolic links become lines of the file symlinks.txt: "?", name and target,
 * separated by tabs, as in the output of 'find -printf "%Y\t%P\t%l\n"'; they
 * are appended to a member of that name. Hard links become copies. Devices,
 * FIFOs and sockets are skipped. Names that leave the directory, duplicate
 * names, more members or processor time than test/bounds.h and more bytes than
 * untar_bytes_max() are refused.
 */
#ifndef VT_COLLECT_UNTAR_H
#define VT_COLLECT_UNTAR_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "image/qcow.h"
#include "image/sink.h"

struct untar_report {
	uint64_t entries, files, bytes, links, left_out;
	struct vt_strv failed; /* scripts, see sentinel_check() */
};
#define UNTAR_REPORT_INIT                                                      \
	{                                                                      \
		.failed = VT_STRV_INIT                                         \
	}

/** untar_bytes_max() - how many bytes may be extracted from a disk of this
 * size: several times the size, since hard links are copied and holes are
 * counted */
uint64_t untar_bytes_max(uint64_t disk_size);

/**
 * untar() - extract the archive at the start of a disk
 * Errors: VT_FAILED for failures of the guest: nothing written, a damaged or
 *   hostile archive, a missing sentinel; the sink keeps the members before it.
 *   VT_HOST for failures of the host
 */
int untar(struct vt_qcow *disk, struct vt_sink *out,
	struct untar_report *report, struct vt_err **err);

#endif
