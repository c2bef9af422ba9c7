/* Little-endian numbers of superblocks that tests write byte by byte. */
#ifndef LE_H
#define LE_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

static inline void put16(unsigned char *at, uint16_t v)
{
	v = htole16(v);
	memcpy(at, &v, 2);
}

static inline void put32(unsigned char *at, uint32_t v)
{
	v = htole32(v);
	memcpy(at, &v, 4);
}

static inline void put64(unsigned char *at, uint64_t v)
{
	v = htole64(v);
	memcpy(at, &v, 8);
}

#endif
