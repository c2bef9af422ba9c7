/* The files of a capsule: what is searched, cut and left out. */
#include "capsule_parts.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/bounds.h"
#include "test/phases.h"

enum { MAX_DEPTH = 32 };

/* What shows nothing of its content: it cannot be searched. */
static const struct {
	const char *magic;
	size_t len;
	const char *what;
} opaque[] = {
	{"\x1f\x8b", 2, "compressed"},
	{"BZh", 3, "compressed"},
	{"\xfd"
	 "7zXZ",
		5, "compressed"},
	{"\x28\xb5\x2f\xfd", 4, "compressed"},
	{"\x04\x22\x4d\x18", 4, "compressed"},
	{"PK\x03\x04", 4, "compressed"},
	{"hsqs", 4, "a file system"},
	{"QFI\xfb", 4, "a disk image"},
	{"\x7f"
	 "ELF",
		4, "a program or a dump of memory"},
	{"LUKS\xba\xbe", 6, "an encrypted disk"},
	{"SQLite format 3", 15, "a database"},
};

static const char *opaque_kind(const char *data, size_t len)
{
	for (size_t i = 0; i < VT_COUNT(opaque); i++)
		if (len >= opaque[i].len &&
			!memcmp(data, opaque[i].magic, opaque[i].len))
			return opaque[i].what;
	return NULL;
}

int capsule_add_text(struct capsule *c, const char *name,
	const struct vt_str *text, enum capsule_kind kind, struct vt_err **err)
{
	VT_AUTO_FREE char *member =
		vt_printf("%s" CAPSULE_END "/%s", c->test, name);
	c->bytes += text->len;
	c->members++;
	return vt_archive_add_data(c->archive, member, vt_str_c(text),
		text->len, kind == CAPSULE_PROGRAM, err);
}

/* Whether a path ends here: not /root/curtin in /root/curtin-install.log. A
 * directory ends by its slash. */
static bool ends(const char *from, const char *rest)
{
	return vt_str_ends(from, "/") ||
	       !(isalnum((unsigned char)*rest) || strchr("_-+@.", *rest)) ||
	       !*rest;
}

/* Replace a path of this host. */
static void replace_path(struct vt_str *text, const char *from, const char *to)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	const char *at = vt_str_c(text), *hit, *start = at;
	size_t n = strlen(from);
	while ((hit = strstr(at, from))) {
		bool whole =
			ends(from, hit + n) && (hit == start || hit[-1] != '/');
		vt_str_addn(&out, at, (size_t)(hit - at));
		vt_str_add(&out, whole ? to : from);
		at = hit + n;
	}
	if (at == start)
		return;
	vt_str_add(&out, at);
	vt_str_free(text);
	*text = out;
	out = (struct vt_str)VT_STR_INIT;
}

static void replace_paths(const struct capsule *c, struct vt_str *text)
{
	for (size_t i = 0; i < c->from.n; i++)
		if (strcmp(c->from.v[i], c->to.v[i]) != 0)
			replace_path(text, c->from.v[i], c->to.v[i]);
}

static void tell_replaced(struct capsule *c, const char *name)
{
	VT_AUTO_STR struct vt_str what = VT_STR_INIT;
	const struct vt_secrets *s = &c->secrets;
	for (size_t i = 0; i < s->names.n; i++)
		vt_str_item(&what, ", ", s->names.v[i]);
	if (s->n)
		vt_strv_addf(
			&c->file.replaced, "%s: %zu (%s)", name, s->n, what.s);
}

int capsule_add_searched(struct capsule *c, const char *name,
	struct vt_str *text, enum capsule_kind kind, struct vt_err **err)
{
	if (kind == CAPSULE_OURS)
		replace_paths(c, text);
	tell_replaced(c, name);
	return capsule_add_text(c, name, text, kind, err);
}

/* A document by its values: what stands in a string may look like its end. The
 * key of a phase in the cache is no secret, and of no use elsewhere.
 * Return: whether it is one */
static bool search_doc(struct capsule *c, const char *name, const char *data,
	size_t len, struct vt_str *out)
{
	bool json = vt_str_ends(name, ".json");
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_parse(name, data, len, NULL);
	if (!doc)
		return false;
	if (vt_node_get(doc->root, "outcome") && vt_node_get(doc->root, "key"))
		vt_node_set_str(doc, doc->root, "key", "");
	vt_secrets_doc(&c->secrets, doc, VT_SECRETS_MARK);
	if (!c->secrets.n)
		vt_str_addn(out, data, len);
	else if (json)
		vt_node_emit_json(doc->root, out);
	else
		return vt_node_emit(doc->root, out, NULL) == 0;
	return true;
}

static void search(struct capsule *c, const char *name, enum capsule_kind kind,
	const char *data, size_t len, struct vt_str *out)
{
	bool doc = vt_str_ends(name, ".json") ||
		   (kind == CAPSULE_OURS && strstr(name, ".yaml"));
	vt_secrets_next(&c->secrets);
	if (doc && search_doc(c, name, data, len, out))
		return;
	vt_secrets_next(&c->secrets);
	vt_str_free(out);
	vt_secrets_text(&c->secrets, data, len, out);
}

