#include "images.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "data/json.h"
#include "test/distro.h"

enum { TIMEOUT_MS = 60000 };

static void set_free(struct vt_image_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		free(set->v[i].ftype);
		free(set->v[i].path);
		free(set->v[i].sha256);
	}
	free(set->v);
	free(set->question);
	free(set->missing);
	free(set);
}

void vt_images_free(struct vt_images *all)
{
	for (size_t i = 0; i < all->n; i++)
		set_free(all->v[i]);
	free(all->v);
}

const struct vt_image *vt_image_of(
	const struct vt_image_set *set, const char *ftype)
{
	for (size_t i = 0; i < set->n; i++)
		if (!strcmp(set->v[i].ftype, ftype))
			return &set->v[i];
	return NULL;
}

static void add_filter(struct vt_strv *argv, const char *key, const char *value)
{
	if (value)
		vt_strv_addf(argv, "%s=%s", key, value);
}

/* vt-sync query --json DIR os=... release=...
 * vt-sync mirror --max=N DIR os=... release=... */
static void command(const struct vt_images *all, const char *name,
	const struct vt_image_want *want, struct vt_strv *argv)
{
	vt_strv_take(argv, vt_fs_join(all->bindir, "vt-sync"));
	vt_strv_add(argv, name);
	/* a query is for all versions, since the newest may lack an item */
	if (!strcmp(name, "query"))
		vt_strv_add(argv, "--json");
	else if (*vt_setting("IMAGES_TO_KEEP"))
		vt_strv_addf(argv, "--max=%s", vt_setting("IMAGES_TO_KEEP"));
	vt_strv_add(argv, vt_setting("IMAGE_DIR"));
	add_filter(argv, "os", want->os);
	add_filter(argv, "release", want->release);
	add_filter(argv, "arch", want->arch);
	add_filter(argv, "krel", want->krel);
	add_filter(argv, "kflavor", want->kflavor);
	add_filter(argv, "subarch", want->subarch);
}

/* vt-sync query --json DIR os=... release=... ftype~^(a|b)$ */
static void question(const struct vt_images *all,
	const struct vt_image_want *want, struct vt_strv *argv)
{
	VT_AUTO_STR struct vt_str ftypes = VT_STR_INIT;
	command(all, "query", want, argv);
	vt_str_add(&ftypes, "ftype~^(");
	for (const char *const *f = want->ftypes; *f; f++)
		vt_str_addf(&ftypes, "%s%s", f == want->ftypes ? "" : "|", *f);
	vt_str_add(&ftypes, ")$");
	vt_strv_add(argv, ftypes.s);
}

static bool same_version(const json_t *a, const json_t *b)
{
	return !strcmp(vt_json_word(a, "version_name", ""),
		       vt_json_word(b, "version_name", "")) &&
	       !strcmp(vt_json_word(a, "product_name", ""),
		       vt_json_word(b, "product_name", ""));
}

static bool is_ftype(const json_t *item, const char *ftype)
{
	return !strcmp(vt_json_word(item, "ftype", ""), ftype) &&
	       *vt_json_word(item, "path", "");
}

/* The item with this ftype in the version of `of`. */
static const json_t *beside(
	const json_t *items, const json_t *of, const char *ftype)
{
	size_t i;
	json_t *item;
	json_array_foreach (items, i, item)
		if (same_version(item, of) && is_ftype(item, ftype))
			return item;
	return NULL;
}

static bool complete(
	const json_t *items, const json_t *of, const struct vt_image_want *want)
{
	for (const char *const *f = want->ftypes; *f; f++)
		if (!beside(items, of, *f))
			return false;
	return true;
}

/* Whether an image can be used by a test that asks for no subarchitecture: of
 * several, one may be for special hardware only. */
static bool is_generic(const json_t *item)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	vt_str_words(vt_json_word(item, "subarches", ""), ",", &words);
	return !words.n || vt_strv_has(&words, "generic");
}

/* Newer version, or the later product of the same one. */
static bool is_newer(const json_t *a, const json_t *b)
{
	int c = strcmp(vt_json_word(a, "version_name", ""),
		vt_json_word(b, "version_name", ""));
	return c > 0 ||
	       (c == 0 && strcmp(vt_json_word(a, "product_name", ""),
				  vt_json_word(b, "product_name", "")) > 0);
}

