/* vt-sync mirror: download a server's images. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "attr_names.h"
#include "commit.h"
#include "journal.h"
#include "mirror_none.h"
#include "progress.h"
#include "sync.h"
#include "transfer.h"

enum {
	KEEP_PARTS_S = 14 * 24 * 3600, /* partial downloads */
	/* Complete versions are committed during the downloads: at most every
	 * COMMIT_MS, and for at most 1/COMMIT_SHARE of the time. */
	COMMIT_MS = 250,
	COMMIT_SHARE = 10,
};

/* Debian architecture for a machine type of uname(2); the same table as
 * curtin's. */
static const struct {
	const char *machine, *arch;
} arches[] = {
	{"x86_64", "amd64"},
	{"i386", "i386"},
	{"i586", "i386"},
	{"i686", "i386"},
	{"aarch64", "arm64"},
	{"armv7l", "armhf"},
	{"armhf", "armhf"},
	{"ppc64le", "ppc64el"},
	{"s390x", "s390x"},
};

static const char default_kinds[] =
	"ftype~(boot-initrd|boot-kernel|root-tgz|squashfs)";

struct mirror {
	const struct options *o;
	struct tree tree;
	struct locks locks;
	struct vt_fetch *fetch;
	struct source source;
	struct catalog catalog;
	struct vt_filters filters;
	struct vt_strv texts; /* of the filters, as given and default ones */
	char *task;           /* hash of all that determines the result */
	long max;             /* versions per product */
	int signals;
};

static void mirror_free(struct mirror *m)
{
	vt_fetch_free(m->fetch);
	source_free(&m->source);
	catalog_free(&m->catalog);
	vt_filters_free(&m->filters);
	vt_strv_free(&m->texts);
	free(m->task);
	locks_release(&m->locks);
	tree_close(&m->tree);
	vt_closep(&m->signals);
}

/* A product that states no architecture fits every machine. Return: 0, also
 * for --arches '', which adds no filter; -1 */
static int arch_filter(struct mirror *m, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	struct utsname u;
	vt_str_add(&text, "arch~^(");
	for (size_t i = 0; i < m->o->arches.n; i++)
		vt_str_addf(&text, "%s%s", i ? "," : "", m->o->arches.v[i]);
	uname(&u);
	for (size_t i = 0; !m->o->arches.n && i < VT_COUNT(arches); i++)
		if (!strcmp(arches[i].machine, u.machine))
			vt_str_add(&text, arches[i].arch);
	if (vt_str_ends(text.s, "(") && m->o->arches.n)
		return 0;
	if (vt_str_ends(text.s, "("))
		return vt_err_set(err, VT_USAGE,
			"unknown machine type '%s': specify the architecture "
			"with --arches",
			u.machine);
	vt_str_add(&text, ")?$");
	vt_strv_take(&m->texts, vt_str_replace(text.s, ",", "|"));
	return 0;
}

/* The user's filters, and default ones for the architecture and the kinds of
 * items where the user gives none. */
static int read_filters(
	struct mirror *m, char *const *texts, struct vt_err **err)
{
	struct vt_filters *f = &m->filters;
	if (vt_filters_add(f, texts, err) < 0)
		return -1;
	for (; texts && *texts; texts++)
		vt_strv_add(&m->texts, *texts);
	size_t given = m->texts.n;
	if ((m->o->arches.n || !vt_filters_name(f, "arch")) &&
		arch_filter(m, err) < 0)
		return -1;
	if (!vt_filters_name(f, "ftype") && !vt_filters_name(f, "item_name"))
		vt_strv_add(&m->texts, default_kinds);
	return vt_filters_add(f, m->texts.v ? m->texts.v + given : NULL, err);
}

/* Hash everything but the metadata that the result depends on: when the last
 * sync had the same hash and metadata, there is nothing to do. */
static void hash_task(struct mirror *m)
{
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	char hex[65];
	struct stat st = {0};
	if (m->source.is_signed)
		stat(m->source.keyring, &st);
	vt_str_addf(&text, "%ld %s %lld %lld %lld\n", m->max, m->source.keyring,
		(long long)st.st_size, (long long)st.st_mtim.tv_sec,
		(long long)st.st_mtim.tv_nsec);
	for (size_t i = 0; i < m->texts.n; i++)
		vt_str_addf(&text, "%s\n", m->texts.v[i]);
	vt_sha256_hex(text.s, text.len, hex);
	m->task = vt_strdup(hex);
}

static int prepare(struct mirror *m, char *const *operands, struct vt_err **err)
{
	long stall;
	if (!operands[0])
		return vt_err_set(err, VT_USAGE, "mirror: no directory given");
	m->max = m->o->max;
	if (!m->max && vt_setting_int("IMAGES_TO_KEEP", &m->max, err) < 0)
		return -1;
	if (vt_setting_int("IMAGE_STALL_TIMEOUT", &stall, err) < 0 ||
		read_filters(m, operands + 1, err) < 0 ||
		tree_open(&m->tree, operands[0], true, err) < 0 ||
		source_open(&m->source, m->o, &m->tree, err) < 0)
		return -1;
	hash_task(m);
	m->signals = m->locks.signals = vt_signals_block(err);
	if (m->signals < 0 ||
		locks_exclude_writers(&m->locks, &m->tree, err) < 0)
		return -1;
	m->fetch = vt_fetch_new(&(struct vt_fetch_how){.jobs = m->o->jobs,
					.stall_s = stall,
					.signals = m->signals},
		err);
	if (!m->fetch || catalog_load(&m->catalog, &m->tree, err) < 0)
		return -1;
	m->source.local_streams = m->catalog.streams;
	return 0;
}

