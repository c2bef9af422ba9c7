/* What the parts of a capsule's writer share. */
#ifndef VT_CAPSULE_PARTS_H
#define VT_CAPSULE_PARTS_H

#include <stdint.h>

#include "base/tmp.h"
#include "capsule.h"
#include "data/secrets.h"
#include "image/archiver.h"

struct capsule {
	const char *dir; /* of the test */
	char *real;      /* the same, absolute */
	char *test;      /* its name */
	char *in;        /* NAME.capsule/tests/NAME */
	struct vt_archive *archive;
	size_t bytes, members;
	struct vt_secrets secrets;
	char *payload; /* a line of the payload, if that has secrets */
	struct vt_capsule_file file;
	struct vt_doc *doc; /* owns the texts of `file` */
	/* paths of this host, and what they are called in the capsule */
	struct vt_strv from, to;
	struct vt_tmp *disks; /* images that are not written yet */
	size_t n_disks;
};

/* How a file gets into a capsule. */
enum capsule_kind {
	CAPSULE_FILE,    /* whole, or not at all */
	CAPSULE_PROGRAM, /* the same, executable */
	CAPSULE_LOG,     /* cut if it is long */
	CAPSULE_OURS,    /* a document of vt's: with paths of the capsule */
};

/** capsule_keep() - a copy of a text, as long as the capsule */
const char *capsule_keep(struct capsule *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** capsule_leave() - note that a file is left out, and why */
void capsule_leave(struct capsule *c, const char *name, const char *why);

/** capsule_refuse() - note that a phase cannot run again; the first reason
 * stays */
void capsule_refuse(struct capsule *c, const char *phase, const char *why);

/* capsule_files.c */

/** capsule_add_text() - add a member, below the capsule's directory */
int capsule_add_text(struct capsule *c, const char *name,
	const struct vt_str *text, enum capsule_kind kind, struct vt_err **err);
/** capsule_add_searched() - the same for a text whose secrets were replaced
 * since vt_secrets_next(), which is told */
int capsule_add_searched(struct capsule *c, const char *name,
	struct vt_str *text, enum capsule_kind kind, struct vt_err **err);
/** capsule_add_file() - add a file, without secrets; if it cannot be in the
 * capsule, it is left out
 * Return: 1 if it is there as it was, 0 if not, -1 */
int capsule_add_file(struct capsule *c, const char *name, const char *path,
	enum capsule_kind kind, struct vt_err **err);
/** capsule_add_tree() - the same for a directory of the test, with all that is
 * in it; a missing one is no error */
int capsule_add_tree(struct capsule *c, const char *name,
	enum capsule_kind kind, struct vt_err **err);

/* capsule_inputs.c */

/** capsule_add_inputs() - the definition, the config, and what the phases
 * read, with paths of the capsule */
int capsule_add_inputs(struct capsule *c, struct vt_err **err);

/* capsule_installer.c */

struct vt_pack_file;
/** capsule_installer() - name and checksum of the installer, if it is there */
void capsule_installer(struct capsule *c, const struct vt_pack_file *f);

/* capsule_disks.c */

/** capsule_add_disks() - the disks as sparse qcow2, and what belongs to them */
int capsule_add_disks(struct capsule *c, struct vt_err **err);

/* capsule_resume.c */

/** capsule_decide() - which phase ended the test, and where it is resumed */
int capsule_decide(struct capsule *c, struct vt_err **err);

#endif
