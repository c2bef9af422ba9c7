/* result.json, and the files that are generated from the same result. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/keeper.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/tmp.h"
#include "data/record.h"
#include "test/result.h"
#include "test/verdict.h"

static const char *const statuses[] = {
	[VT_CHECK_NOT_OK] = "not ok",
	[VT_CHECK_OK] = "ok",
	[VT_CHECK_SKIP] = "skip",
	NULL,
};

static const struct vt_member check_members[] = {
	{"name", VT_AS_TEXT(struct vt_check_result, name), .required = true,
		.doc = "Unique in the test and stable between runs"},
	{"status", VT_AS_WORD(struct vt_check_result, status, statuses),
		.required = true, .doc = "Result of the check"},
	{"expected", VT_AS_TEXT(struct vt_check_result, expected),
		.doc = "What was expected"},
	{"found", VT_AS_TEXT(struct vt_check_result, found),
		.doc = "What was found; for a skip, the reason"},
	{"detail", VT_AS_TEXT(struct vt_check_result, detail),
		.doc = "Additional lines, such as a program's output"},
	{"at", VT_AS_TEXT(struct vt_check_result, at),
		.doc = "file:line:column that requests the check"},
	{"why", VT_AS_TEXT(struct vt_check_result, why),
		.doc = "Purpose of the check, from the definition"},
	{"see", VT_AS_TEXT(struct vt_check_result, see),
		.doc = "File below the test's directory to look at"},
	{"host", VT_AS_BOOL(struct vt_check_result, host), .init = "false",
		.doc = "Whether the failure was caused by the host"},
	{"known", VT_AS_TEXT(struct vt_check_result, known),
		.doc = "The bug of a known failure, from known-issues.yaml, or "
		       "that the test is new (grace)"},
	{"excused", VT_AS_BOOL(struct vt_check_result, excused),
		.init = "false",
		.doc = "Whether the failure is known and does not count"},
	{"seconds", VT_AS_SECONDS(struct vt_check_result, ms),
		.doc = "Duration of the check or phase"},
	{0}};

static const struct vt_record check = {
	.name = "check", .members = check_members};

static const struct vt_member phase_members[] = {
	{"seconds", VT_AS_SECONDS(struct vt_result_phase, ms),
		.doc = "Duration of the phase"},
	{"outcome", VT_AS_TEXT(struct vt_result_phase, outcome),
		.doc = "How it ended"},
	{"exit", VT_AS_INT(struct vt_result_phase, exit), .max = 255,
		.doc = "Its exit status"},
	{"started", VT_AS_TEXT(struct vt_result_phase, started),
		.doc = "Start time, such as 2026-01-02T03:04:05Z"},
	{"cached", VT_AS_TEXT(struct vt_result_phase, cached),
		.doc = "The phase was taken from the cache, as it ended then: "
		       "its duration is no measurement of this run"},
	{0}};

static const struct vt_record phase = {
	.name = "phase", .members = phase_members};

static const struct vt_member unanswered_members[] = {
	{"statement", VT_AS_TEXT(struct vt_unanswered, statement),
		.required = true, .doc = "As in verify.yaml"},
	{"at", VT_AS_TEXT(struct vt_unanswered, at),
		.doc = "Its position: file:line:column"},
	{"reason", VT_AS_TEXT(struct vt_unanswered, reason),
		.doc = "Why no check has answered it"},
	{0}};

static const struct vt_record unanswered = {
	.name = "unanswered", .members = unanswered_members};

static const char *const known_states[] = {
	[VT_KNOWN_UNMATCHED] = "unmatched",
	[VT_KNOWN_MATCHED] = "matched",
	[VT_KNOWN_EXPIRED] = "expired",
	NULL,
};

static const struct vt_member known_members[] = {
	{"at", VT_AS_TEXT(struct vt_known_result, at), .required = true,
		.doc = "Its position: file:line:column"},
	{"bug", VT_AS_TEXT(struct vt_known_result, bug), .required = true,
		.doc = "The bug, or a link to it"},
	{"until", VT_AS_TEXT(struct vt_known_result, until),
		.doc = "Last day on which it applies"},
	{"state", VT_AS_WORD(struct vt_known_result, state, known_states),
		.required = true,
		.doc = "Whether it matched a failure of the test, or no longer "
		       "applies"},
	{0}};

static const struct vt_record known = {
	.name = "known_issues", .members = known_members};

static const struct vt_member note_members[] = {
	{"note", VT_AS_TEXT(struct vt_note, text), .required = true,
		.doc = "What was seen, in one line"},
	{"see", VT_AS_TEXT(struct vt_note, see),
		.doc = "File below the test's directory to look at"},
	{0}};

static const struct vt_record note = {.name = "notes", .members = note_members};

static const struct vt_member version_members[] = {
	{"name", VT_AS_TEXT(struct vt_version, name), .required = true,
		.doc = "vt, qemu, host_kernel, or image.ITEM"},
	{"value", VT_AS_TEXT(struct vt_version, value), .required = true,
		.doc = "Its version; of an image its path below IMAGE_DIR and "
		       "its checksum"},
	{0}};

static const struct vt_record version = {
	.name = "versions", .members = version_members};

static const struct vt_member result_members[] = {
	{"test", VT_AS_TEXT(struct vt_result, test), .required = true,
		.doc = "Name of the test"},
	{"status", VT_AS_TEXT(struct vt_result, status),
		.words = vt_verdict_words, .required = true,
		.doc = "The verdict"},
	{"exit", VT_AS_INT(struct vt_result, exit), .max = 255,
		.required = true,
		.doc = "Exit status that corresponds to the verdict"},
	{"cause", VT_AS_TEXT(struct vt_result, cause), .required = true,
		.doc = "Why, in one line; empty when the test passed"},
	{"see", VT_AS_TEXT(struct vt_result, see), .required = true,
		.doc = "File below the test's directory to look at"},
	{"phases", VT_AS_NAMED(struct vt_result, phases, n_phases, &phase),
		.required = true, .doc = "The phases that ran, in order"},
	{"checks", VT_AS_RECORDS(struct vt_result, checks.v, checks.n, &check),
		.max = 1000000, .required = true, .doc = "The checks"},
	{"statements", VT_AS_INT(struct vt_result, statements), .max = 1000000,
		.doc = "Number of statements of the config"},
	{"unanswered",
		VT_AS_RECORDS(struct vt_result, unanswered, n_unanswered,
			&unanswered),
		.max = 1000000, .doc = "Those that no check has answered"},
	{"known_issues",
		VT_AS_RECORDS(struct vt_result, known, n_known, &known),
		.doc = "The entries of known-issues.yaml for this test"},
	{"notes", VT_AS_RECORDS(struct vt_result, notes, n_notes, &note),
		.doc = "What the guest's consoles have that fails nothing, but "
		       "should be looked at"},
	{"versions",
		VT_AS_RECORDS(struct vt_result, versions, n_versions, &version),
		.doc = "What the test ran with"},
	{0}};

const struct vt_record vt_result_record = {.name = "result.json",
	.members = result_members,
	.format = 1,
	.doc = "Results of\n.Xr vt-verify 1 ;\nthe other result files "
	       "are generated from it."};

typedef void with_text(char **text, bool lines);

/* Call `act` for each text of a struct and its nested structs. */
static void each_text(const struct vt_record *rec, void *in, with_text *act)
{
	for (const struct vt_member *m = rec->members; m->key; m++) {
		char *member = (char *)in + m->offset;
		if (m->kind == VT_MEMBER_TEXT)
			act((char **)member, rec == &check);
		if (m->kind != VT_MEMBER_RECORDS && m->kind != VT_MEMBER_NAMED)
			continue;
		size_t n = *(size_t *)((char *)in + m->count);
		for (size_t i = 0; i < n; i++) {
			char *item = *(char **)member + i * m->size;
			if (m->kind == VT_MEMBER_NAMED)
				act((char **)item, false);
			each_text(m->record, item, act);
		}
	}
}