static void choose(struct vt_image_set *set, const json_t *items,
	const struct vt_image_want *want)
{
	VT_AUTO_FREE char *cwd = getcwd(NULL, 0);
	VT_AUTO_FREE char *dir =
		vt_fs_join(cwd ? cwd : ".", vt_setting("IMAGE_DIR"));
	const json_t *best = NULL;
	size_t i;
	json_t *item;
	json_array_foreach (items, i, item)
		if (is_ftype(item, want->ftypes[0]) &&
			complete(items, item, want) &&
			(want->subarch || is_generic(item)) &&
			(!best || is_newer(item, best)))
			best = item;
	for (const char *const *f = want->ftypes; best && *f; f++) {
		const json_t *one = beside(items, best, *f);
		set->v = vt_realloc(set->v, set->n + 1, sizeof(*set->v));
		set->v[set->n++] = (struct vt_image){
			vt_strdup(vt_json_word(one, "ftype", "")),
			vt_fs_join(dir, vt_json_word(one, "path", "")),
			vt_strdup(vt_json_word(one, "sha256", ""))};
	}
}

/* The goal of make that gets an image. */
static const char *goal_for(const struct vt_image_want *want)
{
	if (!vt_distro(want->os)->built_here)
		return "sync-images";
	return vt_str_eq(want->subarch, "networkd") ? "networkd-image"
						    : "image";
}

static char *why_missing(const struct vt_image_want *want, const char *reason)
{
	struct vt_str s = VT_STR_INIT;
	vt_str_addf(&s, "no image for os=%s release=%s arch=%s", want->os,
		want->release, want->arch);
	if (want->krel)
		vt_str_addf(&s, " krel=%s", want->krel);
	if (want->kflavor)
		vt_str_addf(&s, " kflavor=%s", want->kflavor);
	if (want->subarch)
		vt_str_addf(&s, " subarch=%s", want->subarch);
	vt_str_addf(&s, " in '%s'", vt_setting("IMAGE_DIR"));
	if (reason)
		vt_str_addf(&s, " (%s)", reason);
	vt_str_addf(&s, ": run 'make %s'", goal_for(want));
	return vt_str_take(&s);
}

/* With IMAGE_SYNC the mirror is updated first, once for each query; not for
 * images that are built here, which no server has. A failure is only a warning,
 * because the mirror may already have the images. */
static void sync_images(
	const struct vt_images *all, const struct vt_image_want *want)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_PROC struct vt_proc p = VT_PROC_INIT;
	VT_AUTO_ERR struct vt_err *why = NULL;
	if (!vt_setting_bool("IMAGE_SYNC") || vt_distro(want->os)->built_here)
		return;
	command(all, "mirror", want, &argv);
	const struct vt_spawn how = {.argv = argv.v};
	if (vt_proc_spawn(&p, &how, &why) < 0 || vt_proc_wait(&p, -1, &why) < 0)
		vt_log_warn("IMAGE_SYNC: %s", why->msg);
}

static int ask(struct vt_image_set *set, const struct vt_strv *argv,
	const struct vt_image_want *want, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	struct vt_run run = {
		.argv = argv->v, .timeout_ms = TIMEOUT_MS, .out = &out};
	/* the mirror is empty */
	VT_AUTO_FREE char *index =
		vt_fs_join(vt_setting("IMAGE_DIR"), "streams/v1");
	if (!vt_fs_is_dir(index)) {
		set->missing = why_missing(want, NULL);
		return 0;
	}
	int status = vt_proc_run(&run, err);
	if (status < 0)
		return -1;
	if (status > VT_FAILED) {
		VT_AUTO_FREE char *why =
			vt_printf("vt-sync query: exit status %d", status);
		set->missing = why_missing(want, why);
		return 0;
	}
	if (status == VT_FAILED) { /* no item matches */
		set->missing = why_missing(want, NULL);
		return 0;
	}
	json_error_t bad;
	VT_AUTO_JSON json_t *items =
		json_loadb(vt_str_c(&out), out.len, 0, &bad);
	if (!json_is_array(items))
		return vt_err_set(err, VT_HOST,
			"'vt-sync query' did not print a list of items");
	choose(set, items, want);
	if (!set->n)
		set->missing = why_missing(want, NULL);
	return 0;
}

const struct vt_image_set *vt_images_find(struct vt_images *all,
	const struct vt_image_want *want, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	question(all, want, &argv);
	vt_str_shjoin(&text, argv.v);
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i]->question, text.s))
			return all->v[i];
	struct vt_image_set *set = vt_alloc(sizeof(*set));
	set->question = vt_str_take(&text);
	sync_images(all, want);
	if (ask(set, &argv, want, err) < 0) {
		set_free(set);
		return NULL;
	}
	all->v = vt_realloc(all->v, all->n + 1, sizeof(struct vt_image_set *));
	all->v[all->n++] = set;
	return set;
}
