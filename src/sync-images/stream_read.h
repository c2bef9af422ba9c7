/* A parser for index and products files that keeps one product at a time in
 * memory.
 *
 *	json_t *head;
 *	if (stream_read(f, name, &head, visit, ctx, err) < 0) return -1;
 *
 * jansson needs hundreds of bytes for "{}". So the memory for each value is
 * estimated before it is parsed; a value is refused when that exceeds 4 MiB
 * plus five times its length.
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

/** stream_read() - read a file from its current position to its end
 * @name: for messages
 * @head: set to the file without its products; new reference; may be NULL
 * @visit: called for each product, in file order; NULL: products are skipped
 * Return: 0, or the first result of a visit that is not 0
 * Errors: VT_USAGE with name:line:column */
int stream_read(FILE *f, const char *name, json_t **head, stream_product *visit,
	void *ctx, struct vt_err **err);

#endif
