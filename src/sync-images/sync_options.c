#include "sync_options.h"

#include "base/mem.h"

#define AT(field) offsetof(struct options, field)

static const struct vt_opt opts[] = {
	{"source", 0, "URL", VT_OPT_STRV, AT(source),
		"mirror: URL of the stream; repeat it for further servers of "
		"the same stream (default: the setting IMAGE_SRC_URL)"},
	{"keyring", 0, "FILE", VT_OPT_STR, AT(keyring),
		"binary keyring to verify signatures with, as written by 'gpg "
		"--export' (default: the setting IMAGE_SRC_KEYRING)"},
	{"unsigned", 0, NULL, VT_OPT_FLAG, AT(is_unsigned),
		"accept a stream that is not signed"},
	{"allow-rollback", 0, NULL, VT_OPT_FLAG, AT(allow_rollback),
		"mirror: accept metadata that is older than what was seen "
		"before"},
	{"max", 0, "N", VT_OPT_INT, AT(max),
		"query, mirror, publish: print or keep the newest N versions "
		"of each product (default: all for query, else the setting "
		"IMAGES_TO_KEEP)"},
	{"arches", 0, "ARCH,...", VT_OPT_STRV, AT(arches),
		"mirror: architectures to mirror; '' for all (default: this "
		"machine's)"},
	{"jobs", 0, "N", VT_OPT_INT, AT(jobs),
		"mirror, verify: number of parallel downloads (default: 8)"},
	{"dry-run", 0, NULL, VT_OPT_FLAG, AT(dry_run),
		"mirror: print what would be downloaded and removed, and do "
		"nothing"},
	{"repair", 0, NULL, VT_OPT_FLAG, AT(repair),
		"verify: download broken files again"},
	{"json", 0, NULL, VT_OPT_FLAG, AT(json),
		"query: print a JSON array of items"},
	{"output-format", 'o', "FMT", VT_OPT_STR, AT(format),
		"query: print FMT and a newline for each item; %(key)s is the "
		"attribute, %% a percent sign, \\n a newline, \\t a tab"},
	{"product", 0, "NAME", VT_OPT_STR, AT(product),
		"publish: name of the product (default: made of its "
		"attributes)"},
	{"content-id", 0, "ID", VT_OPT_STR, AT(content_id),
		"publish: id of the product's stream"},
	{"set", 0, "KEY=VALUE", VT_OPT_STRV, AT(set),
		"publish: set an attribute of the product; may be repeated"},
	{"sign", 0, "KEY", VT_OPT_STR, AT(sign),
		"publish: sign the streams with this gpg key"},
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
	.about = "mirror, publish, query and verify images in a simplestreams "
		 "tree DIR",
	VT_CLI_OPTS(opts),
	.more = "A FILTER is key=value, key!=value, key~regex or key!~regex. "
		"An item must match\nall of them.\n"
		"A published version is named by the date, and always the "
		"newest. Files of the\nnewest version are not published "
		"again.",
};
