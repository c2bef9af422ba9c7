#include "image/map.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "image/map_kind.h"

enum { MAX_DEPTH = 16, MAX_COST = 256, MAX_PARTS = 4096 };

bool vt_map_fits(uint64_t size)
{
	return size <= INT64_MAX;
}

struct vt_map *vt_map_make(struct vt_map *const *parts, size_t n, bool all)
{
	unsigned depth = 0, cost = 1, sum = 0, sector = 512;
	if (n > MAX_PARTS)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const struct vt_map *p = parts[i];
		if (!p)
			continue;
		depth = p->depth > depth ? p->depth : depth;
		cost = p->cost > cost ? p->cost : cost;
		sector = p->sector_bytes > sector ? p->sector_bytes : sector;
		sum += p->cost;
	}
	if (all)
		cost = sum;
	if (depth >= MAX_DEPTH || cost > MAX_COST)
		return NULL;
	struct vt_map *m = vt_alloc(sizeof(*m));
	*m = (struct vt_map){.refs = 1,
		.depth = depth + 1,
		.cost = cost,
		.sector_bytes = sector,
		.parts = vt_calloc(n + 1, sizeof(*m->parts)),
		.n = n,
		.fd = -1};
	for (size_t i = 0; i < n; i++)
		m->parts[i] = parts[i] ? vt_map_ref(parts[i]) : NULL;
	return m;
}

struct vt_map *vt_map_ref(struct vt_map *m)
{
	m->refs++;
	return m;
}

void vt_map_unref(struct vt_map *m)
{
	if (!m || --m->refs)
		return;
	/* as deep as the map, which is bounded */
	for (size_t i = 0; i < m->n; i++)
		vt_map_unref(m->parts[i]);
	free(m->parts);
	free(m->path);
	vt_closep(&m->fd);
	if (m->key)
		vt_map_key_free(m->key);
	free(m);
}

void vt_map_unrefp(struct vt_map **m)
{
	vt_map_unref(*m);
}

uint64_t vt_map_size(const struct vt_map *m)
{
	return m->size_bytes;
}

unsigned vt_map_sector(const struct vt_map *m)
{
	return m->sector_bytes;
}

int vt_map_read(const struct vt_map *m, uint64_t offset_bytes, void *buf,
	size_t len, struct vt_err **err)
{
	uint64_t left =
		offset_bytes < m->size_bytes ? m->size_bytes - offset_bytes : 0;
	size_t n = left < len ? (size_t)left : len;
	memset((char *)buf + n, 0, len - n);
	return n ? m->read(m, offset_bytes, buf, n, err) : 0;
}

/* An image may become shorter while it is read. */
static int read_file(const struct vt_map *m, uint64_t at, unsigned char *buf,
	size_t len, struct vt_err **err)
{
	while (len) {
		ssize_t n = pread(m->fd, buf, len, (off_t)at);
		if (n < 0)
			return vt_err_errno(err, "cannot read '%s'", m->path);
		if (n == 0)
			break;
		at += (uint64_t)n;
		buf += n;
		len -= (size_t)n;
	}
	memset(buf, 0, len);
	return 0;
}

struct vt_map *vt_map_file(
	const char *path, unsigned sector_bytes, struct vt_err **err)
{
	struct stat st;
	/* a FIFO must not block the open */
	VT_AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0) {
		vt_err_errno(err, "cannot open '%s'", path);
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		vt_err_set(err, VT_HOST,
			"'%s' is not a disk image: not a regular file", path);
		return NULL;
	}
	struct vt_map *m = vt_map_make(NULL, 0, false);
	m->read = read_file;
	m->path = vt_strdup(path);
	m->fd = fd;
	m->size_bytes = (uint64_t)st.st_size;
	m->sector_bytes = sector_bytes;
	fd = -1;
	return m;
}

static int read_slice(const struct vt_map *m, uint64_t at, unsigned char *buf,
	size_t len, struct vt_err **err)
{
	return vt_map_read(m->parts[0], m->from + at, buf, len, err);
}

struct vt_map *vt_map_slice(
	struct vt_map *of, uint64_t offset_bytes, uint64_t size_bytes)
{
	/* a slice of a slice is a slice of what that is cut from */
	bool again = of->read == read_slice;
	struct vt_map *base = again ? of->parts[0] : of;
	uint64_t left = offset_bytes < of->size_bytes
				? of->size_bytes - offset_bytes
				: 0;
	struct vt_map *m = vt_map_make(&base, 1, false);
	if (!m)
		return NULL;
	m->read = read_slice;
	m->size_bytes = size_bytes < left ? size_bytes : left;
	m->from = m->size_bytes ? (again ? of->from : 0) + offset_bytes : 0;
	return m;
}

static int read_concat(const struct vt_map *m, uint64_t at, unsigned char *buf,
	size_t len, struct vt_err **err)
{
	for (size_t i = 0; i < m->n && len; i++) {
		uint64_t size = m->parts[i]->size_bytes;
		if (at >= size) {
			at -= size;
			continue;
		}
		size_t n = size - at < len ? (size_t)(size - at) : len;
		if (vt_map_read(m->parts[i], at, buf, n, err) < 0)
			return -1;
		buf += n;
		len -= n;
		at = 0;
	}
	return 0;
}

struct vt_map *vt_map_concat(struct vt_map *const *parts, size_t n)
{
	uint64_t size = 0;
	for (size_t i = 0; i < n; i++) {
		size += parts[i]->size_bytes;
		if (!vt_map_fits(size))
			return NULL;
	}
	if (n == 1)
		return vt_map_ref(parts[0]);
	struct vt_map *m = vt_map_make(parts, n, false);
	if (!m)
		return NULL;
	m->read = read_concat;
	m->size_bytes = size;
	return m;
}

bool vt_map_stretch(
	const struct vt_map *m, const char **path, uint64_t *offset_bytes)
{
	const struct vt_map *file = m->read == read_slice ? m->parts[0] : m;
	if (file->read != read_file)
		return false;
	*path = file->path;
	*offset_bytes = m->from;
	return true;
}
