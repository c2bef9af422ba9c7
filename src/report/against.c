#include "against.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "data/record.h"
#include "packages.h"
#include "stages.h"
#include "test/pack_file.h"
#include "test/passed.h"
#include "test/phases.h"
#include "test/test_file.h"
#include "test/vm_file.h"

enum {
	MAX_FILE = 8 << 20,
	MAX_CHANGES = 60, /* of a group */
	MAX_TEXT = 160,
	SLOWER_MS = 3000, /* a stage whose duration says something */
};

struct pair {
	const char *from, *to; /* directories */
	struct changes *out;
};

static char *cut(const char *s)
{
	if (!s)
		return NULL;
	size_t len = strcspn(s, "\n"), kept = vt_utf8_cut(s, len, MAX_TEXT);
	VT_AUTO_FREE char *line = vt_strndup(s, kept);
	VT_AUTO_FREE char *clean = vt_result_clean(line, false);
	return vt_printf("%s%s", clean, s[kept] ? "…" : "");
}

static void add(const struct pair *p, const char *group, const char *what,
	const char *from, const char *to)
{
	struct changes *c = p->out;
	size_t same = 0;
	while (same < c->n && c->v[c->n - 1 - same].group == group)
		same++;
	if (same == MAX_CHANGES) {
		c->more++;
		return;
	}
	struct change *new = vt_record_add(&c->v, &c->n, sizeof(*new));
	*new = (struct change){group, cut(what), cut(from), cut(to)};
}

static void differ(const struct pair *p, const char *group, const char *what,
	const char *from, const char *to)
{
	if (!vt_str_eq(from, to))
		add(p, group, what, from, to);
}

static char *read_file(const char *dir, const char *name)
{
	struct stat st;
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	return vt_fs_read(path, MAX_FILE, NULL, NULL);
}

/* Scalars of two maps. */
static void compare_maps(const struct pair *p, const char *group,
	const struct vt_node *from, const struct vt_node *to)
{
	if (!from || !to || from->kind != VT_MAP || to->kind != VT_MAP)
		return;
	for (size_t i = 0; i < to->n; i++) {
		const struct vt_node *old =
			vt_node_get(from, to->keys[i]->text);
		if (old && vt_node_equal(old, to->items[i]))
			continue;
		VT_AUTO_STR struct vt_str a = VT_STR_INIT, b = VT_STR_INIT;
		if (old)
			vt_node_emit(old, &a, NULL);
		vt_node_emit(to->items[i], &b, NULL);
		add(p, group, to->keys[i]->text, old ? vt_str_c(&a) : NULL,
			vt_str_c(&b));
	}
	for (size_t i = 0; i < from->n; i++)
		if (!vt_node_get(to, from->keys[i]->text))
			add(p, group, from->keys[i]->text,
				vt_node_text(from->items[i])
					? vt_node_text(from->items[i])
					: "...",
				NULL);
}

static void compare_definitions(const struct pair *p)
{
	struct vt_test_file a = {0}, b = {0};
	VT_AUTO_DOC struct vt_doc *from =
		vt_record_load(&vt_test_record, p->from, "test.yaml", &a, NULL);
	VT_AUTO_DOC struct vt_doc *to =
		vt_record_load(&vt_test_record, p->to, "test.yaml", &b, NULL);
	if (from && to)
		compare_maps(p, "definition", a.keys, b.keys);
	vt_record_free(&vt_test_record, &a);
	vt_record_free(&vt_test_record, &b);
}

/* The lines between those at the begin and at the end that are the same. */
static bool compare_configs(const struct pair *p)
{
	VT_AUTO_STRV struct vt_strv a = VT_STRV_INIT, b = VT_STRV_INIT;
	VT_AUTO_FREE char *from = read_file(p->from, "install/config.yaml");
	VT_AUTO_FREE char *to = read_file(p->to, "install/config.yaml");
	size_t head = 0, tail = 0;
	if (!from || !to || !strcmp(from, to))
		return false;
	vt_str_split(from, '\n', &a);
	vt_str_split(to, '\n', &b);
	while (head < a.n && head < b.n && !strcmp(a.v[head], b.v[head]))
		head++;
	while (tail < a.n - head && tail < b.n - head &&
		!strcmp(a.v[a.n - 1 - tail], b.v[b.n - 1 - tail]))
		tail++;
	for (size_t i = head; i < a.n - tail || i < b.n - tail; i++) {
		VT_AUTO_FREE char *line = vt_printf("line %zu", i + 1);
		differ(p, "config", line, i < a.n - tail ? a.v[i] : NULL,
			i < b.n - tail ? b.v[i] : NULL);
	}
	return true;
}

