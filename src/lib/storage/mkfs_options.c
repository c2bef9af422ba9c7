#include "storage/mkfs_options.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "storage/fstypes.h"

/* What an option says. */
enum form {
	VALUE,    /* nothing that a superblock shows */
	NUMBER,   /* a number, or a size in bytes with a unit */
	PERCENT,  /* of thousandths */
	WORD,     /* one of `words`, by its place */
	FEATURE,  /* a feature: 0 or 1; an option of this form has no value */
	FEATURES, /* a list of features, with ^ for those that are not set */
	LABEL,
	UUID,
	SUBS, /* a list of KEY=VALUE, each with its own row: OPTION.KEY */
};

struct row {
	const char *family, *option;
	enum form form;
	const char *field; /* number or feature of the superblock; or, of what
			      is not seen, the reason */
	const char *const *words;
};

#define QUIET "it leaves no trace in the superblock"
#define ROUNDED "mkfs rounds it"
#define TREES "it is in the trees of the file system, which are not read"

static const char *const ext_errors[] = {
	"", "continue", "remount-ro", "panic", NULL};
static const char *const checksums[] = {
	"crc32c", "xxhash", "sha256", "blake2", NULL};

/* Source: the man pages of each mkfs. */
static const struct row rows[] = {
	{"ext", "-b", NUMBER, "block_size", NULL},
	{"ext", "-C", NUMBER, "cluster_size", NULL},
	{"ext", "-I", NUMBER, "inode_size", NULL},
	{"ext", "-g", NUMBER, "group_blocks", NULL},
	{"ext", "-G", NUMBER, "flex_groups", NULL},
	{"ext", "-r", NUMBER, "revision", NULL},
	{"ext", "-m", PERCENT, "reserved", NULL},
	{"ext", "-e", WORD, "errors", ext_errors},
	{"ext", "-O", FEATURES, NULL, NULL},
	{"ext", "-j", FEATURE, "has_journal", NULL},
	{"ext", "-L", LABEL, NULL, NULL},
	{"ext", "-U", UUID, NULL, NULL},
	{"ext", "-E", SUBS, NULL, NULL},
	{"ext", "-E.stride", NUMBER, "stride", NULL},
	{"ext", "-E.stripe_width", NUMBER, "stripe_width", NULL},
	{"ext", "-E.stripe-width", NUMBER, "stripe_width", NULL},
	{"ext", "-N", VALUE, ROUNDED, NULL},
	{"ext", "-i", VALUE, ROUNDED, NULL},
	{"ext", "-J", VALUE, "the journal is not read", NULL},
	{"ext", "-M", VALUE, "a mount replaces it", NULL},
	{"ext", "-T", VALUE, "its meaning is in mke2fs.conf", NULL},
	{"ext", "-t", VALUE, "the type is compared", NULL},
	{"ext", "-o", VALUE, QUIET, NULL},
	{"ext", "-d", VALUE, QUIET, NULL},
	{"ext", "-l", VALUE, QUIET, NULL},
	{"ext", "-z", VALUE, QUIET, NULL},
	{"xfs", "-b", SUBS, NULL, NULL},
	{"xfs", "-b.size", NUMBER, "block_size", NULL},
	{"xfs", "-s", SUBS, NULL, NULL},
	{"xfs", "-s.size", NUMBER, "sector_size", NULL},
	{"xfs", "-i", SUBS, NULL, NULL},
	{"xfs", "-i.size", NUMBER, "inode_size", NULL},
	{"xfs", "-i.sparse", FEATURE, "sparse", NULL},
	{"xfs", "-i.nrext64", FEATURE, "nrext64", NULL},
	{"xfs", "-i.projid32bit", FEATURE, "projid32bit", NULL},
	{"xfs", "-n", SUBS, NULL, NULL},
	{"xfs", "-n.ftype", FEATURE, "ftype", NULL},
	{"xfs", "-n.size", NUMBER, "directory_size", NULL},
	{"xfs", "-m", SUBS, NULL, NULL},
	{"xfs", "-m.crc", FEATURE, "crc", NULL},
	{"xfs", "-m.finobt", FEATURE, "finobt", NULL},
	{"xfs", "-m.rmapbt", FEATURE, "rmapbt", NULL},
	{"xfs", "-m.reflink", FEATURE, "reflink", NULL},
	{"xfs", "-m.bigtime", FEATURE, "bigtime", NULL},
	{"xfs", "-m.inobtcount", FEATURE, "inobtcount", NULL},
	{"xfs", "-m.uuid", UUID, NULL, NULL},
	{"xfs", "-d", SUBS, NULL, NULL},
	{"xfs", "-d.agcount", VALUE, ROUNDED, NULL},
	{"xfs", "-d.su", NUMBER, "stripe_unit", NULL},
	{"xfs", "-d.sw", NUMBER, "stripe_width", NULL},
	{"xfs", "-d.sunit", NUMBER, "stripe_sectors", NULL},
	{"xfs", "-l", SUBS, NULL, NULL},
	{"xfs", "-l.lazy-count", FEATURE, "lazy-count", NULL},
	{"xfs", "-L", LABEL, NULL, NULL},
	{"xfs", "-r", VALUE, QUIET, NULL},
	{"xfs", "-p", VALUE, QUIET, NULL},
	{"xfs", "-c", VALUE, QUIET, NULL},
	{"btrfs", "-n", NUMBER, "node_size", NULL},
	{"btrfs", "--nodesize", NUMBER, "node_size", NULL},
	{"btrfs", "-l", NUMBER, "node_size", NULL},
	{"btrfs", "-s", NUMBER, "sector_size", NULL},
	{"btrfs", "--sectorsize", NUMBER, "sector_size", NULL},
	{"btrfs", "--csum", WORD, "checksum", checksums},
	{"btrfs", "--checksum", WORD, "checksum", checksums},
	{"btrfs", "-M", FEATURE, "mixed-bg", NULL},
	{"btrfs", "--mixed", FEATURE, "mixed-bg", NULL},
	{"btrfs", "-O", FEATURES, NULL, NULL},
	{"btrfs", "--features", FEATURES, NULL, NULL},
	{"btrfs", "-R", FEATURES, NULL, NULL},
	{"btrfs", "--runtime-features", FEATURES, NULL, NULL},
	{"btrfs", "-L", LABEL, NULL, NULL},
	{"btrfs", "--label", LABEL, NULL, NULL},
	{"btrfs", "-U", UUID, NULL, NULL},
	{"btrfs", "--uuid", UUID, NULL, NULL},
	{"btrfs", "-d", VALUE, TREES, NULL},
	{"btrfs", "--data", VALUE, TREES, NULL},
	{"btrfs", "-m", VALUE, TREES, NULL},
	{"btrfs", "--metadata", VALUE, TREES, NULL},
	{"btrfs", "-b", VALUE, ROUNDED, NULL},
	{"btrfs", "--byte-count", VALUE, ROUNDED, NULL},
	{"btrfs", "-r", VALUE, QUIET, NULL},
	{"btrfs", "--rootdir", VALUE, QUIET, NULL},
	{"vfat", "-F", NUMBER, "bits", NULL},
	{"vfat", "-s", NUMBER, "cluster_sectors", NULL},
	{"vfat", "-S", NUMBER, "sector_size", NULL},
	{"vfat", "-R", VALUE, ROUNDED, NULL},
	{"vfat", "-f", NUMBER, "tables", NULL},
	{"vfat", "-r", VALUE, ROUNDED, NULL},
	{"vfat", "-M", NUMBER, "media", NULL},
	{"vfat", "-n", LABEL, NULL, NULL},
	{"vfat", "-i", UUID, NULL, NULL},
	{"vfat", "-h", VALUE, QUIET, NULL},
	{"vfat", "-D", VALUE, QUIET, NULL},
	{"vfat", "-b", VALUE, QUIET, NULL},
	{"vfat", "-m", VALUE, QUIET, NULL},
	{"swap", "-p", NUMBER, "page_size", NULL},
	{"swap", "--pagesize", NUMBER, "page_size", NULL},
	{"swap", "-L", LABEL, NULL, NULL},
	{"swap", "--label", LABEL, NULL, NULL},
	{"swap", "-U", UUID, NULL, NULL},
	{"swap", "--uuid", UUID, NULL, NULL},
	{"swap", "-v", VALUE, QUIET, NULL},
};

