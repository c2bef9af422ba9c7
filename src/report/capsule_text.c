/* capsule.mk and README. All words in them that are not ours are checked by the
 * record of capsule.json, since capsule_open() writes the makefile again from
 * that; texts for people are printed by README only. */
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "capsule.h"
#include "data/secrets.h"
#include "test/phases.h"

/* Goals that a phase needs before it runs. */
static const char *before(const char *phase, bool first)
{
	if (!strcmp(phase, "pack"))
		return " installer";
	if (!strcmp(phase, "install"))
		return " images";
	if ((!strcmp(phase, "boot") || !strcmp(phase, "verify")) && first)
		return " disks";
	return "";
}

/* from-PHASE: it and all after it, or why not. */
static void add_start(
	const struct vt_capsule_file *f, const char *start, struct vt_str *out)
{
	const struct vt_capsule_refusal *no = vt_capsule_missing(f, start);
	const struct vt_phase_row *row = vt_phases_named(start);
	if (no) {
		vt_str_addf(out,
			"from-%s:\n\t@echo \"vt: the %s phase of '$(TEST)' "
			"cannot run here: README says what it needs%s\" >&2; "
			"exit 2\n",
			start, no->phase,
			strcmp(start, "verify") ? ". To verify again: make -f "
						  "capsule.mk from-verify"
						: "");
		return;
	}
	vt_str_addf(out, "from-%s:", start);
	for (bool first = true;; first = false, row++) {
		/* a seed is made for the boot */
		bool seed = first && !strcmp(row->name, "boot");
		vt_str_addf(out, "%s%s run-%s", before(row->name, first),
			seed ? " run-seed" : "", row->name);
		if (row->kind == VT_PHASE_VERIFIES)
			break;
	}
	vt_str_addc(out, '\n');
}

static void add_phases(struct vt_str *out)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++)
		vt_str_addf(out, "run-%s:\n\t$(vt)%s tests/$(TEST)\n",
			row->name, row->tool);
}

/* The last part of a path, or nothing if it could mean something to make or
 * sh. */
static const char *plain_base(const char *path)
{
	const char *base = vt_fs_basename(path);
	return vt_str_valid_name(base) ? base : "";
}

/* Images are found by their content, in files with a name that begins like
 * theirs. */
static void add_images(const struct vt_capsule_file *f, struct vt_str *out)
{
	vt_str_add(out,
		"\n# $(call image,NAME,SHA256,PATTERN)\n"
		"define image\n"
		"@f=$$(find -L '$(IMAGE_DIR)' -type f -name '$(3)' -exec "
		"sha256sum {} + "
		"2>/dev/null | \\\n"
		"\t\tsed -n 's/^$(2)  //p' | head -n 1); \\\n"
		"\tif [ -n \"$$f\" ]; then \\\n"
		"\t\tmkdir -p images && ln -sfn \"$$(realpath \"$$f\")\" "
		"images/$(1); \\\n"
		"\telse \\\n"
		"\t\techo \"vt: no file in '$(IMAGE_DIR)' is the image '$(1)' "
		"(sha256 $(2)): set IMAGE_DIR, or get it as README says\" >&2; "
		"exit 2; \\\n"
		"\tfi\n"
		"endef\n"
		"# The disks that an install phase makes are verified, too.\n"
		"images:\n"
		"\t@[ ! -e with-disks ] || cp with-disks/verify.yaml "
		"tests/$(TEST)/\n");
	for (size_t i = 0; i < f->n_images; i++) {
		const struct vt_capsule_image *image = &f->images[i];
		if (image->sha256)
			vt_str_addf(out, "\t$(call image,%s,%s,%s*)\n",
				image->name, image->sha256,
				plain_base(image->path));
		else
			vt_str_addf(out,
				"\t@[ -e images/%s ] || { echo \"vt: "
				"'images/%s' is missing: README says where it "
				"was\" >&2; exit 2; }\n",
				image->name, image->name);
	}
	vt_str_add(out, "\t@:\n");
}

static void add_disks(const struct vt_capsule_file *f, struct vt_str *out)
{
	vt_str_add(out, "disks:\n"
			"\t@[ -e tests/$(TEST)/disks ] || [ ! -e without-disks "
			"] || \\\n"
			"\t\tcp without-disks/verify.yaml tests/$(TEST)/\n");
	for (size_t i = 0; i < f->n_disks; i++) {
		const struct vt_capsule_disk *d = &f->disks[i];
		VT_AUTO_FREE char *path =
			vt_printf("tests/$(TEST)/%s", d->path);
		vt_str_addf(out,
			"\t@[ -e %s ] || qemu-img convert -q -O %s %s.qcow2 "
			"%s\n",
			path, d->format, path, path);
	}
	vt_str_add(out, "\t@:\n");
}

