#include "fetch_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

enum {
	BUFFER = 128 << 10,
	THREADS = 3,
	BLOCK = 4096,        /* zeros that become a hole */
	WRITE_OUT = 8 << 20, /* so often the kernel is told to begin */
};

enum what { DATA, RESTART, PREFIX, FINISH };

struct order {
	struct order *next;
	struct vt_sink *sink;
	enum what what;
	bool sync;
	size_t len;
	unsigned char data[]; /* BUFFER bytes, of DATA alone */
};

struct worker {
	struct vt_sinks *all;
	pthread_t thread;
	pthread_cond_t work;
	struct order *first, **last;
};

struct vt_sinks {
	pthread_mutex_t lock;
	pthread_cond_t freed; /* a buffer, or a sink without orders */
	struct order *buffers;
	struct worker workers[THREADS];
	unsigned next;
	bool end;
	void (*wake)(void *ctx);
	void *ctx;
};

struct vt_sink {
	struct vt_sinks *all;
	struct worker *worker;
	struct order *filling; /* the caller's alone */
	int fd;
	/* the worker's */
	EVP_MD_CTX *hash;
	uint64_t at, size, synced;
	uint64_t have;
	/* under the lock */
	unsigned orders;
	int error;
	bool finished;
	char hex[65];
};

static void hash_start(struct vt_sink *s)
{
	if (!EVP_DigestInit_ex(s->hash, EVP_sha256(), NULL))
		abort();
}

static void hash_add(struct vt_sink *s, const void *data, size_t len)
{
	if (!EVP_DigestUpdate(s->hash, data, len))
		abort();
}

static void hash_end(struct vt_sink *s, char hex[65])
{
	static const char digit[] = "0123456789abcdef";
	unsigned char sum[EVP_MAX_MD_SIZE];
	if (!EVP_DigestFinal_ex(s->hash, sum, NULL))
		abort();
	for (int i = 0; i < 32; i++) {
		hex[2 * i] = digit[sum[i] >> 4];
		hex[2 * i + 1] = digit[sum[i] & 15];
	}
	hex[64] = '\0';
}

