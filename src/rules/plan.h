/* A test as it will run: keys of the definition, config, machine, installer
 * and images.
 *
 *	VT_AUTO_WORLD struct vt_world world = {0};
 *	VT_AUTO_PLAN struct vt_plan plan = {0};
 *	if (vt_world_init(&world, err) < 0) return -1;
 *	if (vt_plan_make(&plan, &world, test, err) < 0) return -1;
 *	vt_plan_write(&plan, "tests", &err);
 */
#ifndef VT_RULES_PLAN_H
#define VT_RULES_PLAN_H

#include "files.h"
#include "graph/graph.h"
#include "graph/statements.h"
#include "guest.h"
#include "images.h"
#include "installer.h"
#include "keys.h"
#include "known_issues.h"
#include "skip.h"
#include "tests.h"
#include "wired.h"

/* Shared by all plans. */
struct vt_world {
	struct vt_files files;
	struct vt_images images;
	struct vt_installers installers;
	struct vt_skips skips;
	struct vt_known_files known;
	struct vt_tests *tests; /* all tests, for disks_from; or NULL */
	char *apt_proxy;        /* NULL: none, or not determined yet */
	bool know_apt_proxy;
	char *cwd, *bindir; /* bindir: of the vt tools */
};

struct vt_plan {
	struct vt_world *world;
	const struct vt_test *test;
	struct vt_def def;            /* defaults filled in */
	char *conf_path;              /* NULL: no config */
	const struct vt_node *config; /* its root, after conf_replace */
	struct vt_graph storage, network;
	struct vt_wired wired; /* of the boot phase */
	struct vt_guest guest;
	const struct vt_installer *installer;
	bool speaks_curtin; /* the installer reads curtin's config format */
	char *success;      /* ERE */
	const struct vt_image_set *images, *target; /* target NULL: the same */
	char *skip;   /* reason to skip the test, or NULL */
	bool forgive; /* a failing phase is excused until a date */
	long install_timeout_s, boot_timeout_s;
	struct vt_strv inputs;   /* files that go into user-data */
	struct vt_strv programs; /* that `run` checks run */
};

/** vt_plan_make() - Errors: VT_USAGE with a position for invalid test files;
 * VT_HOST */
int vt_plan_make(struct vt_plan *plan, struct vt_world *world,
	const struct vt_test *test, struct vt_err **err);
void vt_plan_free(struct vt_plan *plan);
#define VT_AUTO_PLAN __attribute__((cleanup(vt_plan_free)))

/** vt_world_init() - initialize a zeroed struct; it must not be moved
 * afterwards */
int vt_world_init(struct vt_world *world, struct vt_err **err);
void vt_world_free(struct vt_world *world);
#define VT_AUTO_WORLD __attribute__((cleanup(vt_world_free)))

/** vt_plan_write() - write test.yaml and the phases' input files to DIR/NAME,
 * if changed
 * @topdir: NULL: only check for errors */
int vt_plan_write(
	struct vt_plan *plan, const char *topdir, struct vt_err **err);

/** vt_plan_show() - append the same as one YAML document: notes, and a key for
 * each file */
int vt_plan_show(struct vt_plan *plan, struct vt_str *out, struct vt_err **err);

/* One function for each file; fills the document's root. */
int vt_emit_test(struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err);
int vt_emit_pack(struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err);
int vt_emit_install(
	struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err);
int vt_emit_seed(struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err);
int vt_emit_boot(struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err);
int vt_emit_verify(
	struct vt_plan *plan, struct vt_doc *doc, struct vt_err **err);

/** vt_emit_planted() - the test whose disks it has, and which mounts keep what
 * is on them; after f->storage is set */
struct vt_verify_file;
void vt_emit_planted(const struct vt_plan *plan, struct vt_doc *doc,
	struct vt_verify_file *f);

/** vt_emit_rootfs() - file system type of a root image of this ftype; NULL: the
 * install environment cannot boot from it */
const char *vt_emit_rootfs(const char *ftype);

/** vt_emit_storage() - expected state of the storage config's devices; NULL:
 * none, because the installer does not carry it out */
struct vt_node *vt_emit_storage(struct vt_plan *plan, struct vt_doc *doc);
/** vt_emit_network() - the same of the network config's interfaces */
struct vt_node *vt_emit_network(struct vt_plan *plan, struct vt_doc *doc);
/** vt_emit_wire() - the wire of boot/vm.yaml, and its peer */
struct vt_vm;
void vt_emit_wire(struct vt_plan *plan, struct vt_doc *doc, struct vt_vm *vm);
/** vt_emit_reach() - the script that looks for what the config makes reachable;
 * NULL: none. Kept by `doc` */
const char *vt_emit_reach(const struct vt_plan *plan, struct vt_doc *doc);
/** vt_emit_reach_checks() - add the checks of what it finds */
void vt_emit_reach_checks(
	const struct vt_plan *plan, struct vt_doc *doc, struct vt_node *checks);
/** vt_plan_no_network() - why nothing is expected of the network config, or
 * NULL
 */
const char *vt_plan_no_network(const struct vt_plan *plan);
/** vt_command_has() - whether a command, a list of words or a text for the
 * shell, has a word */
bool vt_command_has(const struct vt_node *command, const char *word);
/** vt_plan_statements() - the statements of the config, once the two have
 * realised it: which checks answer them */
void vt_plan_statements(const struct vt_plan *plan, struct vt_statements *out);
/** vt_emit_storage_notes() - append what the config requires beside the
 * machine, and why nothing is expected of it */
void vt_emit_storage_notes(
	const struct vt_plan *plan, struct vt_doc *doc, struct vt_node *notes);

#endif
