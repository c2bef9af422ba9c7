/* The install phase: disks, web server, machine, verdict. */
#ifndef VT_LAUNCH_H
#define VT_LAUNCH_H

#include "http.h"
#include "iscsi.h"
#include "machine.h"
#include "phase.h"
#include "str.h"

struct launch {
	const char *dir; /* of a test; NULL: by hand */
	struct vt_machine machine;
	struct vt_phase phase;
	struct vt_strv made; /* images that this run has made */

	/* by hand */
	const char *serial_log;
	const char *user_data, *meta_data; /* files, or NULL */
	const char *boot_image;            /* not changed: on an overlay */
	const char *installer;
	struct vt_strv adds, command; /* for vt-pack */
	bool dry_run;
	char *tmpdir; /* NULL until something is put there */

	struct vt_iscsi iscsi; /* its disks, and their server */
	struct vt_http *http;
};
#define LAUNCH_INIT                                                            \
	{                                                                      \
		.machine = VT_MACHINE_INIT, .phase = VT_PHASE_INIT,            \
		.iscsi = VT_ISCSI_INIT                                         \
	}
void launch_free(struct launch *l);
#define AUTO_LAUNCH __attribute__((cleanup(launch_free)))

/** launch() - the whole phase; Return: the exit status */
int launch(struct launch *l);

/* disks.c */

/** launch_check_files() - what is only read is there; Errors: VT_HOST */
int launch_check_files(const struct launch *l, struct vt_err **err);
/** launch_make_disks() - fresh in a test; by hand only those missing */
int launch_make_disks(struct launch *l, struct vt_err **err);
/** launch_drop_disks() - that this run has made, after it was stopped */
void launch_drop_disks(const struct launch *l);

/* iscsi.c */

/** launch_iscsi() - targets on the images that were made, and in a test the
 * files that tell of them; nothing without such disks */
int launch_iscsi(struct launch *l, struct vt_err **err);

/* serve.c */

/** launch_serve() - user-data, meta-data and published files; tells the
 * machine where they are */
int launch_serve(struct launch *l, struct vt_err **err);
/** launch_watch() - the server, for the supervisor's loop */
struct vt_watch launch_watch(struct launch *l);

/* verdict.c */

/** launch_verdict() - what the outcome means for an installation */
void launch_verdict(struct launch *l);

#endif
