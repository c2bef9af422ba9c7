/* The iSCSI disks of a machine: targets with their secrets, at a server of our
 * own or at the user's.
 *
 *	VT_AUTO_ISCSI struct vt_iscsi s = VT_ISCSI_INIT;
 *	vt_iscsi_plan(&s, &machine, err);	names and secrets; or
 *	vt_iscsi_load(&s, &machine, "install/iscsi.yaml", err);
 *	vt_iscsi_start(&s, "install/tgt", err);	the disks' images must exist
 *	vt_iscsi_save(&s, "install/iscsi.yaml", err);
 *	vt_iscsi_fill(&s, text);		@VT_ISCSI_1@ in a config
 *	vt_iscsi_stop(&s);
 *
 * A target has one LUN, number 1, and CHAP in both directions: with the
 * accounts that the disk asks for, or with random ones. The installed system
 * has them in its config, with the server's address, so the boot phase loads
 * what the install phase has saved.
 *
 * tgtadm takes passwords as arguments, where other users of the host may see
 * them for some milliseconds. They are worth one run of one test.
 */
#ifndef VT_ISCSI_H
#define VT_ISCSI_H

#include <stdbool.h>

#include "base/err.h"
#include "base/keeper.h"
#include "host/tgt.h"
#include "qemu/machine.h"

/* Who logs in where. Strings are owned. */
struct vt_iscsi_account {
	char *user, *password;
	bool random; /* made by us, for this target */
};

struct vt_iscsi_target {
	char *name; /* of the target */
	char *disk; /* the image as its phase's vm.yaml has it */
	const char *path;
	long block_size;                 /* 0: the server's choice */
	struct vt_iscsi_account in, out; /* the initiator's, the target's */
};

struct vt_iscsi {
	struct vt_iscsi_target *targets;
	size_t n;
	struct vt_tgt tgt;
	bool own;   /* the server is ours */
	long port;  /* that our server must have; 0: any */
	char *host; /* as the guest reaches the server */
	struct vt_keeper keeper;
};
#define VT_ISCSI_INIT                                                          \
	{                                                                      \
		.tgt = VT_TGT_INIT, .keeper = VT_KEEPER_INIT                   \
	}

/** vt_disk_is_iscsi() - not a device of the machine */
bool vt_disk_is_iscsi(const struct vt_disk *d);

/**
 * vt_iscsi_plan() - a target for each iSCSI disk, none if there is none; at
 * the server that CURTIN_VMTEST_ISCSI_PORTAL and TGT_IPC_SOCKET name, else at
 * our own
 * Errors: VT_USAGE: a portal or an account that is none, or accounts that
 *   contradict each other
 */
int vt_iscsi_plan(
	struct vt_iscsi *s, const struct vt_machine *m, struct vt_err **err);

/** vt_iscsi_load() - what was saved, for the same disks of another phase
 * Errors: VT_USAGE with a position; VT_HOST when it is not there */
int vt_iscsi_load(struct vt_iscsi *s, const struct vt_machine *m,
	const char *path, struct vt_err **err);

/** vt_iscsi_save() - readable by us only */
int vt_iscsi_save(
	const struct vt_iscsi *s, const char *path, struct vt_err **err);

/**
 * vt_iscsi_start() - the server and its targets; nothing when there are none
 * @dir: for a server of our own
 * Errors: VT_HOST
 */
int vt_iscsi_start(struct vt_iscsi *s, const char *dir, struct vt_err **err);

/** vt_iscsi_stop() - and nothing of it is left, save accounts that the disks
 * have named, at a server of the user's */
void vt_iscsi_stop(struct vt_iscsi *s);
#define VT_AUTO_ISCSI __attribute__((cleanup(vt_iscsi_stop)))

/** vt_iscsi_fill() - every @VT_ISCSI_N@ by target N, from 1, as RFC 4173 has
 * it after "iscsi:"; Return: owned */
char *vt_iscsi_fill(const struct vt_iscsi *s, const char *text);

/* A server's address: HOST:PORT, ADDRESS:PORT or [ADDRESS]:PORT. */
struct vt_iscsi_portal {
	char *guest; /* how a guest with user-mode networking reaches it */
	long port;
};
/** vt_iscsi_portal() - Errors: VT_USAGE, saying what is wrong with it */
int vt_iscsi_portal(
	const char *text, struct vt_iscsi_portal *out, struct vt_err **err);

/** vt_iscsi_account() - "USER:PASSWORD"
 * Errors: VT_USAGE; not with the password in it */
int vt_iscsi_account(
	const char *text, struct vt_iscsi_account *out, struct vt_err **err);

#endif
