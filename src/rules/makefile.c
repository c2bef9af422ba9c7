#include "makefile.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings_show.h"
#include "base/tmp.h"
#include "output.h"
#include "test/disk_users.h"
#include "test/phases.h"
#include "test/topdir.h"

int vt_make_word(struct vt_str *out, const char *name, struct vt_err **err)
{
	for (const char *s = name; *s; s++) {
		/* cannot be quoted in all contexts */
		if ((unsigned char)*s < ' ' || strchr(";|%*?[]~\\&", *s))
			return vt_err_set(err, VT_USAGE,
				"'%s': make does not support this file name",
				name);
		if (strchr(" #:", *s))
			vt_str_addc(out, '\\');
		if (*s == '$')
			vt_str_addc(out, '$');
		vt_str_addc(out, *s);
	}
	return 0;
}

/* A variable of file names, one per line. '=' is not special in a value. */
static int add_files(struct vt_str *out, const char *name,
	const struct vt_strv *files, struct vt_err **err)
{
	vt_str_addf(out, "%s :=", name);
	for (size_t i = 0; i < files->n; i++) {
		vt_str_add(out, " \\\n\t");
		if (vt_make_word(out, files->v[i], err) < 0)
			return -1;
	}
	vt_str_addc(out, '\n');
	return 0;
}

/* The same for words that need no quoting. */
static void add_words(
	struct vt_str *out, const char *name, const struct vt_strv *words)
{
	vt_str_addf(out, "%s :=", name);
	for (size_t i = 0; i < words->n; i++)
		vt_str_addf(out, " \\\n\t%s", words->v[i]);
	vt_str_addc(out, '\n');
}

static size_t installer_number(
	const struct vt_world *world, const struct vt_installer *in)
{
	size_t i = 0;
	while (world->installers.v[i] != in)
		i++;
	return i + 1;
}

/* Prerequisites of a phase other than files written by vt-rules. */
static int add_outside(struct vt_makefile *m, const struct vt_phase_row *row,
	const struct vt_plan *plan, struct vt_err **err)
{
	bool packs = row->outside == VT_OUTSIDE_INSTALLER;
	const struct vt_strv *files = packs ? &plan->inputs : &plan->programs;
	VT_AUTO_FREE char *dir = vt_fs_join(m->dir, plan->test->name);
	VT_AUTO_FREE char *stamp = vt_phases_stamp(row, dir);
	if (!packs && !files->n)
		return 0;
	if (add_files(&m->own, "vt_files", files, err) < 0)
		return -1;
	vt_str_addf(&m->own, "%s: $(vt_files)", stamp);
	if (packs)
		vt_str_addf(&m->own, " $(VT_INSTALLER_%zu)",
			installer_number(plan->world, plan->installer));
	vt_str_addc(&m->own, '\n');
	return 0;
}

/* The disks of another test must be finished. */
static void add_base(struct vt_makefile *m, const struct vt_plan *plan)
{
	const struct vt_phase_row *row = vt_phases_named("install");
	const char *base = plan->def.disks_from;
	if (!base)
		return;
	VT_AUTO_FREE char *dir = vt_fs_join(m->dir, plan->test->name);
	VT_AUTO_FREE char *other = vt_fs_join(m->dir, base);
	VT_AUTO_FREE char *stamp = vt_phases_stamp(row, dir);
	VT_AUTO_FREE char *need = vt_phases_stamp(row, other);
	vt_str_addf(&m->own, "%s: %s\nVT_BASE_%s := %s\n", stamp, need,
		plan->test->name, base);
	vt_strv_add(&m->users, plan->test->name);
	vt_strv_add(&m->bases, base);
}

/* Stamps dated in the future would hide each edit until then: remove them, and
 * those that depend on them. What they stand for is made again. */
static int drop_future_stamps(
	const struct vt_makefile *m, const char *test, struct vt_err **err)
{
	const struct vt_phase_row *row;
	VT_AUTO_FREE char *dir = vt_fs_join(m->dir, test);
	bool found = false;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *stamp = vt_phases_stamp(row, dir);
		bool future = vt_fs_in_future(stamp);
		if (future && !found)
			vt_log_warn("'%s' is dated in the future: the phase "
				    "and those after it will run again",
				stamp);
		found |= future;
		if (found && vt_fs_rmtree(stamp, err) < 0)
			return -1;
	}
	return 0;
}

int vt_make_test(
	struct vt_makefile *m, const struct vt_plan *plan, struct vt_err **err)
{
	const struct vt_phase_row *row;
	vt_strv_add(&m->tests, plan->test->name);
	if (drop_future_stamps(m, plan->test->name, err) < 0)
		return -1;
	if (plan->skip) {
		vt_strv_add(&m->skipped, plan->test->name);
		return 0;
	}
	m->n_run++;
	add_base(m, plan);
	for (size_t i = 0; (row = vt_phases_at(i)); i++)
		if (row->outside && add_outside(m, row, plan, err) < 0)
			return -1;
	return 0;
}

