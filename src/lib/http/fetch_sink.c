#include "http/fetch_sink.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/fetch_file.h"

enum {
	BUFFER = 128 << 10,
	THREADS = 3,
};

enum order_kind { DATA, RESTART, PREFIX, FINISH };

/* One entry of a worker's queue. Those of kind DATA are the shared buffers. */
struct order {
	struct order *next;
	struct vt_sink *sink;
	enum order_kind kind;
	bool sync;
	size_t len;
	unsigned char data[]; /* BUFFER bytes, only for DATA */
};

struct worker {
	struct vt_sinks *all;
	pthread_t thread;
	pthread_cond_t work;
	struct order *first, **last;
};

struct vt_sinks {
	pthread_mutex_t lock;
	pthread_cond_t freed;  /* a buffer is free, or a sink has no orders */
	struct order *buffers; /* free ones */
	struct worker workers[THREADS];
	unsigned next;
	bool end;
	void (*wake)(void *ctx);
	void *ctx;
};

struct vt_sink {
	struct vt_sinks *all;
	struct worker *worker;
	struct order *filling;     /* used by the caller only */
	struct vt_fetch_file file; /* used by the worker only */
	uint64_t length;           /* of the prefix to resume from */
	/* protected by the lock */
	unsigned orders;
	int error;
	bool finished;
	char hex[65];
};

static int execute(struct order *o)
{
	struct vt_sink *s = o->sink;
	switch (o->kind) {
	case DATA:
		return vt_fetch_file_add(&s->file, o->data, o->len);
	case RESTART:
		return vt_fetch_file_restart(&s->file);
	case PREFIX:
		return vt_fetch_file_prefix(&s->file, s->length);
	case FINISH:
		return vt_fetch_file_end(&s->file, o->sync, s->hex);
	}
	return 0;
}

static void finish_order(struct vt_sinks *all, struct order *o, int error)
{
	struct vt_sink *s = o->sink;
	if (error && !s->error)
		s->error = error;
	s->orders--;
	bool wake = error != 0;
	if (o->kind == FINISH)
		s->finished = wake = true;
	if (o->kind == DATA) {
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
		int error = failed ? 0 : execute(o);
		pthread_mutex_lock(&all->lock);
		finish_order(all, o, error);
	}
	pthread_mutex_unlock(&all->lock);
	return NULL;
}

/* Each sink may hold one buffer that is not full, so there must be more buffers
 * than sinks. */
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
			abort(); /* out of resources, as for memory */
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

static void enqueue(struct vt_sink *s, struct order *o)
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

static void enqueue_command(struct vt_sink *s, enum order_kind kind, bool sync)
{
	struct order *o = vt_alloc(sizeof(*o));
	o->kind = kind;
	o->sync = sync;
	enqueue(s, o);
}

struct vt_sink *vt_sink_open(struct vt_sinks *all, int fd, uint64_t length)
{
	struct vt_sink *s = vt_alloc(sizeof(*s));
	s->all = all;
	s->worker = &all->workers[all->next++ % THREADS];
	s->length = length;
	vt_fetch_file_start(&s->file, fd);
	enqueue_command(s, PREFIX, false);
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
	o->kind = DATA;
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
		enqueue(s, s->filling);
	s->filling = NULL;
}

void vt_sink_restart(struct vt_sink *s)
{
	vt_sink_flush(s);
	enqueue_command(s, RESTART, false);
}

void vt_sink_finish(struct vt_sink *s, bool sync)
{
	vt_sink_flush(s);
	enqueue_command(s, FINISH, sync);
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
	vt_fetch_file_free(&s->file);
	free(s);
}
