#include "http/webhook_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "data/json.h"
#include "http/webhook.h"

enum { MAX_NAME = 200 };

static char *clean(const char *name)
{
	struct vt_str b = VT_STR_INIT;
	vt_str_printable(
		&b, name, vt_utf8_cut(name, strlen(name), MAX_NAME), false);
	return vt_str_take(&b);
}

static void begin(struct vt_steps *s, size_t max, const char *name, double at)
{
	if (s->n == max)
		return;
	s->v = vt_realloc(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n++] =
		(struct vt_step){.name = clean(name), .start = at, .end = at};
}

/* The last step of this name that has not ended. */
static void finish(
	struct vt_steps *s, const char *name, double at, const char *result)
{
	VT_AUTO_FREE char *wanted = clean(name);
	for (size_t i = s->n; i-- > 0;) {
		struct vt_step *step = &s->v[i];
		if (step->ended || strcmp(step->name, wanted) != 0)
			continue;
		step->ended = true;
		step->end = at > step->start ? at : step->start;
		step->failed = !strcmp(result, "FAIL");
		return;
	}
}

static void take(struct vt_steps *s, size_t max, const json_t *event)
{
	const char *name = vt_json_str(event, "name");
	const char *type = vt_json_word(event, "event_type", "");
	const json_t *time = json_object_get(event, "timestamp");
	double at = json_number_value(time);
	/* to the year 2200: sums of such numbers are exact enough */
	if (!name || !json_is_number(time) || !isfinite(at) || at < 0 ||
		at > 7.3e9)
		return;
	if (!strcmp(type, "start"))
		begin(s, max, name, at);
	else if (!strcmp(type, "finish"))
		finish(s, name, at, vt_json_word(event, "result", ""));
}

void vt_steps_read(const char *path, size_t max, struct vt_steps *out)
{
	*out = (struct vt_steps){0};
	VT_AUTO_JSON json_t *all =
		vt_fs_exists(path)
			? vt_json_load(path, VT_WEBHOOK_MAX_SUM, NULL)
			: NULL;
	for (size_t i = 0; i < json_array_size(all); i++)
		take(out, max, json_array_get(all, i));
}

void vt_steps_free(struct vt_steps *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i].name);
	free(s->v);
	*s = (struct vt_steps){0};
}