/* Replace the text of the document by an owned copy, safe to print. */
static void own(char **text, bool lines)
{
	if (*text)
		*text = vt_result_clean(*text, lines);
}

static void drop(char **text, bool lines)
{
	(void)lines;
	free(*text);
	*text = NULL;
}

void vt_result_free(struct vt_result *r)
{
	each_text(&vt_result_record, r, drop);
	vt_record_free(&vt_result_record, r);
	*r = (struct vt_result){0};
}

/* The verdict is in three places: one that was edited or damaged must not make
 * a run green. */
static int check_verdict(const struct vt_result *r, struct vt_err **err)
{
	if (strcmp(r->status, vt_verdict_word((int)r->exit)) != 0)
		return vt_err_set(err, VT_USAGE,
			"'status: %s' does not go with 'exit: %ld': run "
			"vt-verify again",
			r->status, r->exit);
	for (size_t i = 0; r->exit == VT_OK && i < r->checks.n; i++)
		if (r->checks.v[i].status == VT_CHECK_NOT_OK)
			return vt_err_set(err, VT_USAGE,
				"'status: passed', but the check '%s' is not "
				"ok: run vt-verify again",
				r->checks.v[i].name);
	for (size_t i = 0; i < r->checks.n; i++)
		if (r->checks.v[i].excused && !r->checks.v[i].known)
			return vt_err_set(err, VT_USAGE,
				"the check '%s' is excused, but not known: run "
				"vt-verify again",
				r->checks.v[i].name);
	return 0;
}

