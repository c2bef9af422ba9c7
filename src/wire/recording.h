/* The capture of the switch: a pcapng file with one interface for each port.
 * All functions do nothing without a recording (NULL).
 *
 *	struct recording *r = recording_open(path, limit, snaplen, err);
 *	recording_port(r, "interface0", "wire"); ...
 *	recording_frame(r, 0, recording_clock(r), bytes, len);
 *	recording_flush(r);		when there is nothing else to do
 *	int rc = recording_end(r, err);
 */
#ifndef VT_RECORDING_H
#define VT_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct recording;

/** recording_open() - create the file; Errors: VT_HOST */
struct recording *recording_open(const char *path, uint64_t limit,
	uint32_t snaplen, struct vt_err **err);
void recording_free(struct recording *r);
void recording_freep(struct recording **r);

/** recording_port() - add the next port, number 0 first */
void recording_port(struct recording *r, const char *name, const char *segment);

/** recording_clock() - the time of the capture: the time of day at its start,
 * and from then on by CLOCK_MONOTONIC. Without a recording the latter alone.
 * Units: ns */
uint64_t recording_clock(const struct recording *r);

void recording_frame(struct recording *r, unsigned port, uint64_t ns,
	const uint8_t *bytes, size_t len);

/** recording_flush() - write what is kept in memory */
void recording_flush(struct recording *r);

/** recording_describe() - append " NAME VALUE" for each counter */
void recording_describe(const struct recording *r, struct vt_str *out);

/** recording_end() - write the counters
 * Errors: VT_HOST when frames are missing because a write failed */
int recording_end(struct recording *r, struct vt_err **err);

#endif