static const struct row *find(const char *family, const char *option)
{
	for (size_t i = 0; i < VT_COUNT(rows); i++)
		if (!strcmp(rows[i].family, family) &&
			!strcmp(rows[i].option, option))
			return &rows[i];
	return NULL;
}

const char *vt_mkfs_family(const char *fstype)
{
	const char *type = vt_fstype_mount_type(fstype);
	const char *family = vt_str_starts(type, "ext") ? "ext" : type;
	return vt_super_reads(family) ? family : NULL;
}

/* One option, as it is asked for: "-O ^ext_attr", "-m crc=0". */
struct option {
	const struct vt_mkfs_asked *asked;
	struct vt_mkfs_found *out;
	const char *shown;
};

static void item(struct vt_str *list, const char *shown, const char *more)
{
	VT_AUTO_FREE char *text =
		vt_printf("%s%s%s", shown, more ? ": " : "", more ? more : "");
	vt_str_item(list, ", ", text);
}

/* `found` is what is there instead, and is freed. */
static void judge(const struct option *o, bool same, char *found)
{
	item(same ? &o->out->right : &o->out->wrong, o->shown,
		same ? NULL : found);
	free(found);
}

static void unseen(const struct option *o, const char *why)
{
	item(&o->out->unseen, o->shown, why);
}

