/* The iSCSI disks of a machine: targets and their CHAP accounts, on an iSCSI
 * server that vt starts or on one that the user provides.
 *
 *	VT_AUTO_ISCSI struct vt_iscsi s = VT_ISCSI_INIT;
 *	vt_iscsi_plan(&s, &machine, err);	choose names and passwords; or
 *	vt_iscsi_load(&s, &machine, "install/iscsi.yaml", err);
 *	vt_iscsi_start(&s, "install/tgt", err);	the disks' images must exist
 *	vt_iscsi_save(&s, "install/iscsi.yaml", err);
 *	vt_iscsi_fill(&s, text);		replace @VT_ISCSI_1@ in a config
 *	vt_iscsi_stop(&s);
 *
 * A target has one LUN, number 1, and CHAP in both directions, with the
 * accounts that the disk's configuration names, or with random ones. The
 * installed system keeps the accounts and the server's address in its
 * configuration, so the boot phase must load what the install phase saved.
 *
 * tgtadm takes passwords as command-line arguments, so other users of the host
 * can see them for some milliseconds. They are valid for one run of one test.
 */
#ifndef VT_ISCSI_H
#define VT_ISCSI_H

#include <stdbool.h>

#include "base/err.h"
#include "base/keeper.h"
#include "host/tgt.h"
#include "qemu/machine.h"

/* A CHAP account. Strings are owned. */
struct vt_iscsi_account {
	char *user, *password;
	bool random; /* generated for this target, not configured */
};

struct vt_iscsi_target {
	char *name; /* the target's IQN */
	char *disk; /* the image's path as written in the phase's vm.yaml */
	const char *path;
	long block_size; /* 0: the server's default */
	/* the initiator logs in with `in`; the target proves itself by `out` */
	struct vt_iscsi_account in, out;
};

struct vt_iscsi {
	struct vt_iscsi_target *targets;
	size_t n;
	struct vt_tgt tgt;
	bool own;   /* vt starts the server */
	long port;  /* for that server; 0: any free port */
	char *host; /* the server's address as seen by the guest */
	struct vt_keeper keeper;
};
#define VT_ISCSI_INIT                                                          \
	{                                                                      \
		.tgt = VT_TGT_INIT, .keeper = VT_KEEPER_INIT                   \
	}

/** vt_disk_is_iscsi() - whether the guest reaches the disk over iSCSI; such a
 * disk is not a device of the machine */
bool vt_disk_is_iscsi(const struct vt_disk *d);

/**
 * vt_iscsi_plan() - choose a target for each iSCSI disk, on the server that
 * CURTIN_VMTEST_ISCSI_PORTAL and TGT_IPC_SOCKET name, or else on one that vt
 * starts; does nothing when the machine has no iSCSI disk
 * Errors: VT_USAGE for a malformed portal or account, or for two accounts with
 *   the same user and different passwords
 */
int vt_iscsi_plan(
	struct vt_iscsi *s, const struct vt_machine *m, struct vt_err **err);

/** vt_iscsi_add_target() - append a target for a disk; its name and accounts
 * are still empty */
struct vt_iscsi_target *vt_iscsi_add_target(
	struct vt_iscsi *s, const struct vt_disk *d);

struct vt_record;
extern const struct vt_record vt_iscsi_record; /* of install/iscsi.yaml */

/** vt_iscsi_load() - load the targets that another phase saved for these disks
 * Errors: VT_USAGE with a position; VT_HOST when the file is missing */
int vt_iscsi_load(struct vt_iscsi *s, const struct vt_machine *m,
	const char *path, struct vt_err **err);

/** vt_iscsi_save() - write the targets to a file of mode 0600 */
int vt_iscsi_save(
	const struct vt_iscsi *s, const char *path, struct vt_err **err);

/**
 * vt_iscsi_start() - start the server and create the targets; does nothing
 * when there are no targets
 * @dir: for the server that vt starts
 * Errors: VT_HOST
 */
int vt_iscsi_start(struct vt_iscsi *s, const char *dir, struct vt_err **err);

/** vt_iscsi_stop() - remove the targets and stop the server. On a server of the
 * user's, accounts that the configuration names are kept. */
void vt_iscsi_stop(struct vt_iscsi *s);
#define VT_AUTO_ISCSI __attribute__((cleanup(vt_iscsi_stop)))

/** vt_iscsi_fill() - replace each @VT_ISCSI_N@ in the text by the RFC 4173 URI
 * of target N, counted from 1, without the leading "iscsi:"; Return: owned */
char *vt_iscsi_fill(const struct vt_iscsi *s, const char *text);

/* A server's address: HOST:PORT, ADDRESS:PORT or [ADDRESS]:PORT. */
struct vt_iscsi_portal {
	char *guest; /* owned; the host as a user-mode network guest sees it */
	long port;
};
/** vt_iscsi_portal() - parse a server's address; Errors: VT_USAGE */
int vt_iscsi_portal(
	const char *text, struct vt_iscsi_portal *out, struct vt_err **err);

/** vt_iscsi_account() - parse "USER:PASSWORD"
 * Errors: VT_USAGE; the message does not show the password */
int vt_iscsi_account(
	const char *text, struct vt_iscsi_account *out, struct vt_err **err);

#endif