static int is_missing(const struct entry *e, void *ctx, struct vt_err **err)
{
	(void)err;
	const char *path = vt_json_str(e->item, "path");
	VT_AUTO_JSON json_t *size = entry_get(e, "size");
	return path && json_is_integer(size) &&
	       !tree_has(ctx, path, (uint64_t)json_integer_value(size));
}

static int check_filters(struct mirror *m, struct vt_err **err)
{
	AUTO_ATTR_NAMES struct attr_names names = {0};
	attr_names_of_filters(&names, &m->filters);
	if (names.open.n &&
		source_walk(&m->source, attr_names_visit, &names, err) < 0)
		return -1;
	return attr_names_check(&names, err);
}

static int make_plan(struct mirror *m, struct plan *p, struct vt_err **err)
{
	const char *id;
	json_t *unused;
	if (check_filters(m, err) < 0)
		return -1;
	plan_start(p, &m->tree, &m->catalog, &m->filters, m->max);
	json_object_foreach (m->source.streams, id, unused) {
		VT_AUTO_JSON json_t *head = source_head(&m->source, id, err);
		plan_stream(p, id, head);
		if (!head || source_products(
				     &m->source, id, plan_product, p, err) < 0)
			return -1;
	}
	if (!p->n_steps)
		return mirror_none(&m->source, &m->texts, err);
	return transfer_check_space(p, err);
}

static int explain_failures(struct mirror *m, int failures, struct vt_err **err)
{
	return vt_err_set(err, VT_HOST,
		"cannot download %d file%s: versions that need %s were not "
		"added to '%s', older versions are kept; run vt-sync again",
		failures, failures == 1 ? "" : "s",
		failures == 1 ? "it" : "them", m->tree.dir);
}

static void log_result(struct mirror *m, const struct commit_result *done,
	size_t files, uint64_t bytes)
{
	char size[20];
	if (!done->files && !done->added && !done->removed)
		vt_log_info("'%s' is up to date", m->tree.dir);
	else
		vt_log_info("'%s': downloaded %zu files (%s), added %zu "
			    "versions, removed %zu",
			m->tree.dir, files, progress_size(size, bytes),
			done->added, done->removed);
}

struct commits {
	struct mirror *m;
	struct plan *p;
	struct commit_result done;
	uint64_t due_ms;
};

static int commit_while(void *ctx, struct vt_err **err)
{
	struct commits *c = ctx;
	uint64_t start = vt_now_ms();
	if (start < c->due_ms)
		return 0;
	int rc =
		commit_ready(c->p, &c->m->catalog, &c->m->locks, &c->done, err);
	uint64_t pause = (vt_now_ms() - start) * COMMIT_SHARE;
	c->due_ms = vt_now_ms() + (pause > COMMIT_MS ? pause : COMMIT_MS);
	return rc;
}

/* Sync once, with the metadata fetched last.
 * Return: the number of files that could not be downloaded; -1 for an error */
static int sync_once(struct mirror *m, struct vt_err **err)
{
	AUTO_PLAN struct plan p = {0};
	struct commits c = {.m = m, .p = &p, .due_ms = vt_now_ms() + COMMIT_MS};
	size_t files;
	if (make_plan(m, &p, err) < 0)
		return -1;
	uint64_t bytes = plan_bytes(&p, &files);
	if (m->o->dry_run) {
		commit_print(&p);
		return 0;
	}
	int failures =
		transfer(&p, m->fetch, &m->source, commit_while, &c, err);
	if (failures < 0 ||
		commit(&p, &m->catalog, &m->locks, &c.done, err) < 0)
		return -1;
	log_result(m, &c.done, files, bytes);
	return failures;
}

/* The last sync did the same with the same metadata, and all files exist. */
static bool nothing_to_do(struct mirror *m)
{
	return !m->o->dry_run && source_is_done(&m->source, m->task) &&
	       catalog_walk(&m->catalog, is_missing, &m->tree, NULL) == 0;
}

static int mirror(struct mirror *m, struct vt_err **err)
{
	if (source_fetch(&m->source, m->fetch, err) < 0)
		return -1;
	if (nothing_to_do(m)) {
		vt_log_info("'%s' is up to date", m->tree.dir);
		return 0;
	}
	if (source_set_done(&m->source, NULL, err) < 0)
		return -1;
	int failures = sync_once(m, err);
	/* the server may have replaced files during the sync */
	if (failures > 0 && !m->source.offline) {
		if (source_fetch(&m->source, m->fetch, err) < 0)
			return -1;
		if (m->source.changed) {
			vt_log_info("the server published new metadata: "
				    "syncing again");
			failures = sync_once(m, err);
		}
	}
	if (failures < 0)
		return -1;
	if (failures > 0)
		return explain_failures(m, failures, err);
	if (m->o->dry_run)
		return 0;
	if (transfer_remove_old(&m->tree, KEEP_PARTS_S, err) < 0)
		return -1;
	return source_set_done(&m->source, m->task, err);
}

int sync_mirror(
	const struct options *o, char *const *operands, struct vt_err **err)
{
	__attribute__((cleanup(mirror_free))) struct mirror m = {.o = o,
		.tree = TREE_INIT,
		.locks = LOCKS_INIT,
		.source = SOURCE_INIT,
		.signals = -1};
	int rc = prepare(&m, operands, err);
	if (rc == 0)
		rc = mirror(&m, err);
	if (rc < 0)
		sync_end_by_signal(m.signals, *err);
	return rc;
}
