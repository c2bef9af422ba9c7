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
	const char *dir; /* of a test; NULL: by hand */
	struct vt_vm vm;
	struct vt_phase phase;
	struct vt_strv made; /* images that this run has made */

	bool console; /* a person steps in */
	struct vt_session session;

	/* by hand */
	struct vt_strv operands; /* what the options borrow */
	const char *serial_log;
	const char *user_data, *meta_data; /* files, or NULL */
	const char *boot_image;            /* not changed: on an overlay */
	const char *installer, *power;
	struct vt_strv adds, command; /* for vt-pack */
	bool install_deps, proxies;
	bool dry_run;
	/* files without a name: on boot_image; cloud-init's datasource; a disk
	 * when none was asked for */
	struct vt_tmp overlay, seed, disk;
	bool own_disk;

	bool seeded; /* the datasource is a disk instead of the web server */
	const char *host;      /* where the guest finds us */
	struct vt_iscsi iscsi; /* its disks, and their server */
	char *tgt_dir;         /* of that server; NULL in a test */
	struct vt_http *http;
	struct vt_webhook *webhook; /* of a test; NULL by hand */
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

/** launch() - the whole phase; Return: the exit status */
int launch(struct launch *l);

/* console.c */

/** launch_console() - the machine of a test's install phase, for a person at
 * the terminal; nothing of the test is changed; Return: the exit status */
int launch_console(struct launch *l);

/* disks.c */

/** launch_check_files() - what is only read is there; Errors: VT_HOST */
int launch_check_files(const struct launch *l, struct vt_err **err);
/** launch_make_disks() - fresh in a test; by hand only those missing */
int launch_make_disks(struct launch *l, struct vt_err **err);
/** launch_drop_disks() - that this run has made, after it was stopped */
void launch_drop_disks(const struct launch *l);

/* user_data.c */

enum { LAUNCH_MAX_USER_DATA = 64 << 20 };

/** launch_user_data() - by hand, of the command; Return: owned, or NULL */
char *launch_user_data(const struct launch *l, struct vt_err **err);
/* address.c */

/* Where our web server is: for us, and as the guest knows it. */
struct launch_address {
	char listen[16], host[16]; /* IPv4 */
	uint16_t port;             /* 0: any */
};
/**
 * launch_address() - for the network of the machine's first NIC
 * Errors: VT_USAGE for a setting; VT_HOST for a bridge without an address
 */
int launch_address(struct launch_address *a, const struct vt_machine *m,
	struct vt_err **err);
/* iscsi.c */

/** launch_iscsi() - targets on the images that were made, and in a test the
 * files that tell of them; nothing without such disks */
int launch_iscsi(struct launch *l, struct vt_err **err);
void launch_iscsi_stop(struct launch *l);

/* serve.c */

/** launch_serve() - user-data, meta-data and published files; tells the
 * machine where they are */
int launch_serve(struct launch *l, struct vt_err **err);
/** launch_serve_texts() - the same with other texts, where @VT_PUBURL@ becomes
 * the address */
int launch_serve_texts(struct launch *l, const char *user_data,
	const char *meta_data, struct vt_err **err);
/** launch_watch() - the server, for the supervisor's loop */
struct vt_watch launch_watch(struct launch *l);

/* webhooks.c */

/** launch_webhooks() - let the installer of a test report to PUBURL/webhooks */
int launch_webhooks(struct launch *l, struct vt_err **err);

/* verdict.c */

/** launch_verdict() - what the outcome means for an installation */
void launch_verdict(struct launch *l);

#endif
