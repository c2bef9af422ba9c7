/* Frames of a capture in a pcapng file, in the order of the file.
 *
 *	VT_AUTO_PCAPNG struct vt_pcapng_in in = {.fd = -1};
 *	struct vt_pcapng_packet f;
 *	if (vt_pcapng_open(&in, "logs/wire.pcapng", err) < 0) return -1;
 *	while ((rc = vt_pcapng_next(&in, &f, err)) > 0)
 *		... in.ports[f.port].name ...
 *
 * libpcap does not say which interface a frame of a pcapng file belongs to, and
 * that is what the checks are about. Only what vt-wire writes is read: one
 * section in the byte order of this host, Ethernet, time stamps in ns. Source:
 * draft-ietf-opsawg-pcapng.
 */
#ifndef VT_PCAPNG_READ_H
#define VT_PCAPNG_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vt_pcapng_port {
	char *name;
	uint64_t dropped; /* frames that are not in the file */
};

struct vt_pcapng_in {
	int fd;
	struct vt_pcapng_port *ports;
	size_t n_ports;
	bool cut; /* the file ends within a block: its writer was killed */
	unsigned char *block;
};

struct vt_pcapng_packet {
	size_t port;         /* that it entered by */
	uint64_t ns;         /* since 1970 */
	const uint8_t *data; /* valid until the next frame */
	size_t len;          /* bytes of `data` */
	size_t wire_len;     /* bytes of the frame: more, if it was cut */
};

/** vt_pcapng_open() - Errors: VT_USAGE for a file of another format */
int vt_pcapng_open(
	struct vt_pcapng_in *in, const char *path, struct vt_err **err);
/** vt_pcapng_next() - Return: 1; 0 after the last; -1
 * Errors: VT_FAILED for a damaged file, VT_HOST if it cannot be read */
int vt_pcapng_next(struct vt_pcapng_in *in, struct vt_pcapng_packet *f,
	struct vt_err **err);
void vt_pcapng_close(struct vt_pcapng_in *in);
#define VT_AUTO_PCAPNG __attribute__((cleanup(vt_pcapng_close)))

#endif