void capsule_makefile(const struct vt_capsule_file *f, struct vt_str *out)
{
	const struct vt_phase_row *row;
	vt_str_addf(out,
		"# Resumes the test '%s' at its %s phase:\n"
		"#\n"
		"#\tmake -f " CAPSULE_MAKEFILE "\n"
		"#\tmake -f " CAPSULE_MAKEFILE " from-PHASE\n"
		"#\n"
		"# IMAGE_DIR=DIR has the images, VT_BIN=DIR the tools if they "
		"are not in PATH.\n"
		"# Written by vt-report.\n"
		"TEST := %s\n",
		f->test, f->resume, f->test);
	vt_str_add(out,
		"VT_BIN ?=\n"
		"vt := $(if $(VT_BIN),$(VT_BIN)/)\n"
		"IMAGE_DIR := $(or $(VT_IMAGE_DIR),$(CURTIN_VMTEST_IMAGE_DIR),"
		"$(IMAGE_DIR),images)\n"
		"ifeq ($(wildcard tests/$(TEST)),)\n"
		"$(error there is no 'tests/$(TEST)': run make in the "
		"directory "
		"of the capsule)\n"
		"endif\n"
		".NOTPARALLEL:\n"
		".PHONY: resume images disks installer");
	for (const char *const *s = vt_capsule_starts; *s; s++)
		vt_str_addf(out, " from-%s", *s);
	for (size_t i = 0; (row = vt_phases_at(i)); i++)
		vt_str_addf(out, " run-%s", row->name);
	vt_str_addf(out, "\nresume: from-%s\n", f->resume);
	for (const char *const *s = vt_capsule_starts; *s; s++)
		add_start(f, *s, out);
	vt_str_addc(out, '\n');
	add_phases(out);
	add_images(f, out);
	add_disks(f, out);
	vt_str_add(out,
		"installer:\n"
		"\t@[ -n '$(INSTALLER)' ] || [ -e installer ] || { echo \"vt: "
		"INSTALLER=PATH is missing: the installer that README "
		"describes\" >&2; exit 2; }\n"
		"\t@[ -z '$(INSTALLER)' ] || ln -sfn '$(INSTALLER)' "
		"installer\n");
}

static void add_list(struct vt_str *out, const char *lead,
	const struct vt_strv *lines, const char *none)
{
	vt_str_addf(out, "\n%s\n\n", lines->n ? lead : none);
	for (size_t i = 0; i < lines->n; i++)
		vt_str_addf(out, "  %s\n", lines->v[i]);
}

static void add_how(const struct vt_capsule_file *f, struct vt_str *out)
{
	vt_str_addf(out,
		"The %s phase and those after it run again, on a machine with "
		"vt %s, by\n\n  make -f " CAPSULE_MAKEFILE "\n\n"
		"in this directory. Another phase first:\n\n",
		f->resume, f->vt);
	for (const char *const *s = vt_capsule_starts; *s; s++) {
		const struct vt_capsule_refusal *no = vt_capsule_missing(f, *s);
		vt_str_addf(out, "  make -f " CAPSULE_MAKEFILE " from-%s%s", *s,
			no ? "" : "\n");
		if (no)
			vt_str_addf(out,
				"\n    cannot run: the %s phase needs %s, not "
				"in "
				"this capsule\n",
				no->phase, no->needs);
	}
	vt_str_add(out, "\nThis runs what the sender of the capsule wrote, in "
			"guests and, for checks of the kind 'run', on this "
			"machine.\n");
}

static void add_images_text(const struct vt_capsule_file *f, struct vt_str *out)
{
	if (!f->n_images)
		return;
	vt_str_add(out, "\nThe install phase needs these images, which are "
			"looked up by their checksum below\nIMAGE_DIR:\n\n");
	for (size_t i = 0; i < f->n_images; i++)
		vt_str_addf(out, "  %s: %s\n    sha256 %s\n", f->images[i].name,
			f->images[i].path,
			f->images[i].sha256 ? f->images[i].sha256 : "unknown");
	if (f->images_from)
		vt_str_addf(out,
			"\nThey came from %s. To download one:\n\n"
			"  vt-sync mirror --source %s DIR sha256=SHA256\n",
			f->images_from, f->images_from);
	else
		vt_str_add(out,
			"\nOne that is missing is copied from the machine of "
			"the sender, or downloaded by\n\n"
			"  vt-sync mirror --source URL DIR sha256=SHA256\n");
}

static void add_installer_text(
	const struct vt_capsule_file *f, struct vt_str *out)
{
	if (!f->installer.sha256)
		return;
	vt_str_addf(out,
		"\nThe installer is '%s', sha256 %s,\nas packed in "
		"tests/%s/install/user-data. (Of a directory, that is the sum "
		"of\n\n  find . '(' -name .git -o -name __pycache__ ')' -prune "
		"-o -type f -print0 |\n    LC_ALL=C sort -z | xargs -0 "
		"sha256sum | sha256sum\n\nin it.)\n",
		f->installer.name, f->installer.sha256, f->test);
}

void capsule_readme(const struct vt_capsule_file *f, struct vt_str *out)
{
	VT_AUTO_FREE char *secrets = vt_secrets_help();
	vt_str_addf(out, "Capsule of the test '%s' of vt: %s", f->test,
		f->status ? f->status : "no result");
	if (strcmp(f->phase, "-") != 0)
		vt_str_addf(out, " in its %s phase", f->phase);
	vt_str_addf(out,
		"\n\n"
		"  tests/%s/    the test's directory, as described in "
		"vt-files(5):\n"
		"                 result.tap, logs/, collect/ (facts), inputs "
		"of the phases\n"
		"  definition/    the definition and the config, if they had "
		"absolute paths\n"
		"  capsule.json   what is in this file, for programs\n\n",
		f->test);
	add_how(f, out);
	add_images_text(f, out);
	add_installer_text(f, out);
	vt_str_add(out, f->n_disks
				? "\nThe disks are here as they were, with all "
				  "keys and passwords on them.\n"
				: "\nThe disks are not here: what only they "
				  "show is skipped when the test is verified\n"
				  "again.\n");
	add_list(out,
		"Secrets were replaced by " VT_SECRETS_MARKER
		" in these files (in verify.yaml, they are gone):",
		&f->replaced, "No secrets were found.");
	add_list(out, "These files were left out:", &f->left_out,
		"No file was left out.");
	vt_str_addf(out, "\nSecrets are:\n\n%s", secrets);
}
