#include "test/capsule_file.h"

#include <string.h>

#include "base/mem.h"
#include "image/archiver.h"
#include "test/phases.h"
#include "test/verdict.h"

enum { MAX_LINES = 20000, MAX_TEXT = 4096 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz0123456789";

static int expect(const void *value, const struct vt_node *at,
	bool (*good)(const char *s), const char *what, struct vt_err **err)
{
	const char *text = *(const char *const *)value;
	if (!text || good(text))
		return 0;
	return vt_node_err(at, err, "expected %s", what);
}

static int name(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	return expect(value, at, vt_str_valid_name,
		"a name of letters, digits and ._+@-", err);
}

static bool is_phase(const char *s)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++)
		if (!strcmp(row->name, s))
			return true;
	return !strcmp(s, "-");
}

static int phase(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	return expect(value, at, is_phase, "the name of a phase, or '-'", err);
}

static bool is_sum(const char *s)
{
	return strlen(s) == 64 && s[strspn(s, "0123456789abcdef")] == '\0';
}

static int sum(const void *value, const struct vt_node *at, struct vt_err **err)
{
	return expect(value, at, is_sum, "64 hexadecimal digits", err);
}

/* A relative path of characters that are nothing special to make and sh. */
static bool is_path(const char *s)
{
	static const char others[] = "/._+@-";
	for (const char *p = s; *p; p++)
		if (!strchr(letters, *p) && !strchr(others, *p))
			return false;
	return *s != '-' && vt_archive_name_ok(s);
}

static int path(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	return expect(value, at, is_path, "a relative path", err);
}

static bool is_text(const char *s)
{
	return strlen(s) <= MAX_TEXT;
}

static int text(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	return expect(value, at, is_text, "at most 4096 bytes", err);
}

const char *const vt_capsule_starts[] = {
	"pack", "install", "boot", "collect", "verify", NULL};

static const struct vt_member image_members[] = {
	{"name", VT_AS_TEXT(struct vt_capsule_image, name), .required = true,
		.check = name, .doc = "Its name below images/"},
	{"path", VT_AS_TEXT(struct vt_capsule_image, path), .required = true,
		.check = text,
		.doc = "Where it was: below IMAGE_DIR, or on its host"},
	{"sha256", VT_AS_TEXT(struct vt_capsule_image, sha256), .check = sum,
		.doc = "Its checksum"},
	{0}};
static const struct vt_record image_record = {
	.name = "images", .members = image_members};

static const char *const formats[] = {"raw", "qcow2", NULL};

static const struct vt_member disk_members[] = {
	{"path", VT_AS_TEXT(struct vt_capsule_disk, path), .required = true,
		.check = path,
		.doc = "Its image below the test's directory; the capsule has "
		       "PATH.qcow2"},
	{"format", VT_AS_TEXT(struct vt_capsule_disk, format), .required = true,
		.words = formats, .doc = "Format of that image"},
	{0}};
static const struct vt_record disk_record = {
	.name = "disks", .members = disk_members};

static const struct vt_member refusal_members[] = {
	{"phase", VT_AS_TEXT(struct vt_capsule_refusal, phase),
		.required = true, .check = phase, .doc = "Name of the phase"},
	{"needs", VT_AS_TEXT(struct vt_capsule_refusal, needs),
		.required = true, .check = text,
		.doc = "What it needs, which the capsule does not have"},
	{"first", VT_AS_BOOL(struct vt_capsule_refusal, first), .init = "false",
		.doc = "Whether it needs it only if it is the first to run"},
	{0}};
static const struct vt_record refusal_record = {
	.name = "refused", .members = refusal_members};

#define T struct vt_capsule_file
static const struct vt_member installer_members[] = {
	{"name", VT_AS_TEXT(T, installer.name), .check = name,
		.doc = "Name of its command in the guest"},
	{"sha256", VT_AS_TEXT(T, installer.sha256), .check = sum,
		.doc = "Checksum of the file or, for a directory, of the "
		       "sorted list of its files and their checksums"},
	{0}};
static const struct vt_record installer_record = {
	.name = "installer", .members = installer_members};

static const struct vt_member members[] = {
	{"test", VT_AS_TEXT(T, test), .required = true, .check = name,
		.doc = "Name of the test"},
	{"vt", VT_AS_TEXT(T, vt), .required = true, .check = name,
		.doc = "Version of vt that made the capsule"},
	{"status", VT_AS_TEXT(T, status), .words = vt_verdict_words,
		.doc = "The verdict"},
	{"phase", VT_AS_TEXT(T, phase), .required = true, .check = phase,
		.doc = "Phase that ended the test; - if it passed"},
	{"resume", VT_AS_TEXT(T, resume), .required = true,
		.words = vt_capsule_starts,
		.doc = "Phase at which capsule.mk resumes the test"},
	{"images_from", VT_AS_TEXT(T, images_from), .check = text,
		.doc = "Where the images were downloaded from"},
	{"installer", VT_AS_GROUP(&installer_record),
		.doc = "The installer, which is in install/user-data"},
	{"images", VT_AS_RECORDS(T, images, n_images, &image_record),
		.max = 1000,
		.doc = "Images that the test needs; they are not in the "
		       "capsule"},
	{"disks", VT_AS_RECORDS(T, disks, n_disks, &disk_record), .max = 1000,
		.doc = "Disks that are in the capsule"},
	{"refused", VT_AS_RECORDS(T, refused, n_refused, &refusal_record),
		.max = 100, .doc = "Phases that cannot run again"},
	{"replaced", VT_AS_TEXTS(T, replaced), .max = MAX_LINES,
		.doc = "Files in which secrets were replaced by a marker"},
	{"left_out", VT_AS_TEXTS(T, left_out), .max = MAX_LINES,
		.doc = "Files that are not in the capsule, and why"},
	{0}};
const struct vt_record vt_capsule_record = {.name = VT_CAPSULE_FILE,
	.members = members,
	.format = 1,
	.doc = "Content of a capsule, by\n.Xr vt-report 1 ."};

int vt_capsule_file_read(
	struct vt_capsule_file *f, const char *dir, struct vt_err **err)
{
	f->doc = vt_record_load(
		&vt_capsule_record, dir, VT_CAPSULE_FILE, f, err);
	return f->doc ? 0 : -1;
}

void vt_capsule_file_free(struct vt_capsule_file *f)
{
	vt_record_free(&vt_capsule_record, f);
	vt_doc_free(f->doc);
}

const struct vt_capsule_refusal *vt_capsule_missing(
	const struct vt_capsule_file *f, const char *phase)
{
	const struct vt_phase_row *row, *start = vt_phases_named(phase);
	for (row = start; row->kind != VT_PHASE_VERIFIES; row++)
		for (size_t i = 0; i < f->n_refused; i++)
			if (!strcmp(f->refused[i].phase, row->name) &&
				(row == start || !f->refused[i].first))
				return &f->refused[i];
	return NULL;
}