void vt_make_broken(struct vt_makefile *m, const struct vt_test *test)
{
	VT_AUTO_STR struct vt_str word = VT_STR_INIT;
	VT_AUTO_FREE char *dir = vt_fs_join(m->dir, test->name);
	VT_AUTO_FREE char *done =
		vt_phases_stamp(vt_phases_named("verify"), dir);
	vt_str_shquote(&word, test->file);
	VT_AUTO_FREE char *file = vt_str_replace(word.s, "$", "$$");
	vt_strv_add(&m->tests, test->name);
	vt_strv_add(&m->broken, test->name);
	vt_str_addf(&m->own,
		".PHONY: %s\n%s: | $(VT_BIN)/vt-rules\n"
		"\t$(call vt_stale,%s)$(Q)$(VT_BIN)/vt-rules --check "
		"--configs=%s\n"
		"\t$(Q)false\n",
		done, done, test->name, file);
}

/* "tests/%/PATH" */
static char *of_each(const struct vt_makefile *m, const char *path)
{
	return vt_printf("%s/%%/%s", m->dir, path);
}

static char *stamp_of_each(
	const struct vt_makefile *m, const struct vt_phase_row *row)
{
	VT_AUTO_FREE char *dir = vt_printf("%s/%%", m->dir);
	return vt_phases_stamp(row, dir);
}

static void add_inputs(const struct vt_makefile *m, struct vt_str *out,
	const struct vt_phase_row *row)
{
	for (const char *const *f = row->inputs; *f; f++) {
		VT_AUTO_FREE char *path = of_each(m, *f);
		vt_str_addf(out, " %s", path);
	}
}

/* Each phase needs vt-verify, which it runs on failure. Tools are order-only
 * prerequisites: rebuilding one does not re-run tests. */
static void add_recipe(const struct vt_makefile *m, struct vt_str *out,
	const struct vt_phase_row *row, const char *word)
{
	bool verifies = row->kind == VT_PHASE_VERIFIES;
	VT_AUTO_FREE char *upper = vt_strdup(word);
	for (char *s = upper; *s; s++)
		*s = (char)toupper((unsigned char)*s);
	vt_str_addf(out, " | $(VT_BIN)/%s%s\n", row->tool,
		verifies ? "" : " $(VT_BIN)/vt-verify");
	/* TAP is in result.tap; failures are printed to stderr */
	vt_str_addf(out, "\t%s$(call vt_phase,%-8s,$*,%s %s%s/$*%s)\n",
		verifies ? "$(call vt_stale,$*)" : "", upper, row->tool,
		verifies ? "--skip-is-done " : "", m->dir,
		verifies ? "$(vt_tap)" : "");
}

/* One phase of all tests. All stamps but the last are secondary: if a keep rule
 * removed one, the targets that depend on it stay up to date, and it is made
 * again when they must be remade. */
static void add_phase(const struct vt_makefile *m, struct vt_str *out,
	const struct vt_phase_row *row)
{
	VT_AUTO_FREE char *stamp = stamp_of_each(m, row);
	if (row->kind != VT_PHASE_VERIFIES)
		vt_str_addf(out, ".SECONDARY: $(VT_RUN:%%=%s)\n", stamp);
	vt_str_addf(out, "$(VT_RUN:%%=%s): %s:", stamp, stamp);
	for (const char *const *name = row->needs; *name; name++) {
		VT_AUTO_FREE char *need =
			stamp_of_each(m, vt_phases_named(*name));
		vt_str_addf(out, " %s", need);
	}
	add_inputs(m, out, row);
	add_recipe(m, out, row, row->name);
}

/* A skipped test: vt-verify only writes a result with the reason. */
static void add_skip(const struct vt_makefile *m, struct vt_str *out)
{
	const struct vt_phase_row *row = vt_phases_named("verify");
	VT_AUTO_FREE char *stamp = stamp_of_each(m, row);
	vt_str_addf(out, "$(VT_SKIPPED:%%=%s): %s:", stamp, stamp);
	add_inputs(m, out, row);
	add_recipe(m, out, row, "skip");
}

static void add_phases(const struct vt_makefile *m, struct vt_str *out)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; m->n_run && (row = vt_phases_at(i)); i++)
		add_phase(m, out, row);
	if (m->skipped.n)
		add_skip(m, out);
}

/* The list of an installer's files. Make watches the files and the list itself,
 * so that it also notices a removed file. */
