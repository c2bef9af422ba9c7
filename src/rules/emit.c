/* test.yaml, boot/seed.yaml and verify.yaml; writing of all files. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "by_date.h"
#include "checks.h"
#include "output.h"
#include "plan.h"
#include "prompts.h"
#include "scripts.h"
#include "storage/extra.h"
#include "test/distro.h"
#include "test/phases.h"
#include "test/seed_file.h"
#include "test/test_file.h"
#include "test/verify_file.h"

int vt_emit_test(struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err)
{
	struct vt_node *keys = vt_node_map(doc);
	const struct vt_test_file f = {
		.test = plan->test->name,
		.source = plan->test->file,
		.kind = plan->test->keys ? VT_TEST_DEFINITION : VT_TEST_CONFIG,
		.config = plan->conf_path,
		.installer = plan->installer->path,
		.keys = keys,
	};
	(void)err;
	vt_def_emit(&plan->def, doc, keys);
	doc->root = vt_record_write(&vt_test_record, doc, &f);
	return 0;
}

static void add_script(
	struct vt_seed_file *f, const char *name, const char *content)
{
	struct vt_seed_script *script =
		vt_record_add(&f->scripts, &f->n_scripts, sizeof(*script));
	script->name = name;
	script->content = content;
}

/* `doc` owns their names. */
static void add_numbered(struct vt_seed_file *f, struct vt_doc *doc,
	const char *prefix, const struct vt_node *scripts)
{
	for (size_t i = 0; scripts && i < scripts->n; i++) {
		VT_AUTO_FREE char *name = vt_printf("%s-%zu", prefix, i + 1);
		add_script(f, vt_doc_keep(doc, name), scripts->items[i]->text);
	}
}

static void add_scripts(
	struct vt_seed_file *f, const struct vt_plan *plan, struct vt_doc *doc)
{
	const struct vt_def *def = &plan->def;
	const char *own = vt_distro(def->target_distro)->script;
	if (def->collect_scripts) {
		add_numbered(f, doc, "collect", def->collect_scripts);
	} else {
		add_script(f, "common", vt_script_for("common"));
		if (own)
			add_script(f, own, vt_script_for(own));
	}
	const char *reach = vt_emit_reach(plan, doc);
	if (reach)
		add_script(f, "reach", reach);
	if (def->disks_from)
		add_script(f, "planted", vt_script_for("planted"));
	add_numbered(f, doc, "extra", def->extra_collect_scripts);
}

int vt_emit_seed(struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err)
{
	VT_AUTO_SEED_FILE struct vt_seed_file f = {
		.test = plan->test->name,
		.cloudconf = plan->def.boot_cloudconf,
		.boots = plan->def.boots,
	};
	(void)err;
	add_scripts(&f, plan, doc);
	doc->root = vt_record_write(&vt_seed_record, doc, &f);
	return 0;
}

/* The scripts of which boot/seed.yaml has the text. */
static void name_scripts(const struct vt_plan *plan, struct vt_doc *doc,
	struct vt_verify_file *f)
{
	VT_AUTO_SEED_FILE struct vt_seed_file seed = {0};
	add_scripts(&seed, plan, doc);
	for (size_t i = 0; i < seed.n_scripts; i++)
		vt_strv_add(&f->collect_scripts, seed.scripts[i].name);
}

static const char *firmware(const struct vt_plan *plan)
{
	return plan->guest.firmware == VT_FW_BIOS ? "bios" : "uefi";
}

/* Attributes for `when` of checks. */
static struct vt_node *attributes(
	const struct vt_plan *plan, struct vt_doc *doc)
{
	struct vt_node *map = vt_node_map(doc);
	vt_def_emit(&plan->def, doc, map);
	vt_node_set_str(doc, map, "firmware", firmware(plan));
	vt_node_set_str(doc, map, "test", plan->test->name);
	return map;
}

/* boot_again in driver.sh counts them. */
static void add_boots_check(
	const struct vt_plan *plan, struct vt_doc *doc, struct vt_node *checks)
{
	if (plan->def.boots == 1)
		return;
	VT_AUTO_FREE char *line = vt_printf("%ld boots", plan->def.boots);
	vt_checks_add_line(doc, checks,
		&(struct vt_line_check){"boots",
			"facts are of the last of several boots",
			"vt-collect/boots", line});
}

int vt_emit_verify(
	struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err)
{
	const struct vt_def *def = &plan->def;
	struct vt_checks_for to = {doc, attributes(plan, doc), &plan->programs};
	struct vt_node *checks = vt_checks_emit(&to, def->verify, err);
	VT_AUTO_STATEMENTS struct vt_statements statements = {0};
	VT_AUTO_VERIFY_FILE struct vt_verify_file f = {
		.test = plan->test->name,
		.expected_failure = def->expected_failure,
		.success = plan->success,
		.skip = plan->skip,
		.grace = vt_node_text(def->grace),
		.strict = def->strict,
		.fatal = def->fatal_lines,
		.installer = {plan->installer->kind,
			plan->speaks_curtin && plan->conf_path},
		.target = {def->target_distro, def->target_release, def->arch,
			firmware(plan)},
		.fstab_expected = def->fstab_expected,
		.checks = checks,
	};
	if (!checks)
		return -1;
	vt_emit_reach_checks(plan, doc, checks);
	add_boots_check(plan, doc, checks);
	name_scripts(plan, doc, &f);
	if (vt_known_issues_fill(plan, &f, err) < 0)
		return -1;
	vt_inherited_fill(plan, doc, &f);
	vt_dates_fill(def->skip_by_date, doc, &f);
	vt_prompts_fill_verify(plan, doc, &f);
	f.storage = vt_emit_storage(plan, doc);
	f.network = vt_emit_network(plan, doc);
	vt_emit_planted(plan, doc, &f);
	f.storage_extra = vt_extra_write(&plan->storage, doc);
	vt_plan_statements(plan, &statements);
	/* the record frees the array, `statements` the texts */
	f.n_statements = statements.n;
	f.statements = statements.v;
	statements.v = NULL;
	doc->root = vt_record_write(&vt_verify_record, doc, &f);
	return 0;
}

