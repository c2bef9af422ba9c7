/* Parts of a machine as users write them on a command line, with the syntax
 * of the reference's tools. All errors are VT_USAGE and quote the text. */
#ifndef VT_MACHINE_SPEC_H
#define VT_MACHINE_SPEC_H

#include "machine.h"

/**
 * vt_spec_disk() - add "PATH[:SIZE][:DRIVER][:BSIZE][:DEVOPTS]"
 * BSIZE is LOGICAL[,PHYSICAL], DEVOPTS are properties of QEMU's device. An
 * empty field is its default: 5G, virtio-blk, 512. `size` says how large a
 * missing image is to be made.
 */
int vt_spec_disk(struct vt_machine *m, const char *spec, struct vt_err **err);

/**
 * vt_spec_drive() - add "file=PATH[,driver=D][,format=F][,PROPERTY=VALUE]..."
 * PATH may stand without file=. format is found out when it is not given;
 * the serial is the file's name unless given.
 */
int vt_spec_drive(struct vt_machine *m, const char *spec, struct vt_err **err);

/** vt_spec_netdev() - add "user[,mac=MAC][,model=DEVICE]" */
int vt_spec_netdev(struct vt_machine *m, const char *spec, struct vt_err **err);

/** vt_spec_publish() - add "FILE[:NAME]" */
int vt_spec_publish(
	struct vt_machine *m, const char *spec, struct vt_err **err);

#endif
