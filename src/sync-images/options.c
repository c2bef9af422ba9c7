#include "options.h"

#include "mem.h"

static const struct vt_opt opts[] = {
	{"max", 0, "N", VT_OPT_INT, offsetof(struct options, max),
		"newest N versions of each product: shown by query, kept by "
		"publish"},
	{"json", 0, NULL, VT_OPT_FLAG, offsetof(struct options, json),
		"query: print a JSON array of items"},
	{"output-format", 'o', "FMT", VT_OPT_STR,
		offsetof(struct options, format),
		"query: print FMT for each item, %(key)s replaced"},
	{"product", 0, "NAME", VT_OPT_STR, offsetof(struct options, product),
		"publish: the product's name"},
	{"content-id", 0, "ID", VT_OPT_STR,
		offsetof(struct options, content_id),
		"publish: the stream it stands in"},
	{"set", 0, "KEY=VALUE", VT_OPT_STRV, offsetof(struct options, set),
		"publish: an attribute of the product"},
};

const struct vt_cli sync_cli = {
	.prog = "vt-sync",
	.usage = "query [--max N] [--json | -o FMT] DIR [FILTER]...\n"
		 "publish [--max N] [--set KEY=VALUE]... DIR ITEM=FILE...",
	.about =
		"Keep images in a simplestreams tree DIR, and find them there.",
	VT_CLI_OPTS(opts),
	.more = "A FILTER is key=value, key!=value, key~regex or key!~regex; "
		"all must hold.\n"
		"Published versions are named by date; what is published "
		"already stays as it is.",
};