static int add_installer(struct vt_str *out, const struct vt_installer *in,
	size_t number, const char *dir, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str list = VT_STR_INIT;
	VT_AUTO_FREE char *path =
		vt_printf("%s/" VT_TOPDIR_INSTALLER "%zu", dir, number);
	VT_AUTO_FREE char *name = vt_printf("VT_INSTALLER_%zu", number);
	if (in->built) {
		vt_str_addf(out, "%s := $(VT_BIN)/%s\n", name, in->name);
		return 0;
	}
	if (add_files(out, name, &in->files, err) < 0)
		return -1;
	for (size_t i = 0; i < in->files.n; i++)
		vt_str_addf(&list, "%s\n", in->files.v[i]);
	vt_str_addf(out, "%s += %s\n", name, path);
	return vt_output_text(path, &list, err);
}

/* Variables for mk/rules.mk. */
static void add_facts(const struct vt_makefile *m, struct vt_str *out,
	const struct vt_world *world)
{
	VT_AUTO_STRV struct vt_strv inputs = VT_STRV_INIT;
	VT_AUTO_STRV struct vt_strv settings = VT_STRV_INIT;
	const char *input;
	add_words(out, "VT_TESTS", &m->tests);
	add_words(out, "VT_SKIPPED", &m->skipped);
	add_words(out, "VT_BROKEN", &m->broken);
	/* mk/rules.mk says what vt_only is */
	vt_str_add(out, "VT_RUN := $(filter-out $(VT_SKIPPED) $(VT_BROKEN),"
			"$(or $(vt_only),$(VT_TESTS)))\n");
	add_words(out, "VT_USERS", &m->users);
	for (size_t i = 0; (input = vt_phases_input(i)); i++)
		vt_strv_add(&inputs, input);
	add_words(out, "VT_INPUTS", &inputs);
	vt_settings_of_tests(&settings);
	add_words(out, "VT_SETTINGS", &settings);
	/* which tests are skipped may depend on the date */
	if (world->skips.dated) {
		char day[32];
		vt_today(day);
		vt_str_addf(out, "VT_DAY := %s\n", day);
	}
}

/* Sorted, without duplicates. */
static void unique(struct vt_strv *to, struct vt_strv *from)
{
	vt_strv_sort(from);
	for (size_t i = 0; i < from->n; i++)
		if (!to->n || strcmp(to->v[to->n - 1], from->v[i]))
			vt_strv_add(to, from->v[i]);
}

/* Their dates decide once, as in mk/rules.mk. The last rule: a missing file is
 * a change, not an error. */
static int add_sources(struct vt_str *out, struct vt_world *world,
	const char *path, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	unique(&names, &world->files.deps);
	if (add_files(out, "vt_files", &names, err) < 0)
		return -1;
	vt_str_addf(out,
		"ifeq ($(MAKE_RESTARTS)$(vt_only),)\n%s: $(vt_files)\nendif\n"
		"$(vt_files):\n",
		path);
	return 0;
}

static int write_dated(const char *path, const struct vt_str *text,
	const struct timespec *when, struct vt_err **err)
{
	const struct timespec times[2] = {*when, *when};
	VT_AUTO_TMP struct vt_tmp t = VT_TMP_INIT;
	if (vt_tmp_open(&t, path, 0644, err) < 0)
		return -1;
	t.unsynced = true;
	if (vt_fs_write_all(t.fd, text->s, text->len, err) < 0)
		return vt_err_wrap(err, "'%s'", path);
	if (futimens(t.fd, times) < 0)
		return vt_err_errno(err, "cannot set the time of '%s'", path);
	return vt_tmp_commit(&t, err);
}

static int write_users(const struct vt_makefile *m, struct vt_err **err)
{
	for (size_t i = 0; i < m->tests.n; i++) {
		VT_AUTO_FREE char *dir = vt_fs_join(m->dir, m->tests.v[i]);
		VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
		for (size_t k = 0; k < m->bases.n; k++)
			if (!strcmp(m->bases.v[k], m->tests.v[i]))
				vt_strv_add(&names, m->users.v[k]);
		if (vt_disk_users_write(dir, &names, err) < 0)
			return -1;
	}
	return 0;
}

int vt_make_write(struct vt_makefile *m, struct vt_world *world,
	const struct timespec *began, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str s = VT_STR_INIT;
	VT_AUTO_FREE char *path = vt_fs_join(m->dir, VT_TOPDIR_RULES);
	if (write_users(m, err) < 0)
		return -1;
	vt_str_add(&s, "# Generated by vt-rules: do not edit.\n");
	add_facts(m, &s, world);
	for (size_t i = 0; i < world->installers.n; i++)
		if (add_installer(
			    &s, world->installers.v[i], i + 1, m->dir, err) < 0)
			return -1;
	add_phases(m, &s);
	vt_str_add(&s, vt_str_c(&m->own));
	if (add_sources(&s, world, path, err) < 0)
		return -1;
	return write_dated(path, &s, began, err);
}

void vt_makefile_free(struct vt_makefile *m)
{
	vt_strv_free(&m->tests);
	vt_strv_free(&m->skipped);
	vt_strv_free(&m->broken);
	vt_str_free(&m->own);
	vt_strv_free(&m->users);
	vt_strv_free(&m->bases);
}
