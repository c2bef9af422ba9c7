/* A batch of frames in memory: received by one system call, and sent to each
 * port by one more, without a copy in between. */
#ifndef VT_TRANSFER_H
#define VT_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "network/frame.h"

enum { TRANSFER_FRAMES = 64 };

struct transfer {
	unsigned n;                   /* frames that were received */
	uint64_t to[TRANSFER_FRAMES]; /* the ports of each, as bits */
	struct mmsghdr got[TRANSFER_FRAMES];
	struct iovec in[TRANSFER_FRAMES];
	/* pages of it are in memory once a frame was so long */
	uint8_t bytes[TRANSFER_FRAMES][VT_FRAME_MAX];
};

struct transfer *transfer_new(void); /* to be freed by free() */

/**
 * transfer_receive() - receive the frames that are there, without waiting
 * @hung_up: the peer has closed its end. A message of no bytes is then the end.
 * Return: false if no more will come
 */
bool transfer_receive(struct transfer *t, int fd, bool hung_up);

size_t transfer_len(const struct transfer *t, unsigned i);
/** transfer_truncated() - whether a frame was longer than VT_FRAME_MAX */
bool transfer_truncated(const struct transfer *t, unsigned i);

/**
 * transfer_send() - send the frames that have the bit of a port
 * @wanted: set to their number
 * Return: how many the port's socket has taken; -1 if its peer is gone
 */
int transfer_send(
	const struct transfer *t, unsigned port, int fd, unsigned *wanted);

#endif