static bool same_file(const struct pair *p, const char *name)
{
	char a[65] = "", b[65] = "";
	VT_AUTO_FREE char *from = vt_fs_join(p->from, name);
	VT_AUTO_FREE char *to = vt_fs_join(p->to, name);
	return vt_fs_sha256(from, a, NULL, NULL) < 0 ||
	       vt_fs_sha256(to, b, NULL, NULL) < 0 || !strcmp(a, b);
}

static void compare_installers(const struct pair *p, bool other_config)
{
	const struct vt_phase_row *row = vt_phases_named("pack");
	if (!other_config && !same_file(p, row->makes[0]))
		add(p, "installer", "packed installer", "another one",
			"this one");
}

static void compare_images(const struct pair *p)
{
	VT_AUTO_VM struct vt_vm a = VT_VM_INIT, b = VT_VM_INIT;
	const char *name = vt_phases_named("install")->inputs[0];
	if (vt_vm_read(&a, p->from, name, NULL) < 0 ||
		vt_vm_read(&b, p->to, name, NULL) < 0)
		return;
	for (size_t i = 0; i < a.n_images || i < b.n_images; i++) {
		const struct vt_vm_image *x =
			i < a.n_images ? &a.images[i] : NULL;
		const struct vt_vm_image *y =
			i < b.n_images ? &b.images[i] : NULL;
		const char *was = x ? x->item : NULL, *is = y ? y->item : NULL;
		if (x && y && vt_str_eq(was, is)) {
			was = x->sha256;
			is = y->sha256;
		}
		differ(p, "image",
			y ? vt_fs_basename(y->item) : vt_fs_basename(x->item),
			was, is);
	}
}

struct package_group {
	const struct pair *p;
	const char *group;
};

static void tell_package(
	void *arg, const char *name, const char *from, const char *to)
{
	const struct package_group *g = arg;
	add(g->p, g->group, name, from, to);
}

static void compare_packages(const struct pair *p)
{
	struct package_group image = {p, "packages of the image"},
			     target = {p, "packages of the target"};
	VT_AUTO_FREE char *was = vt_packages_of_image(p->from);
	VT_AUTO_FREE char *is = vt_packages_of_image(p->to);
	VT_AUTO_FREE char *a = was ? read_file("", was) : NULL;
	VT_AUTO_FREE char *b = is ? read_file("", is) : NULL;
	if (a && b)
		packages_compare(a, b, tell_package, &image);
	for (const char *const *f = vt_packages_facts; *f; f++) {
		VT_AUTO_FREE char *from = read_file(p->from, *f);
		VT_AUTO_FREE char *to = read_file(p->to, *f);
		if (from && to)
			packages_compare(from, to, tell_package, &target);
	}
}

static const struct stage *stage_named(const struct stages *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->v[i].name, name))
			return &s->v[i];
	return NULL;
}

static void compare_stages(const struct pair *p, const char *phase,
	const struct vt_phase_report *a, const struct vt_phase_report *b)
{
	AUTO_STAGES struct stages was, is;
	stages_of(a, p->from, false, &was);
	stages_of(b, p->to, false, &is);
	for (size_t i = 0; i < is.n; i++) {
		const struct stage *new = &is.v[i];
		const struct stage *old = stage_named(&was, new->name);
		uint64_t ms = new->to_ms - new->from_ms;
		uint64_t before = old ? old->to_ms - old->from_ms : 0;
		uint64_t more = ms > before ? ms - before : before - ms;
		if (!old || more < SLOWER_MS || more * 4 < before)
			continue;
		VT_AUTO_FREE char *what = vt_printf("%s: %s", phase, new->name);
		VT_AUTO_FREE char *from =
			vt_printf("%.1f s", (double)before / 1000);
		VT_AUTO_FREE char *to = vt_printf("%.1f s", (double)ms / 1000);
		add(p, "stages", what, from, to);
	}
}