/* The function for each vt_phases_input(). */
static const struct {
	const char *input;
	int (*emit)(
		struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err);
} emitters[] = {
	{"test.yaml", vt_emit_test},
	{"install/pack.yaml", vt_emit_pack},
	{"install/vm.yaml", vt_emit_install},
	{"boot/seed.yaml", vt_emit_seed},
	{"boot/vm.yaml", vt_emit_boot},
	{"verify.yaml", vt_emit_verify},
};

static int emit(const char *input, struct vt_plan *plan, struct vt_doc *doc,
	struct vt_err **err)
{
	for (size_t i = 0; i < VT_COUNT(emitters); i++)
		if (!strcmp(emitters[i].input, input))
			return emitters[i].emit(plan, doc, err);
	abort(); /* bug: an input without emitter */
}

/* Create the directories of the input files. */
static int make_dirs(const char *dir, struct vt_err **err)
{
	static const char *const none[] = {NULL};
	VT_AUTO_STRV struct vt_strv made = VT_STRV_INIT;
	const char *input;
	if (vt_output_dirs(dir, none, err) < 0)
		return -1;
	for (size_t i = 0; (input = vt_phases_input(i)); i++) {
		VT_AUTO_FREE char *name = vt_fs_dirname(input);
		VT_AUTO_FREE char *path = vt_fs_join(dir, name);
		if (vt_strv_has(&made, name))
			continue;
		vt_strv_add(&made, name);
		if (strchr(input, '/') && vt_output_dirs(path, none, err) < 0)
			return -1;
	}
	return 0;
}

int vt_plan_write(struct vt_plan *plan, const char *topdir, struct vt_err **err)
{
	const char *input;
	VT_AUTO_FREE char *dir =
		vt_printf("%s/%s", topdir ? topdir : "", plan->test->name);
	if (topdir && make_dirs(dir, err) < 0)
		return -1;
	for (size_t i = 0; (input = vt_phases_input(i)); i++) {
		VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
		VT_AUTO_FREE char *path = vt_fs_join(dir, input);
		if (emit(input, plan, doc, err) < 0 ||
			(topdir && vt_output_doc(path, doc, err) < 0))
			return -1;
	}
	return 0;
}

/* Whether a note "FILE:LINE:COLUMN: ..." is about the file. */
static bool is_of(const char *note, const char *file)
{
	return vt_str_starts(note, file) && note[strlen(file)] == ':';
}

/* Notes for --plan. */
static void add_notes(
	const struct vt_plan *plan, struct vt_doc *doc, struct vt_node *notes)
{
	const struct vt_files *files = &plan->world->files;
	const struct vt_node *c = plan->config;
	const char *missing = plan->images->missing;
	if (!missing && plan->target)
		missing = plan->target->missing;
	if (plan->skip) {
		VT_AUTO_FREE char *text =
			vt_printf("the test is skipped: %s", plan->skip);
		vt_node_push(doc, notes, vt_node_string(doc, text));
	}
	if (missing)
		vt_node_push(doc, notes, vt_node_string(doc, missing));
	for (size_t i = 0; plan->conf_path && i < files->notes.n; i++)
		if (is_of(files->notes.v[i], plan->conf_path))
			vt_node_push(doc, notes,
				vt_node_string(doc, files->notes.v[i]));
	for (size_t i = 0; i < plan->guest.notes.n; i++)
		vt_node_push(doc, notes,
			vt_node_string(doc, plan->guest.notes.v[i]));
	vt_emit_storage_notes(plan, doc, notes);
	if (!c || vt_node_get(c, "storage"))
		return;
	bool alone = !vt_node_get(c, "network") &&
		     !vt_node_get(c, "partitioning_commands") &&
		     !vt_node_get(c, "block-meta");
	vt_node_push(doc, notes,
		vt_node_string(doc,
			alone ? "the config is a fragment without storage and "
				"network: the test depends on the installer's "
				"defaults"
			      : "the config has no storage section: the "
				"installer chooses the layout of the first "
				"disk"));
}

int vt_plan_show(struct vt_plan *plan, struct vt_str *out, struct vt_err **err)
{
	const char *input;
	VT_AUTO_DOC struct vt_doc *all = vt_doc_new();
	struct vt_node *notes = vt_node_seq(all);
	add_notes(plan, all, notes);
	vt_node_set(all, all->root, "notes", notes);
	for (size_t i = 0; (input = vt_phases_input(i)); i++) {
		VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
		if (emit(input, plan, doc, err) < 0)
			return -1;
		vt_node_set(
			all, all->root, input, vt_node_copy(all, doc->root));
	}
	return vt_node_emit(all->root, out, err);
}
