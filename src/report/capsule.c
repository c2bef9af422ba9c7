#include "capsule.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/settings.h"
#include "capsule_parts.h"
#include "test/phase_dir.h"
#include "test/phases.h"

enum { MAX_LINES = 10000 };

const char *capsule_keep(struct capsule *c, const char *fmt, ...)
{
	VT_AUTO_FREE char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	return vt_doc_keep(c->doc, text);
}

void capsule_leave(struct capsule *c, const char *name, const char *why)
{
	VT_AUTO_STR struct vt_str shown = VT_STR_INIT;
	vt_str_printable(&shown, name, strlen(name), false);
	if (c->file.left_out.n < MAX_LINES)
		vt_strv_addf(
			&c->file.left_out, "%s: %s", vt_str_c(&shown), why);
	else if (c->file.left_out.n == MAX_LINES)
		vt_strv_add(&c->file.left_out, "... and more");
}

void capsule_refuse(struct capsule *c, const char *phase, const char *needs)
{
	struct vt_capsule_refusal *r;
	if (!*phase)
		return;
	r = vt_record_add(&c->file.refused, &c->file.n_refused, sizeof(*r));
	r->phase = phase;
	r->needs = needs;
}

static void free_capsule(struct capsule *c)
{
	for (size_t i = 0; i < c->n_disks; i++)
		vt_tmp_discard(&c->disks[i]);
	free(c->disks);
	free(c->real);
	free(c->test);
	free(c->in);
	free(c->payload);
	vt_archive_free(c->archive);
	vt_secrets_free(&c->secrets);
	vt_strv_free(&c->from);
	vt_strv_free(&c->to);
	c->file.doc = NULL;
	vt_capsule_file_free(&c->file);
	vt_doc_free(c->doc);
}

static int begin(struct capsule *c, struct vt_err **err)
{
	c->real = realpath(c->dir, NULL);
	if (!c->real)
		return vt_err_errno(err, "cannot find '%s'", c->dir);
	c->test = vt_strdup(vt_fs_basename(c->real));
	if (!vt_str_valid_name(c->test))
		return vt_err_set(err, VT_USAGE,
			"'%s' is not a valid name of a test", c->test);
	c->in = vt_printf("%s" CAPSULE_END "/tests/%s", c->test, c->test);
	c->archive = vt_archive_new();
	c->doc = vt_doc_new();
	c->file.test = c->test;
	c->file.vt = VT_VERSION;
	if (vt_setting_source("IMAGE_SRC_URL")) {
		const char *url = vt_setting("IMAGE_SRC_URL");
		VT_AUTO_STR struct vt_str text = VT_STR_INIT;
		vt_secrets_text(&c->secrets, url, strlen(url), &text);
		c->file.images_from = capsule_keep(c, "%s", vt_str_c(&text));
	}
	/* in texts of vt, a path of the test's directory is relative to it */
	VT_AUTO_FREE char *own = vt_printf("%s/", c->real);
	vt_strv_add(&c->from, own);
	vt_strv_add(&c->to, "");
	return 0;
}

/* A line of the payload in user-data, which is base64, by which copies of it
 * are known. */
static char *payload_line(const char *path)
{
	enum { MAX = 512 << 20, LINE = 60 };
	VT_AUTO_FREE char *text = vt_fs_read(path, MAX, NULL, NULL);
	const char *at = text ? strstr(text, "base64 -d <<") : NULL;
	at = at ? strchr(at, '\n') : NULL;
	at = at ? at + strspn(at, "\n \t") : NULL;
	return at && strlen(at) > LINE ? vt_strndup(at, LINE) : NULL;
}