int vt_result_read(const char *dir, struct vt_result *r, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(dir, "result.json");
	struct vt_result read = {0};
	*r = read;
	if (!vt_fs_exists(path))
		return 0;
	VT_AUTO_DOC struct vt_doc *doc = vt_record_load(
		&vt_result_record, dir, "result.json", &read, err);
	if (!doc || check_verdict(&read, err) < 0) {
		vt_record_free(&vt_result_record, &read);
		return doc ? vt_err_wrap(err, "'%s'", path) : -1;
	}
	each_text(&vt_result_record, &read, own);
	*r = read;
	return 1;
}

/* The files of a result, while they have no names yet. */
enum { FILES = 3 };
struct set {
	char *names[FILES];
	struct vt_tmp files[FILES];
};

static void free_set(struct set *set)
{
	for (size_t i = 0; i < FILES; i++) {
		vt_tmp_discard(&set->files[i]);
		free(set->names[i]);
	}
}

/* Half a set is none: for a keeper, if we are killed between two names. */
static void all_or_none(const void *data)
{
	const struct set *set = data;
	size_t there = 0;
	for (size_t i = 0; i < FILES; i++)
		there += vt_fs_exists(set->names[i]);
	for (size_t i = 0; there < FILES && i < FILES; i++)
		unlink(set->names[i]);
}

static int write_text(struct set *set, size_t i, const char *dir,
	const char *name, const struct vt_str *text, struct vt_err **err)
{
	struct vt_tmp *t = &set->files[i];
	set->names[i] = vt_fs_join(dir, name);
	if (vt_tmp_open(t, set->names[i], 0644, err) < 0 ||
		vt_fs_write_all(t->fd, text->s, text->len, err) < 0)
		return vt_err_wrap(err, "cannot write '%s'", set->names[i]);
	return 0;
}

static int write_set(struct set *set, const char *dir,
	const struct vt_result *r, const char *shown, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	VT_AUTO_STR struct vt_str tap = VT_STR_INIT, xml = VT_STR_INIT,
				  json = VT_STR_INIT;
	vt_result_tap(r, shown, &tap);
	vt_result_junit(&r, 1, &xml);
	vt_node_emit_json(vt_record_write(&vt_result_record, doc, r), &json);
	if (write_text(set, 0, dir, "result.tap", &tap, err) < 0 ||
		write_text(set, 1, dir, "result.xml", &xml, err) < 0)
		return -1;
	return write_text(set, 2, dir, "result.json", &json, err);
}

int vt_result_write(const char *dir, const struct vt_result *r,
	const char *shown, struct vt_err **err)
{
	__attribute__((cleanup(free_set))) struct set set = {
		.files = {VT_TMP_INIT, VT_TMP_INIT, VT_TMP_INIT}};
	struct vt_keeper keeper = VT_KEEPER_INIT;
	if (write_set(&set, dir, r, shown, err) < 0 ||
		vt_keeper_start(&keeper, all_or_none, &set, err) < 0)
		return -1;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < FILES; i++) {
		rc = vt_tmp_commit(&set.files[i], err);
		vt_crash_test("results");
	}
	vt_keeper_end(&keeper);
	return rc;
}