/* mkfs.xfs has blocks (b) and sectors (s), too. */
static bool parse_number(const char *text, uint64_t *n)
{
	char *end;
	if (vt_str_ends(text, "b") || vt_str_ends(text, "s"))
		return false;
	if (vt_str_starts(text, "0x")) {
		*n = strtoull(text, &end, 16);
		return !*end;
	}
	return isdigit((unsigned char)*text) &&
	       vt_parse_size(text, n, NULL) == 0;
}

static void judge_number(
	const struct option *o, const struct row *r, const char *value)
{
	uint64_t want, n;
	if (!parse_number(value, &want))
		unseen(o, "it is no number of bytes");
	else if (!vt_super_number(o->asked->super, r->field, &n))
		unseen(o, QUIET);
	else
		judge(o, n == want, vt_printf("%s is %" PRIu64, r->field, n));
}

/* Blocks are whole, so that it can be a little more or less. */
static void judge_percent(
	const struct option *o, const struct row *r, const char *value)
{
	uint64_t n = 0;
	char *end;
	double want = strtod(value, &end) * 10;
	if (*end || end == value ||
		!vt_super_number(o->asked->super, r->field, &n)) {
		unseen(o, "it is no percentage");
		return;
	}
	judge(o, (double)n >= want - 1.5 && (double)n <= want + 1.5,
		vt_printf("%s is %" PRIu64 ".%" PRIu64 " %%", r->field, n / 10,
			n % 10));
}

static void judge_word(
	const struct option *o, const struct row *r, const char *value)
{
	uint64_t n = UINT64_MAX, count = 0;
	const char *has = "unknown";
	bool known = false;
	vt_super_number(o->asked->super, r->field, &n);
	for (; r->words[count]; count++) {
		known |= vt_str_eq(r->words[count], value);
		if (count == n)
			has = r->words[count];
	}
	if (!known)
		unseen(o, "the word is unknown");
	else
		judge(o, vt_str_eq(has, value),
			vt_printf("%s is '%s'", r->field, has));
}

/* The kernel sets these on a file system that is mounted, when they are used
 * for the first time. */
static bool set_in_use(const char *name)
{
	static const char *const names[] = {"ext_attr", "large_file",
		"dir_nlink", "huge_file", "verity", "raid1c34", NULL};
	return vt_str_in(names, name);
}

static void judge_feature(const struct option *o, const char *name, bool want)
{
	const struct vt_super *s = o->asked->super;
	int has = vt_super_feature(s, name);
	/* mkfs.ext4 clears the older one */
	if (has == 0 && vt_str_eq(name, "uninit_bg"))
		has = vt_super_feature(s, "metadata_csum");
	if (has < 0)
		unseen(o, "the feature is unknown");
	else if (has && !want && set_in_use(name) &&
		 (s->mounted || !vt_str_eq(s->family->name, "ext")))
		unseen(o, "the kernel sets the feature when it is used");
	else
		judge(o, has == want,
			vt_printf("feature %s is %sset", name,
				has ? "" : "not "));
}

static void judge_features(const struct vt_mkfs_asked *a, const char *option,
	const char *value, struct vt_mkfs_found *out)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	vt_str_split(value, ',', &names);
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.v[i];
		VT_AUTO_FREE char *shown = vt_printf("%s %s", option, name);
		struct option o = {a, out, shown};
		if (vt_str_eq(name, "none") || vt_str_eq(name, ""))
			unseen(&o, "it names no feature");
		else
			judge_feature(&o, name + (*name == '^'), *name != '^');
	}
}

