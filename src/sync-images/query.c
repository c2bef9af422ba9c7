#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "mem.h"
#include "stream.h"
#include "sync.h"

static const char default_format[] =
	"%(product_name)s %(version_name)s %(item_name)s %(path)s";

/* Items that match, of the newest `max` versions of each product among them.
 * Items come version by version, newest first. */
static json_t *select_items(
	json_t *items, const struct filters *filters, long max)
{
	json_t *out = json_array();
	char *product = vt_strdup(""), *version = vt_strdup("");
	long versions = 0;
	size_t i;
	json_t *item;
	json_array_foreach(items, i, item)
	{
		if (!filters_match(filters, item))
			continue;
		char *p = item_text(item, "product_name");
		char *v = item_text(item, "version_name");
		bool same = !strcmp(p, product);
		if (!same)
			versions = 0;
		if (!same || strcmp(v, version))
			versions++;
		free(product);
		free(version);
		product = p;
		version = v;
		if (!max || versions <= max)
			json_array_append(out, item);
	}
	free(product);
	free(version);
	return out;
}

static void print_formatted(const json_t *item, const char *format)
{
	for (const char *s = format; *s;) {
		const char *end = strstr(s, ")s");
		if (s[0] != '%' || s[1] != '(' || !end) {
			putchar(*s++);
			continue;
		}
		VT_AUTO_FREE char *key =
			vt_strndup(s + 2, (size_t)(end - s - 2));
		VT_AUTO_FREE char *text = item_text(item, key);
		VT_AUTO_STR struct vt_str clean = VT_STR_INIT;
		vt_str_printable(&clean, text, strlen(text), false);
		fputs(vt_str_c(&clean), stdout);
		s = end + 2;
	}
	putchar('\n');
}

int sync_query(
	const struct options *o, char *const *operands, struct vt_err **err)
{
	if (!operands[0])
		return vt_err_set(err, VT_USAGE, "query: say which DIR");
	if (o->json && o->format)
		return vt_err_set(
			err, VT_USAGE, "query: say --json or -o, not both");
	AUTO_FILTERS struct filters filters = {0};
	if (filters_parse(&filters, operands + 1, err) < 0)
		return -1;
	VT_AUTO_JSON json_t *all = stream_items(operands[0], err);
	if (!all)
		return -1;
	VT_AUTO_JSON json_t *items = select_items(all, &filters, o->max);
	if (!json_array_size(items))
		return vt_err_set(
			err, VT_FAILED, "no item of '%s' matches", operands[0]);
	if (o->json) {
		json_dumpf(items, stdout, JSON_INDENT(1));
		putchar('\n');
		return 0;
	}
	size_t i;
	json_t *item;
	json_array_foreach(items, i, item)
		print_formatted(item, o->format ? o->format : default_format);
	return 0;
}