/* What vt-pack makes: the payload in user-data has the config. */
static int add_packed(struct capsule *c, struct vt_err **err)
{
	static const char *const configs[] = {
		"install/config.yaml.in", "install/config.yaml"};
	const struct vt_phase_row *row = vt_phases_named("pack");
	bool clean = true, first = true;
	for (size_t i = 0; i < VT_COUNT(configs); i++) {
		VT_AUTO_FREE char *path = vt_fs_join(c->real, configs[i]);
		VT_AUTO_FREE char *as =
			vt_printf("tests/%s/%s", c->test, configs[i]);
		if (!vt_fs_exists(path))
			continue;
		int rc = capsule_add_file(c, as, path, CAPSULE_OURS, err);
		if (rc < 0)
			return -1;
		/* the second is made of the first, with passwords of targets */
		clean &= rc == 1 || !first;
		first = false;
	}
	for (const char *const *f = row->makes; *f; f++) {
		VT_AUTO_FREE char *path = vt_fs_join(c->real, *f);
		VT_AUTO_FREE char *as = vt_printf("tests/%s/%s", c->test, *f);
		if (!vt_fs_exists(path))
			continue;
		if (!clean && !c->payload)
			c->payload = payload_line(path);
		if (!clean)
			capsule_leave(c, as, "its config has secrets");
		int rc =
			clean ? capsule_add_file(c, as, path, CAPSULE_FILE, err)
			      : 0;
		if (rc < 0)
			return -1;
		if (!clean || c->secrets.n)
			capsule_refuse(c, "install",
				capsule_keep(c,
					"secrets that were removed from '%s'",
					*f));
	}
	return 0;
}

/* What the phases left. */
static int add_outputs(struct capsule *c, struct vt_err **err)
{
	for (const char *const *f = vt_phases_results(); *f; f++)
		if (capsule_add_tree(c, *f, CAPSULE_LOG, err) < 0)
			return -1;
	if (capsule_add_tree(c, "history", CAPSULE_LOG, err) < 0 ||
		capsule_add_tree(c, VT_PHASES_LOGS, CAPSULE_LOG, err) < 0)
		return -1;
	return capsule_add_tree(
		c, vt_phases_named("collect")->data, CAPSULE_FILE, err);
}

/* Last, the files that say what all of it is. */
static int add_own(struct capsule *c, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_STR struct vt_str json = VT_STR_INIT, make = VT_STR_INIT,
				  readme = VT_STR_INIT;
	vt_node_emit_json(
		vt_record_write(&vt_capsule_record, doc, &c->file), &json);
	capsule_makefile(&c->file, &make);
	capsule_readme(&c->file, &readme);
	if (capsule_add_text(c, VT_CAPSULE_FILE, &json, CAPSULE_FILE, err) <
			0 ||
		capsule_add_text(
			c, CAPSULE_MAKEFILE, &make, CAPSULE_FILE, err) < 0)
		return -1;
	return capsule_add_text(c, CAPSULE_README, &readme, CAPSULE_FILE, err);
}

/* Secrets are told by the config, so that comes first. */
static int fill(struct capsule *c, struct vt_err **err)
{
	if (capsule_add_inputs(c, err) < 0 || add_packed(c, err) < 0 ||
		add_outputs(c, err) < 0 ||
		(vt_setting_bool("CAPSULE_DISKS") &&
			capsule_add_disks(c, err) < 0))
		return -1;
	return capsule_decide(c, err) < 0 ? -1 : add_own(c, err);
}

int capsule_write(const char *file, const char *dir, struct vt_err **err)
{
	__attribute__((cleanup(free_capsule))) struct capsule c = {
		.dir = dir, .secrets = VT_SECRETS_INIT};
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	VT_AUTO_CLOSE int lock = vt_phase_share(dir, err);
	if (lock < 0 || vt_fs_need_dir(file, err) < 0 || begin(&c, err) < 0 ||
		fill(&c, err) < 0 || vt_tmp_open(&t, file, 0644, err) < 0 ||
		vt_archive_tar_gz_fd(c.archive, t.fd, err) < 0)
		return vt_err_wrap(err, "no capsule was written");
	return vt_tmp_commit(&t, err);
}
