/* The install phase: disks, web server, machine, verdict. */
#ifndef VT_LAUNCH_H
#define VT_LAUNCH_H

#include "base/str.h"
#include "base/tmp.h"
#include "host/iscsi.h"
#include "http/server.h"
#include "http/webhook.h"
#include "test/phase.h"
#include "test/session.h"

struct launch {
	const char *dir; /* a test's directory; NULL: options say it all */
	struct vt_vm vm;
	struct vt_phase phase;
	struct vt_strv made; /* images that this run has created */

	bool template; /* --template */
	bool console;  /* --console */
	struct vt_session session;

	/* without a test's directory */
	struct vt_strv operands; /* owns what the options borrow */
	const char *serial_log;
	const char *user_data, *meta_data; /* files, or NULL */
	const char *boot_image;            /* gets an overlay */
	const char *installer, *power;
	struct vt_strv adds, command; /* for vt-pack */
	bool install_deps, proxies;
	bool dry_run;
	/* nameless temporary files: the boot image's overlay, the NoCloud seed,
	 * and a disk to install on if none was given (own_disk) */
	struct vt_tmp overlay, seed, disk;
	bool own_disk;

	bool seeded; /* the datasource is a disk instead of the web server */
	const char *host; /* the web server's address as seen by the guest */
	struct vt_iscsi iscsi;
	char *tgt_dir; /* temporary, for the iSCSI server; NULL in a test */
	struct vt_http *http;
	struct vt_webhook *webhook; /* in a test only */
};
#define LAUNCH_INIT                                                            \
	{                                                                      \
		.vm = VT_VM_INIT, .phase = VT_PHASE_INIT,                      \
		.overlay = VT_TMP_INIT, .seed = VT_TMP_INIT,                   \
		.disk = VT_TMP_INIT, .iscsi = VT_ISCSI_INIT,                   \
		.session = VT_SESSION_INIT                                     \
	}
void launch_free(struct launch *l);
#define AUTO_LAUNCH __attribute__((cleanup(launch_free)))

/** launch() - run the install phase; Return: the exit status */
int launch(struct launch *l);
/** launch_template() - make the template of a test's machine, see qemu/warm.h;
 * changes nothing of the test
 * Return: the exit status */
int launch_template(struct launch *l);

/* console.c */

/** launch_console() - boot the machine of a test's install phase with its
 * console on the terminal; changes nothing of the test
 * Return: the exit status */
int launch_console(struct launch *l);

/* disks.c */

/** launch_check_files() - check that the input files exist; Errors: VT_HOST */
int launch_check_files(const struct launch *l, struct vt_err **err);
/** launch_make_disks() - create the disks: in a test all of them, otherwise
 * those that are missing */
int launch_make_disks(struct launch *l, struct vt_err **err);
/** launch_drop_disks() - remove the disks that this run has created */
void launch_drop_disks(const struct launch *l);

/* user_data.c */

enum { LAUNCH_MAX_USER_DATA = 64 << 20 };

/** launch_user_data() - user-data that runs the command; Return: owned, or NULL
 */
char *launch_user_data(const struct launch *l, struct vt_err **err);

/* address.c */

/* The web server's address. */
struct launch_address {
	char listen[16]; /* IPv4, where it listens */
	char host[16];   /* IPv4, as seen by the guest */
	uint16_t port;   /* 0: any free port */
};
/**
 * launch_address() - choose it for the network of the machine's first NIC
 * Errors: VT_USAGE for a bad setting; VT_HOST for a bridge without an address
 */
int launch_address(struct launch_address *a, const struct vt_machine *m,
	struct vt_err **err);
/* iscsi.c */

/** launch_iscsi() - start the targets for the machine's iSCSI disks; in a test,
 * also write install/iscsi.yaml and install/config.yaml. Does nothing if there
 * are no such disks. */
int launch_iscsi(struct launch *l, struct vt_err **err);
void launch_iscsi_stop(struct launch *l);

/* serve.c */

/** launch_serve() - serve user-data, meta-data and published files, and pass
 * their address to the guest */
int launch_serve(struct launch *l, struct vt_err **err);
/** launch_serve_texts() - the same with these texts; @VT_PUBURL@ in them is
 * replaced by the address */
int launch_serve_texts(struct launch *l, const char *user_data,
	const char *meta_data, struct vt_err **err);
/** launch_watch() - the web server as an event source of the supervisor */
struct vt_watch launch_watch(struct launch *l);

/* webhooks.c */

/** launch_webhooks() - accept a test's installer's reports at PUBURL/webhooks
 */
int launch_webhooks(struct launch *l, struct vt_err **err);

/* verdict.c */

/** launch_verdict() - set the phase's verdict from the machine's outcome and
 * the installer's progress */
void launch_verdict(struct launch *l);

#endif
