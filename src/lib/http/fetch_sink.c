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
	struct order *filling;     /* the caller's alone */
	struct vt_fetch_file file; /* the worker's */
	uint64_t have;
	/* under the lock */
	unsigned orders;
	int error;
	bool finished;
	char hex[65];
};

static int obey(struct order *o)
{
	struct vt_sink *s = o->sink;
	switch (o->what) {
	case DATA:
		return vt_fetch_file_add(&s->file, o->data, o->len);
	case RESTART:
		return vt_fetch_file_restart(&s->file);
	case PREFIX:
		return vt_fetch_file_prefix(&s->file, s->have);
	case FINISH:
		return vt_fetch_file_end(&s->file, o->sync, s->hex);
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
	s->have = have;
	vt_fetch_file_start(&s->file, fd);
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
	vt_fetch_file_free(&s->file);
	free(s);
}
