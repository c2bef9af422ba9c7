/* Greedy algorithm: each combination starts with the first pair that is not
 * covered yet; on each other axis it takes the value that covers most new
 * pairs. The result is close to the minimum, and deterministic.
 */
#include "pairwise.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct cover {
	const size_t *sizes;
	size_t n;
	size_t *base; /* index of each axis's first value among all */
	size_t total;
	bool *done; /* total x total: pairs that are covered */
	size_t left;
};

static bool *met(const struct cover *c, size_t i, size_t v, size_t k, size_t w)
{
	size_t a = c->base[i] + v, b = c->base[k] + w;
	return &c->done[a < b ? a * c->total + b : b * c->total + a];
}

static void cover_open(struct cover *c)
{
	c->base = vt_calloc(c->n, sizeof(*c->base));
	for (size_t i = 0; i < c->n; i++) {
		c->base[i] = c->total;
		c->left += c->total * c->sizes[i];
		c->total += c->sizes[i];
	}
	c->done = vt_calloc(c->total, c->total * sizeof(*c->done));
}

/* The first pair that is not covered; there must be one. */
static void seed(const struct cover *c, size_t *row, bool *set)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = i + 1; k < c->n; k++)
			for (size_t v = 0; v < c->sizes[i]; v++)
				for (size_t w = 0; w < c->sizes[k]; w++) {
					if (*met(c, i, v, k, w))
						continue;
					row[i] = v;
					row[k] = w;
					set[i] = set[k] = true;
					return;
				}
}

/* The value of an axis that covers most new pairs with the row. */
static size_t best(
	const struct cover *c, const size_t *row, const bool *set, size_t axis)
{
	size_t value = 0, most = 0;
	for (size_t v = 0; v < c->sizes[axis]; v++) {
		size_t gain = 0;
		for (size_t i = 0; i < c->n; i++)
			gain += set[i] && !*met(c, i, row[i], axis, v);
		if (gain > most) {
			most = gain;
			value = v;
		}
	}
	return value;
}

static void mark(struct cover *c, const size_t *row)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = i + 1; k < c->n; k++) {
			bool *m = met(c, i, row[i], k, row[k]);
			c->left -= !*m;
			*m = true;
		}
}

size_t vt_pairwise(const size_t *sizes, size_t n, size_t max, size_t **rows)
{
	struct cover c = {.sizes = sizes, .n = n};
	size_t count = 0;
	*rows = NULL;
	cover_open(&c);
	/* a single axis has no pairs */
	size_t least = n == 1 ? sizes[0] : 1;
	while ((c.left || count < least) && count <= max) {
		*rows = vt_realloc(*rows, (count + 1) * n, sizeof(**rows));
		size_t *row = *rows + count * n;
		VT_AUTO_FREE bool *set = vt_calloc(n, sizeof(*set));
		memset(row, 0, n * sizeof(*row));
		if (n == 1)
			row[0] = count;
		else if (c.left)
			seed(&c, row, set);
		for (size_t i = 0; n > 1 && i < n; i++) {
			if (!set[i])
				row[i] = best(&c, row, set, i);
			set[i] = true;
		}
		mark(&c, row);
		count++;
	}
	free(c.base);
	free(c.done);
	return count <= max ? count : 0;
}