/* The first and the last part of a long file, with a line in between. */
static int read_cut(const char *path, size_t size, size_t max,
	struct vt_str *out, struct vt_err **err)
{
	size_t head = max / 4, tail = max - head;
	VT_AUTO_FREE char *buf = vt_alloc(tail);
	VT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return vt_err_errno(err, "cannot read '%s'", path);
	ssize_t n = pread(fd, buf, head, 0);
	if (n > 0)
		vt_str_addn(out, buf, (size_t)n);
	vt_str_addf(
		out, "\n... %zu bytes were left out here ...\n", size - max);
	n = pread(fd, buf, tail, (off_t)(size - tail));
	if (n > 0)
		vt_str_addn(out, buf, (size_t)n);
	return 0;
}

/* Why a file is left out by what stat(2) says; NULL if it is not. */
static char *unfit(const struct capsule *c, const char *name,
	const struct stat *st, enum capsule_kind kind)
{
	const char *secret = vt_secret_file(name);
	size_t max = vt_bound(VT_BOUND_CAPSULE_FILE);
	size_t all = vt_bound(VT_BOUND_CAPSULE), size = (size_t)st->st_size;
	if (secret)
		return vt_printf("it is secret: %s", secret);
	if (!vt_archive_name_ok(name))
		return vt_strdup("its name is too long");
	if (!S_ISREG(st->st_mode))
		return vt_strdup("it is not a regular file");
	if (size > max && kind != CAPSULE_LOG)
		return vt_printf("it has %zu bytes, more than %zu", size, max);
	if (c->members >= vt_bound(VT_BOUND_CAPSULE_MEMBERS) ||
		c->bytes > all || (size < max ? size : max) > all - c->bytes)
		return vt_strdup("the capsule is full");
	return NULL;
}

/* Why a file is left out by its content; NULL if it is not. */
static char *unfit_content(
	const struct capsule *c, const char *data, size_t len, bool binary)
{
	const char *kind = opaque_kind(data, len);
	if (kind)
		return vt_printf("it is %s, which cannot be searched", kind);
	if (binary && c->secrets.n)
		return vt_strdup("it is binary, and has a secret");
	if (c->payload && memmem(data, len, c->payload, strlen(c->payload)))
		return vt_strdup("it has the payload, with a config that has "
				 "secrets");
	return NULL;
}

/* Pictures and captures are what they are. */
static bool is_shown(const char *name)
{
	return vt_str_ends(name, ".png") || vt_str_ends(name, ".pcapng");
}

int capsule_add_file(struct capsule *c, const char *name, const char *path,
	enum capsule_kind kind, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str data = VT_STR_INIT, out = VT_STR_INIT;
	size_t max = vt_bound(VT_BOUND_CAPSULE_FILE);
	struct stat st;
	if (lstat(path, &st) < 0)
		return vt_err_errno(err, "cannot read '%s'", path);
	VT_AUTO_FREE char *no = unfit(c, name, &st, kind);
	if (no) {
		capsule_leave(c, name, no);
		return 0;
	}
	if ((size_t)st.st_size > max) {
		if (read_cut(path, (size_t)st.st_size, max, &data, err) < 0)
			return -1;
		capsule_leave(c, name, "only its begin and its end are here");
	} else {
		size_t len = 0;
		char *text = vt_fs_read(path, max, &len, err);
		if (!text)
			return -1;
		data = (struct vt_str){text, len, len + 1};
	}
	bool binary = memchr(vt_str_c(&data), '\0', data.len);
	if (is_shown(name))
		return capsule_add_text(c, name, &data, kind, err) < 0 ? -1 : 1;
	search(c, name, kind, vt_str_c(&data), data.len, &out);
	VT_AUTO_FREE char *not =
		unfit_content(c, vt_str_c(&data), data.len, binary);
	if (not ) {
		capsule_leave(c, name, not );
		return 0;
	}
	if (binary)
		return capsule_add_text(c, name, &data, kind, err) < 0 ? -1 : 1;
	return capsule_add_searched(c, name, &out, kind, err) < 0
		       ? -1
		       : !c->secrets.n;
}

/* Reports of phases and results are vt's. */
static enum capsule_kind kind_of(const char *name, enum capsule_kind kind)
{
	const struct vt_phase_row *row;
	if (vt_str_in(vt_phases_results(), name))
		return CAPSULE_OURS;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *report = vt_phases_report(NULL, row->name);
		if (!strcmp(report, name))
			return CAPSULE_OURS;
	}
	return kind;
}

static int add_any(struct capsule *c, const char *name, enum capsule_kind kind,
	unsigned depth, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(c->real, name);
	VT_AUTO_FREE char *as = vt_printf("tests/%s/%s", c->test, name);
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	struct stat st;
	if (lstat(path, &st) < 0)
		return 0;
	if (!S_ISDIR(st.st_mode))
		return capsule_add_file(c, as, path, kind_of(name, kind), err) <
				       0
			       ? -1
			       : 0;
	if (depth == MAX_DEPTH) {
		capsule_leave(c, as, "its directory has too many levels");
		return 0;
	}
	if (vt_fs_list(path, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *sub = vt_printf("%s/%s", name, names.v[i]);
		if (add_any(c, sub, kind, depth + 1, err) < 0)
			return -1;
	}
	return 0;
}

int capsule_add_tree(struct capsule *c, const char *name,
	enum capsule_kind kind, struct vt_err **err)
{
	return add_any(c, name, kind, 0, err);
}
