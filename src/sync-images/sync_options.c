#include "sync_options.h"

#include "base/mem.h"

#define AT(field) offsetof(struct options, field)

static const struct vt_opt opts[] = {
	{"source", 0, "URL", VT_OPT_STRV, AT(source),
		"mirror: the stream to mirror; used again, another server of "
		"the same stream (default: the setting IMAGE_SRC_URL)"},
	{"keyring", 0, "FILE", VT_OPT_STR, AT(keyring),
		"keys that sign the stream, as 'gpg --export' writes them "
		"(default: the setting IMAGE_SRC_KEYRING)"},
	{"unsigned", 0, NULL, VT_OPT_FLAG, AT(is_unsigned),
		"take a stream that nobody signed"},
	{"allow-rollback", 0, NULL, VT_OPT_FLAG, AT(allow_rollback),
		"mirror: take metadata that is older than what was seen"},
	{"max", 0, "N", VT_OPT_INT, AT(max),
		"newest N versions of each product: shown by query, kept by "
		"mirror and publish (default there: IMAGES_TO_KEEP)"},
	{"arches", 0, "ARCH,...", VT_OPT_STRV, AT(arches),
		"mirror: architectures (default: this machine's)"},
	{"jobs", 0, "N", VT_OPT_INT, AT(jobs),
		"mirror, verify: downloads at once (default: 8)"},
	{"dry-run", 0, NULL, VT_OPT_FLAG, AT(dry_run),
		"mirror: print what would be fetched and removed"},
	{"repair", 0, NULL, VT_OPT_FLAG, AT(repair),
		"verify: fetch what is broken"},
	{"json", 0, NULL, VT_OPT_FLAG, AT(json),
		"query: print a JSON array of items"},
	{"output-format", 'o', "FMT", VT_OPT_STR, AT(format),
		"query: print FMT for each item, %(key)s replaced"},
	{"product", 0, "NAME", VT_OPT_STR, AT(product),
		"publish: the product's name"},
	{"content-id", 0, "ID", VT_OPT_STR, AT(content_id),
		"publish: the stream it stands in"},
	{"set", 0, "KEY=VALUE", VT_OPT_STRV, AT(set),
		"publish: an attribute of the product"},
	{"sign", 0, "KEY", VT_OPT_STR, AT(sign),
		"publish: sign the streams with that key of gpg's"},
};

const struct vt_cli sync_cli = {
	.prog = "vt-sync",
	.usage = "mirror [--source URL]... [--max N] [--arches ARCH,...] DIR "
		 "[FILTER]...\n"
		 "query [--max N] [--json | -o FMT] DIR|URL [FILTER]...\n"
		 "verify [--repair] DIR\n"
		 "clean DIR\n"
		 "publish [--max N] [--sign KEY] [--set KEY=VALUE]... DIR "
		 "ITEM=FILE...\n"
		 "lock DIR -- COMMAND [ARGUMENT]...",
	.about =
		"Keep images in a simplestreams tree DIR, and find them there.",
	VT_CLI_OPTS(opts),
	.more = "A FILTER is key=value, key!=value, key~regex or key!~regex; "
		"all must hold.\n"
		"Published versions are named by date; what is published "
		"already stays as it is.",
};
