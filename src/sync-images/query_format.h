/* Formats of query: text with %(NAME)s or %(NAME)WIDTHs for attributes, as in
 * curtin's; %% is a percent sign; \n, \t and \\ are a newline, a tab and a
 * backslash. A format that does not end in a newline gets one.
 */
#ifndef SYNC_QUERY_FORMAT_H
#define SYNC_QUERY_FORMAT_H

#include "attr_names.h"

/** query_format_check() - check a format, and add the names that it uses
 * Errors: VT_USAGE, with what is wrong at which place */
int query_format_check(
	const char *format, struct attr_names *names, struct vt_err **err);

/** query_format_add() - append what a format makes of an item
 * @format: a valid one
 * @item: from entry_flat() */
void query_format_add(
	struct vt_str *out, const char *format, const json_t *item);

#endif
