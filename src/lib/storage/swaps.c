#include "storage/swaps.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "storage/fstab.h"

enum { MAX_SWAPS = 10000 };

/* FILE TYPE KIB USED PRIORITY; the heading begins with no slash */
static void add_line(struct vt_swaps *out, const char *line)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	vt_str_words(line, " \t", &words);
	if (*line != '/' || words.n < 5 || out->n == MAX_SWAPS)
		return;
	vt_fstab_unescape(words.v[0]);
	out->v = vt_realloc(out->v, out->n + 1, sizeof(*out->v));
	out->v[out->n++] = (struct vt_swap_used){vt_strdup(words.v[0]),
		vt_strdup(words.v[4]),
		(uint64_t)strtoul(words.v[2], NULL, 10) << 10};
}

int vt_swaps_read(
	struct vt_swaps *out, const struct vt_facts *facts, struct vt_err **err)
{
	VT_AUTO_FREE char *text = NULL;
	char *rest = NULL;
	size_t len;
	int rc = facts->text(facts->arg, "proc-swaps", &text, &len, err);
	if (rc != 1)
		return rc;
	for (char *line = strtok_r(text, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest))
		add_line(out, line);
	return 1;
}

void vt_swaps_free(struct vt_swaps *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].name);
		free(s->v[i].priority);
	}
	free(s->v);
	*s = (struct vt_swaps){0};
}
