/* A batch of frames in memory: received by one system call, and sent to each
 * port by one more, without a copy in between. */
#ifndef VT_BATCH_H
#define VT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "network/frame.h"

enum { BATCH_FRAMES = 64 };

struct batch {
	unsigned n;                /* frames that were received */
	uint64_t to[BATCH_FRAMES]; /* the ports of each, as bits */
	struct mmsghdr got[BATCH_FRAMES];
	struct iovec in[BATCH_FRAMES];
	/* pages of it are in memory once a frame was so long */
	uint8_t bytes[BATCH_FRAMES][VT_FRAME_MAX];
};

struct batch *batch_new(void); /* to be freed by free() */

/**
 * batch_receive() - receive the frames that are there, without waiting
 * @hung_up: the peer has closed its end. A message of no bytes is then the end.
 * Return: false if no more will come
 */
bool batch_receive(struct batch *b, int fd, bool hung_up);

size_t batch_len(const struct batch *b, unsigned i);
/** batch_truncated() - whether a frame was longer than VT_FRAME_MAX */
bool batch_truncated(const struct batch *b, unsigned i);

/**
 * batch_send() - send the frames that have the bit of a port
 * @wanted: set to their number
 * Return: how many the port's socket has taken; -1 if its peer is gone
 */
int batch_send(const struct batch *b, unsigned port, int fd, unsigned *wanted);

#endif
