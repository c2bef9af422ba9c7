/* Warm starts: a machine is booted once to a waiting point and saved; later
 * machines of the same shape start from there. What was saved is a template.
 *
 *	VT_AUTO_WARM struct vt_warm w = VT_WARM_INIT;
 *	if (vt_warm_why_not(m, accel)) ...	boot it
 *	rc = vt_warm_open(&w, m, accel, signal_fd, err);
 *	if (rc == 0) {				there is no template
 *		vt_warm_machine(&w, m, &boots, err);
 *		... run it with vt_supervise.warm = &w ...
 *		vt_warm_keep(&w, console, err);
 *	}
 *	... run m with vt_supervise.warm = &w ...
 *
 * The waiting point is in the guest: its initramfs gets more files, by which
 * systemd runs warm_wait.sh before cloud-init's first stage (early), or instead
 * of its last, where all stages but the first follow (late). This script says
 *on the installer's port that it waits, and reads a line from it. Images need
 *no change, but an initramfs of initramfs-tools.
 *
 * The template's memory is a file, which each machine that starts from it maps
 * private: they share the pages that they do not write, and the file does not
 * change. The web server's URL, which is on the kernel command line, differs in
 * each run; it is replaced in the memory before the machine continues.
 *
 * Templates are in $XDG_CACHE_HOME/vt/warm: KEY.ram, KEY.state and, written
 * last, KEY.json. KEY.lock is locked while one is made or opened.
 */
#ifndef VT_WARM_H
#define VT_WARM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/tmp.h"
#include "qemu/machine.h"
#include "qemu/qmp.h"

enum vt_warm_point {
	VT_WARM_OFF,
	VT_WARM_EARLY, /* before cloud-init's first stage */
	VT_WARM_LATE,  /* the rest has booted, and cloud-init is loaded */
};
extern const char *const vt_warm_words[]; /* by value, up to NULL */
/** vt_warm_parse() - Errors: VT_USAGE */
int vt_warm_parse(const char *s, enum vt_warm_point *out, struct vt_err **err);

struct vt_warm {
	enum vt_warm_point point; /* set it before vt_warm_open() */
	char *key;
	int lock; /* held until the template is open; -1: none */
	bool saved;
	bool running; /* a machine that starts from it has answered */
	struct vt_tmp ram, state; /* their paths are the template's files */
	char *url;                /* in the guest's memory */
	const char *to_url;       /* what replaces it */
	uint64_t *places; /* where it is, in bytes from the start of ram */
	size_t n_places;
	char *console; /* what the guest had printed */
	/* of the machine that becomes the template */
	struct vt_tmp *scratch; /* its disks and its initramfs */
	size_t n_scratch;
};
#define VT_WARM_INIT                                                           \
	{                                                                      \
		.lock = -1, .ram = VT_TMP_INIT, .state = VT_TMP_INIT           \
	}
void vt_warm_free(struct vt_warm *w);
#define VT_AUTO_WARM __attribute__((cleanup(vt_warm_free)))

/* warm.c */

/** vt_warm_why_not() - why this machine cannot start warm, in words; NULL: it
 * can */
const char *vt_warm_why_not(const struct vt_machine *m, enum vt_accel accel);

/** vt_warm_key() - the template's key: a sum of all that it depends on
 * Return: owned, or NULL
 * Errors: VT_HOST when a file is missing; as vt_machine_argv() */
char *vt_warm_key(enum vt_warm_point point, const struct vt_machine *m,
	enum vt_accel accel, struct vt_err **err);

/** vt_warm_machine() - the machine that becomes the template, with empty disks
 * of its own and the waiting point; it borrows from both, and is freed by
 * vt_warm_machine_free(), also after an error */
int vt_warm_machine(struct vt_warm *w, const struct vt_machine *m,
	struct vt_machine *out, struct vt_err **err);
void vt_warm_machine_free(struct vt_warm *w, struct vt_machine *m);

/* warm_guest.c */

/** vt_warm_initrd() - append the machine's initramfs with the waiting point */
int vt_warm_initrd(enum vt_warm_point point, const char *initrd,
	struct vt_str *out, struct vt_err **err);
/** vt_warm_guest_sum() - the checksum of what vt adds to it */
void vt_warm_guest_sum(enum vt_warm_point point, char hex[65]);

/* warm_store.c */

/**
 * vt_warm_open() - open the machine's template; if there is none, lock its
 * place and start its files
 * Return: 1 it is open; 0 it is to be made; -1
 * Errors: VT_USAGE when it was found that the guest does not wait; VT_HOST,
 *   also for a signal
 */
int vt_warm_open(struct vt_warm *w, const struct vt_machine *m,
	enum vt_accel accel, int signal_fd, struct vt_err **err);
/** vt_warm_keep() - name the files of a template that was saved, and note
 * @console: what its guest has printed */
int vt_warm_keep(struct vt_warm *w, const char *console, struct vt_err **err);
/** vt_warm_refuse() - note that the guest does not wait */
void vt_warm_refuse(const struct vt_warm *w, const char *why);
/** vt_warm_drop() - remove a template that does not work */
void vt_warm_drop(const struct vt_warm *w);

/* warm_run.c: called by the supervisor */

/** vt_warm_save() - stop the machine and save its state */
int vt_warm_save(struct vt_warm *w, struct vt_qmp *q, struct vt_err **err);
/** vt_warm_start() - load the state into a machine that waits for it, and let
 * it run
 * @channel: our end of the installer's channel */
int vt_warm_start(struct vt_warm *w, struct vt_qmp *q, pid_t qemu, int channel,
	struct vt_err **err);

/* What the guest says on the installer's channel. */
#define VT_WARM_WAITS "vt-warm: waiting"
#define VT_WARM_RUNS "vt-warm: running"

#endif
