/* The text of an index or of a products file, read so that one product at a
 * time is in memory.
 *
 *	json_t *head;
 *	if (stream_read(f, name, &head, visit, ctx, err) < 0) return -1;
 *
 * jansson takes hundreds of bytes for "{}": what a text would need is counted
 * before it is parsed, and a text is refused that needs more than a few MB
 * and five times its length.
 */
#ifndef SYNC_STREAM_READ_H
#define SYNC_STREAM_READ_H

#include <stdio.h>

#include "data/json.h"

struct product {
	const char *name;
	json_t *data;
};
typedef int stream_product(
	const struct product *p, void *ctx, struct vt_err **err);

/** stream_read()
 * @name: for messages
 * @head: all of it but its products; new reference; may be NULL
 * @visit: called for each product, in their order; NULL: they are passed over
 * Return: 0, or what a visit returned that was not 0
 * Errors: VT_USAGE with name:line:column */
int stream_read(FILE *f, const char *name, json_t **head, stream_product *visit,
	void *ctx, struct vt_err **err);

#endif
