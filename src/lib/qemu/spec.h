/* Fills a machine from command-line options, with the syntax of the reference's
 * tools.
 *
 *	struct options { struct vt_machine_options machine; ... };
 *	static const struct vt_cli cli = { ...,
 *		.shared = &vt_machine_opts,
 *		.shared_at = offsetof(struct options, machine)};
 *	vt_machine_from_options(&m, &options.machine, err);
 *	vt_spec_disk(&m, "a.img:10G:scsi-hd", err);
 *
 * Errors are VT_USAGE and quote the text, or VT_HOST if QEMU cannot be run to
 * find out which properties a device has.
 */
#ifndef VT_MACHINE_SPEC_H
#define VT_MACHINE_SPEC_H

#include "base/opt.h"
#include "qemu/machine.h"
#include "data/login.h"

/* The values of the options that vt-launch and vt-xkvm share, as written. */
struct vt_machine_options {
	const char *arch, *qemu, *accel, *mem, *smp, *nvram, *bios, *tpm, *vnc,
		*serial_log;
	struct vt_strv netdevs;
	long timeout_s;
	bool uefi, secure_boot, silent, dowait, no_dowait, no_reboot, dry_run,
		console;
	struct vt_login login;
};
void vt_machine_options_free(struct vt_machine_options *o);

extern const struct vt_opt_table vt_machine_opts;

/**
 * vt_machine_from_options() - fill the machine from options and defaults
 * @o: must outlive the machine
 * The terminal becomes the guest's console with --no-dowait, or if standard
 * input and output are a terminal and neither --dowait nor --silent is given.
 */
int vt_machine_from_options(struct vt_machine *m,
	const struct vt_machine_options *o, struct vt_err **err);

/**
 * vt_machine_check_options() - check the options for a test's directory, whose
 * files describe the machine: only --dry-run, or --console with --user,
 * --ssh-key and --vnc, are allowed
 * @out: the struct that vt_cli_parse() has filled
 * Errors: VT_USAGE for any other option
 */
int vt_machine_check_options(const struct vt_cli *cli, const void *out,
	const struct vt_machine_options *o, struct vt_err **err);

/** vt_machine_log() - the file of --serial-log, or @unset if it is not given;
 * "-" and "stdio" are standard output, "none" is /dev/null */
const char *vt_machine_log(
	const struct vt_machine_options *o, const char *unset);

/**
 * vt_spec_disk() - add "PATH[:SIZE][:DRIVER][:BSIZE][:DEVOPTS]"
 * BSIZE is LOGICAL[,PHYSICAL[,MINIMUM]], DEVOPTS are NAME=VALUE separated by
 * commas. The default of an empty field is 5G, virtio-blk, 512. SIZE is the
 * size of an image that is created because it is missing. With driver iscsi,
 * DEVOPTS is TARGET[:USER:PASSWORD[:USER:PASSWORD]].
 */
int vt_spec_disk(struct vt_machine *m, const char *spec, struct vt_err **err);

/**
 * vt_spec_drive() - add "file=PATH[,driver=D][,format=F][,NAME=VALUE]..."
 * "file=" may be omitted. Without format=, the format is detected.
 *
 * In both forms, the default serial is the wwn or else the file's name; options
 * that are properties of QEMU's device go to the device and all others to its
 * block node; and an image that is named again gets one more path.
 */
int vt_spec_drive(struct vt_machine *m, const char *spec, struct vt_err **err);

/** vt_spec_netdev() - add "user|BRIDGE[,mac=MAC][,model=DEVICE][,NAME=VALUE]"
 */
int vt_spec_netdev(struct vt_machine *m, const char *spec, struct vt_err **err);

#endif