static void judge_text(
	const struct option *o, const char *found, const char *value, bool uuid)
{
	bool same = found &&
		    (uuid ? vt_uuid_same(found, value) : !strcmp(found, value));
	static const char *const made[] = {
		"clear", "random", "time", "generate", NULL};
	if (uuid && vt_str_in(made, value))
		unseen(o, "any UUID fits it");
	else
		judge(o, same, vt_printf("'%s'", found ? found : ""));
}

static void judge_row(
	const struct option *o, const struct row *r, const char *value)
{
	const struct vt_mkfs_asked *a = o->asked;
	switch (r->form) {
	case NUMBER:
		judge_number(o, r, value);
		break;
	case PERCENT:
		judge_percent(o, r, value);
		break;
	case WORD:
		judge_word(o, r, value);
		break;
	case FEATURE:
		judge_feature(o, r->field, strcmp(value, "0") != 0);
		break;
	case LABEL:
		judge_text(o, a->label, value, false);
		break;
	case UUID:
		judge_text(o, a->uuid, value, true);
		break;
	default:
		unseen(o, r->field ? r->field : QUIET);
	}
}

/* "crc=0,finobt=1" */
static void judge_subs(const struct vt_mkfs_asked *a, const char *option,
	const char *value, struct vt_mkfs_found *out)
{
	VT_AUTO_STRV struct vt_strv subs = VT_STRV_INIT;
	vt_str_split(value, ',', &subs);
	for (size_t i = 0; i < subs.n; i++) {
		const char *text = strchr(subs.v[i], '=');
		VT_AUTO_FREE char *shown =
			vt_printf("%s %s", option, subs.v[i]);
		VT_AUTO_FREE char *name = vt_printf("%s.%.*s", option,
			(int)strcspn(subs.v[i], "="), subs.v[i]);
		const struct row *r = find(vt_mkfs_family(a->fstype), name);
		struct option o = {a, out, shown};
		if (r)
			judge_row(&o, r, text ? text + 1 : "1");
		else
			unseen(&o, QUIET);
	}
}

static void judge_option(const struct vt_mkfs_asked *a, const struct row *r,
	const char *value, struct vt_mkfs_found *out)
{
	VT_AUTO_FREE char *shown =
		vt_printf("%s%s%s", r->option, *value ? " " : "", value);
	if (r->form == FEATURES)
		judge_features(a, r->option, value, out);
	else if (r->form == SUBS)
		judge_subs(a, r->option, value, out);
	else
		judge_row(&(struct option){a, out, shown}, r, value);
}

/* "--name=value", "--name value" */
static size_t judge_long(
	const struct vt_mkfs_asked *a, size_t i, struct vt_mkfs_found *out)
{
	const char *word = a->words[i], *equals = strchr(word, '=');
	VT_AUTO_FREE char *name = vt_strndup(word, strcspn(word, "="));
	const struct row *r = find(vt_mkfs_family(a->fstype), name);
	if (!r)
		unseen(&(struct option){a, out, word}, QUIET);
	else if (r->form == FEATURE)
		judge_option(a, r, "", out);
	else if (equals)
		judge_option(a, r, equals + 1, out);
	else
		judge_option(a, r, ++i < a->n ? a->words[i] : "", out);
	return i;
}

/* "-b 1024", "-b1024", "-qb 1024" */
static size_t judge_short(
	const struct vt_mkfs_asked *a, size_t i, struct vt_mkfs_found *out)
{
	for (const char *c = a->words[i] + 1; *c; c++) {
		char name[3] = {'-', *c, '\0'};
		const struct row *r = find(vt_mkfs_family(a->fstype), name);
		if (!r) {
			unseen(&(struct option){a, out, name}, QUIET);
		} else if (r->form == FEATURE) {
			judge_option(a, r, "", out);
		} else {
			const char *value = c[1]           ? c + 1
					    : i + 1 < a->n ? a->words[++i]
							   : "";
			judge_option(a, r, value, out);
			break;
		}
	}
	return i;
}

void vt_mkfs_judge(const struct vt_mkfs_asked *a, struct vt_mkfs_found *out)
{
	for (size_t i = 0; i < a->n; i++) {
		const char *word = a->words[i];
		if (vt_str_starts(word, "--"))
			i = judge_long(a, i, out);
		else if (word[0] == '-' && word[1])
			i = judge_short(a, i, out);
		else
			unseen(&(struct option){a, out, word},
				"it is no option");
	}
}

void vt_mkfs_free(struct vt_mkfs_found *f)
{
	vt_str_free(&f->right);
	vt_str_free(&f->wrong);
	vt_str_free(&f->unseen);
}