static void compare_phase(const struct pair *p, const char *phase)
{
	VT_AUTO_REPORT struct vt_phase_report a = {0}, b = {0};
	if (vt_phase_report_read(&a, p->from, phase, NULL) < 0 ||
		vt_phase_report_read(&b, p->to, phase, NULL) < 0)
		return;
	VT_AUTO_FREE char *qemu = vt_printf("QEMU of %s", phase);
	VT_AUTO_FREE char *kernel = vt_printf("host's kernel of %s", phase);
	VT_AUTO_FREE char *accel = vt_printf("accelerator of %s", phase);
	/* reports of an older vt do not have the versions */
	if (a.qemu && b.qemu)
		differ(p, "host", qemu, a.qemu, b.qemu);
	if (a.host && b.host)
		differ(p, "host", kernel, a.host, b.host);
	differ(p, "host", accel, a.accel, b.accel);
	compare_stages(p, phase, &a, &b);
}

static const struct vt_check_result *check_named(
	const struct vt_result *r, const char *name, size_t hint)
{
	if (hint < r->checks.n && !strcmp(r->checks.v[hint].name, name))
		return &r->checks.v[hint];
	for (size_t i = 0; i < r->checks.n; i++)
		if (!strcmp(r->checks.v[i].name, name))
			return &r->checks.v[i];
	return NULL;
}

static char *answer(const struct vt_check_result *c)
{
	static const char *const words[] = {[VT_CHECK_NOT_OK] = "not ok: ",
		[VT_CHECK_OK] = "",
		[VT_CHECK_SKIP] = "skipped: "};
	return vt_printf("%s%s", words[c->status],
		c->found            ? c->found
		: *words[c->status] ? ""
				    : "ok");
}

/* The layout, and all else that was found. A phase's check has its duration. */
static void compare_checks(const struct pair *p, const struct vt_result *a,
	const struct vt_result *b)
{
	if (a->checks.n > 10000 || b->checks.n > 10000)
		return;
	for (size_t i = 0; i < b->checks.n; i++) {
		const struct vt_check_result *new = &b->checks.v[i];
		const struct vt_check_result *old =
			check_named(a, new->name, i);
		VT_AUTO_FREE char *is = answer(new);
		VT_AUTO_FREE char *was = old ? answer(old) : NULL;
		if (!old || new->status != old->status ||
			(new->expected && !vt_str_eq(was, is)))
			add(p, "found", new->name, was, is);
	}
}

void changes_find(const char *from, const char *to, struct changes *out)
{
	struct pair p = {from, to, out};
	const struct vt_phase_row *row;
	VT_AUTO_RESULT struct vt_result a = {0}, b = {0};
	*out = (struct changes){0};
	if (vt_result_read(from, &a, NULL) != 1)
		return;
	out->known = true;
	if (a.n_phases)
		out->when = vt_strdup(a.phases[0].started);
	if (vt_result_read(to, &b, NULL) == 1)
		differ(&p, "verdict", "verdict", a.status, b.status);
	compare_definitions(&p);
	compare_installers(&p, compare_configs(&p));
	compare_images(&p);
	compare_packages(&p);
	for (size_t i = 0; (row = vt_phases_at(i)); i++)
		if (row->console)
			compare_phase(&p, row->name);
	compare_checks(&p, &a, &b);
}

void changes_free(struct changes *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].what);
		free(c->v[i].from);
		free(c->v[i].to);
	}
	free(c->v);
	free(c->when);
	*c = (struct changes){0};
}

char *against_dir(const char *against, const struct row *row)
{
	if (vt_phases_is_test(against))
		return vt_strdup(against);
	return vt_fs_join(against, vt_fs_basename(row->dir));
}