static int write_at(
	struct vt_sink *s, const unsigned char *p, size_t len, uint64_t at)
{
	while (len) {
		ssize_t n = pwrite(s->fd, p, len, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		p += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	s->size = at > s->size ? at : s->size;
	return 0;
}

static bool is_zero(const unsigned char *p, size_t len)
{
	return p[0] == 0 && !memcmp(p, p + 1, len - 1);
}

/* The length of the run of blocks that are all zero, or all not. */
static size_t run(const unsigned char *p, size_t len, uint64_t at, bool *zero)
{
	size_t end = 0;
	*zero = false;
	while (end < len) {
		size_t step = BLOCK - (size_t)((at + end) % BLOCK);
		step = step < len - end ? step : len - end;
		bool z = step == BLOCK && is_zero(p + end, step);
		if (end == 0)
			*zero = z;
		else if (z != *zero)
			break;
		end += step;
	}
	return end;
}

static int take_data(struct vt_sink *s, const unsigned char *p, size_t len)
{
	int error = 0;
	hash_add(s, p, len);
	for (bool zero; len && !error;) {
		size_t n = run(p, len, s->at, &zero);
		if (!zero)
			error = write_at(s, p, n, s->at);
		p += n;
		len -= n;
		s->at += n;
	}
	/* what can be resumed is as long as the file */
	if (!error && s->at > s->size) {
		s->size = s->at;
		error = ftruncate(s->fd, (off_t)s->at) < 0 ? errno : 0;
	}
	if (!error && s->at - s->synced >= WRITE_OUT) {
		sync_file_range(s->fd, (off_t)s->synced,
			(off_t)(s->at - s->synced), SYNC_FILE_RANGE_WRITE);
		s->synced = s->at;
	}
	return error;
}

static int restart(struct vt_sink *s)
{
	hash_start(s);
	s->at = s->size = s->synced = 0;
	return ftruncate(s->fd, 0) < 0 ? errno : 0;
}

/* What an earlier run left counts in the hash. */
static int prefix(struct vt_sink *s)
{
	VT_AUTO_FREE unsigned char *buf = vt_alloc(BUFFER);
	while (s->at < s->have) {
		size_t want =
			s->have - s->at < BUFFER ? s->have - s->at : BUFFER;
		ssize_t n = pread(s->fd, buf, want, (off_t)s->at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		hash_add(s, buf, (size_t)n);
		s->at += (uint64_t)n;
	}
	s->size = s->synced = s->at;
	return ftruncate(s->fd, (off_t)s->at) < 0 ? errno : 0;
}

static int obey(struct order *o)
{
	struct vt_sink *s = o->sink;
	switch (o->what) {
	case DATA:
		return take_data(s, o->data, o->len);
	case RESTART:
		return restart(s);
	case PREFIX:
		return prefix(s);
	case FINISH:
		hash_end(s, s->hex);
		return o->sync && fsync(s->fd) < 0 ? errno : 0;
	}
	return 0;
}

static void done_with(struct vt_sinks *all, struct order *o, int error)
{
	struct vt_sink *s = o->sink;
	if (error && !s->error)
		s->error = error;
	s->orders--;
	bool wake = error != 0;
	if (o->what == FINISH)
		s->finished = wake = true;
	if (o->what == DATA) {
		o->next = all->buffers;
		all->buffers = o;
	} else {
		free(o);
	}
	pthread_cond_broadcast(&all->freed);
	if (wake)
		all->wake(all->ctx);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct vt_sinks *all = w->all;
	pthread_mutex_lock(&all->lock);
	for (;;) {
		while (!w->first && !all->end)
			pthread_cond_wait(&w->work, &all->lock);
		struct order *o = w->first;
		if (!o)
			break;
		w->first = o->next;
		if (!w->first)
			w->last = &w->first;
		bool failed = o->sink->error != 0;
		pthread_mutex_unlock(&all->lock);
		int error = failed ? 0 : obey(o);
		pthread_mutex_lock(&all->lock);
		done_with(all, o, error);
	}
	pthread_mutex_unlock(&all->lock);
	return NULL;
}

/* Each sink may hold one buffer that is not full, so that there have to be
 * more buffers than sinks. */
struct vt_sinks *vt_sinks_new(
	unsigned sinks, void (*wake)(void *ctx), void *ctx)
{
	struct vt_sinks *all = vt_alloc(sizeof(*all));
	pthread_mutex_init(&all->lock, NULL);
	pthread_cond_init(&all->freed, NULL);
	all->wake = wake;
	all->ctx = ctx;
	for (unsigned i = 0; i < sinks + 16; i++) {
		struct order *o = vt_alloc(sizeof(*o) + BUFFER);
		o->next = all->buffers;
		all->buffers = o;
	}
	for (unsigned i = 0; i < THREADS; i++) {
		struct worker *w = &all->workers[i];
		w->all = all;
		w->last = &w->first;
		pthread_cond_init(&w->work, NULL);
		if (pthread_create(&w->thread, NULL, work, w))
			abort(); /* as for lack of memory */
	}
	return all;
}

void vt_sinks_free(struct vt_sinks *all)
{
	if (!all)
		return;
	pthread_mutex_lock(&all->lock);
	all->end = true;
	for (unsigned i = 0; i < THREADS; i++)
		pthread_cond_signal(&all->workers[i].work);
	pthread_mutex_unlock(&all->lock);
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(all->workers[i].thread, NULL);
		pthread_cond_destroy(&all->workers[i].work);
	}
	while (all->buffers) {
		struct order *o = all->buffers;
		all->buffers = o->next;
		free(o);
	}
	pthread_mutex_destroy(&all->lock);
	pthread_cond_destroy(&all->freed);
	free(all);
}

static void give(struct vt_sink *s, struct order *o)
{
	struct worker *w = s->worker;
	o->sink = s;
	o->next = NULL;
	pthread_mutex_lock(&s->all->lock);
	s->orders++;
	*w->last = o;
	w->last = &o->next;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&s->all->lock);
}

static void tell(struct vt_sink *s, enum what what, bool sync)
{
	struct order *o = vt_alloc(sizeof(*o));
	o->what = what;
	o->sync = sync;
	give(s, o);
}

struct vt_sink *vt_sink_open(struct vt_sinks *all, int fd, uint64_t have)
{
	struct vt_sink *s = vt_alloc(sizeof(*s));
	s->all = all;
	s->worker = &all->workers[all->next++ % THREADS];
	s->fd = fd;
	s->have = have;
	s->hash = EVP_MD_CTX_new();
	if (!s->hash)
		abort();
	hash_start(s);
	tell(s, PREFIX, false);
	return s;
}

static struct order *take_buffer(struct vt_sinks *all)
{
	pthread_mutex_lock(&all->lock);
	while (!all->buffers)
		pthread_cond_wait(&all->freed, &all->lock);
	struct order *o = all->buffers;
	all->buffers = o->next;
	pthread_mutex_unlock(&all->lock);
	o->what = DATA;
	o->len = 0;
	return o;
}

void vt_sink_data(struct vt_sink *s, const void *data, size_t len)
{
	const unsigned char *p = data;
	while (len) {
		if (!s->filling)
			s->filling = take_buffer(s->all);
		size_t n = BUFFER - s->filling->len;
		n = n < len ? n : len;
		memcpy(s->filling->data + s->filling->len, p, n);
		s->filling->len += n;
		p += n;
		len -= n;
		if (s->filling->len == BUFFER)
			vt_sink_flush(s);
	}
}

void vt_sink_flush(struct vt_sink *s)
{
	if (s->filling)
		give(s, s->filling);
	s->filling = NULL;
}

void vt_sink_restart(struct vt_sink *s)
{
	vt_sink_flush(s);
	tell(s, RESTART, false);
}

void vt_sink_finish(struct vt_sink *s, bool sync)
{
	vt_sink_flush(s);
	tell(s, FINISH, sync);
}

bool vt_sink_finished(struct vt_sink *s, char hex[65])
{
	pthread_mutex_lock(&s->all->lock);
	bool finished = s->finished;
	if (finished)
		memcpy(hex, s->hex, sizeof(s->hex));
	s->finished = false; /* a restart may follow */
	pthread_mutex_unlock(&s->all->lock);
	return finished;
}

int vt_sink_error(struct vt_sink *s)
{
	pthread_mutex_lock(&s->all->lock);
	int error = s->error;
	pthread_mutex_unlock(&s->all->lock);
	return error;
}

void vt_sink_close(struct vt_sink *s)
{
	if (!s)
		return;
	vt_sink_flush(s);
	pthread_mutex_lock(&s->all->lock);
	while (s->orders)
		pthread_cond_wait(&s->all->freed, &s->all->lock);
	pthread_mutex_unlock(&s->all->lock);
	EVP_MD_CTX_free(s->hash);
	free(s);
}
