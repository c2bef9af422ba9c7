/* A machine as users write it on a command line, with the syntax of the
 * reference's tools.
 *
 *	struct words { struct vt_machine_words machine; ... };
 *	static const struct vt_cli cli = { ...,
 *		.shared = &vt_machine_opts,
 *		.shared_at = offsetof(struct words, machine)};
 *	vt_machine_by_hand(&m, &words.machine, err);
 *	vt_spec_disk(&m, "a.img:10G:scsi-hd", err);
 *
 * All errors are VT_USAGE and quote the text, but for a QEMU that cannot be
 * asked which options its devices take.
 */
#ifndef VT_MACHINE_SPEC_H
#define VT_MACHINE_SPEC_H

#include "base/opt.h"
#include "qemu/machine.h"
#include "data/login.h"

/* The options that vt-launch and vt-xkvm share, as written. */
struct vt_machine_words {
	const char *arch, *qemu, *accel, *mem, *smp, *nvram, *bios, *tpm, *vnc,
		*serial_log;
	struct vt_strv netdevs;
	long timeout_s;
	bool uefi, secure_boot, silent, dowait, no_dowait, no_reboot, dry_run,
		console;
	struct vt_login login;
};
void vt_machine_words_free(struct vt_machine_words *w);

extern const struct vt_opt_table vt_machine_opts;

/**
 * vt_machine_by_hand() - what the words say, defaults filled in; the machine
 * borrows them. The terminal is the guest's console when it was asked for or,
 * unless told otherwise, when there is one.
 */
int vt_machine_by_hand(struct vt_machine *m, const struct vt_machine_words *w,
	struct vt_err **err);

/**
 * vt_machine_in_test() - the same for one test's directory, whose files
 * describe the machine: only --dry-run, or --console with who may log in
 * @out: what vt_cli_parse() has filled
 * Errors: VT_USAGE for any other option
 */
int vt_machine_in_test(const struct vt_cli *cli, const void *out,
	const struct vt_machine_words *w, struct vt_err **err);

/** vt_machine_log() - the file of --serial-log; "-" and "stdio" are standard
 * output, "none" is none */
const char *vt_machine_log(const struct vt_machine_words *w, const char *unset);

/**
 * vt_spec_disk() - add "PATH[:SIZE][:DRIVER][:BSIZE][:DEVOPTS]"
 * BSIZE is LOGICAL[,PHYSICAL[,MINIMUM]], DEVOPTS are NAME=VALUE by commas. An
 * empty field is its default: 5G, virtio-blk, 512. `size` says how large a
 * missing image is to be made. With driver iscsi, DEVOPTS is
 * TARGET[:USER:PASSWORD[:USER:PASSWORD]].
 */
int vt_spec_disk(struct vt_machine *m, const char *spec, struct vt_err **err);

/**
 * vt_spec_drive() - add "file=PATH[,driver=D][,format=F][,NAME=VALUE]..."
 * PATH may stand without file=. format is found out when it is not given.
 *
 * In both forms, the serial is the wwn or the file's name unless given, what
 * QEMU's device takes goes to the device and the rest to its block node, and an
 * image that is named again is one more path to it.
 */
int vt_spec_drive(struct vt_machine *m, const char *spec, struct vt_err **err);

/** vt_spec_netdev() - add "user|BRIDGE[,mac=MAC][,model=DEVICE][,NAME=VALUE]"
 */
int vt_spec_netdev(struct vt_machine *m, const char *spec, struct vt_err **err);

#endif
