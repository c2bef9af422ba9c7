/* A virtual machine: what it is made of, and the QEMU command that makes it.
 *
 *	struct vt_machine m = VT_MACHINE_INIT;
 *	... fill it: from options by spec.h, from a file by test/vm_file.h ...
 *	vt_machine_argv(&m, VT_ACCEL_TCG, &fds, &argv, err);
 *	vt_machine_free(&m);
 *
 * Strings are borrowed: from a document, from argv, or from what
 * vt_machine_own() keeps until the machine is freed. Paths are ready to be
 * opened. The same struct describes the install phase, the boot phase and a
 * machine made by hand; what a phase does not use stays zero.
 */
#ifndef VT_MACHINE_H
#define VT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "data/doc.h"
#include "qemu/accel.h"

/* How a disk is attached. In `device` and `controller`, '*' stands for the
 * architecture's virtio bus: virtio-blk-* is virtio-blk-pci. */
struct vt_disk_driver {
	const char *name;       /* in definitions and options */
	const char *device;     /* QEMU's; NULL: not a device of the machine */
	const char *controller; /* made once, before the first of them */
	const char *bus;        /* what they hang on; NULL: the main one */
	bool bus_each;          /* `bus` and the number of the disk, from 0 */
	size_t max_disks;       /* 0: no bound */
	size_t max_serial;      /* a guest sees no more than these bytes */
	bool takes_wwn, needs_serial, needs_pci;
	bool sectors_512; /* its logical blocks have that size */
};
const struct vt_disk_driver *vt_disk_driver(const char *name);
/** vt_disk_drivers() - their names, for words: "virtio-blk, scsi-hd, ..." */
const char *vt_disk_drivers(void);

enum vt_firmware { VT_FW_BIOS, VT_FW_UEFI, VT_FW_SECURE_BOOT };
const char *vt_firmware_name(enum vt_firmware f);
extern const char *const vt_firmware_words[]; /* by value, up to NULL */

/* A kind of machine. */
struct vt_arch {
	const char *name;    /* Debian's */
	const char *machine; /* uname -m of a host that runs it natively */
	const char *qemu, *package;
	const char *qemu_machine;
	const char *tcg_cpu;
	const char *tcg_append; /* for kernels that are booted directly */
	const char *virtio;     /* suffix of virtio devices: "pci" */
	const char *panic;      /* device that reports panics, or NULL */
	const char *tpm, *video;
	const char *console; /* the kernel's name of it */
	bool smbios, pci;
	enum vt_firmware smm; /* from which on firmware runs in SMM, where it
				 alone writes variables; 0: none does */
	enum vt_firmware firmware; /* what it has at least */
	struct {
		enum vt_firmware kind;
		const char *code, *vars; /* first found wins */
	} uefi[4];
	const char *uefi_package;
};
const struct vt_arch *vt_arch(const char *name);
/** vt_arches() - their names, for words: "amd64, i386, ..." */
const char *vt_arches(void);
const struct vt_arch *vt_arch_host(void); /* NULL: not in the table */
bool vt_arch_is_native(const struct vt_arch *a);

struct vt_disk {
	const char *path;   /* what QEMU opens; NULL: no such disk */
	const char *format; /* raw or qcow2 */
	uint64_t size;      /* bytes, for those that we make */
	const char *from;   /* an image to copy instead, or NULL */
	const struct vt_disk_driver *driver;
	const char *serial, *wwn; /* or NULL */
	/* in bytes; 0: QEMU's choice */
	long logical_block_size, physical_block_size, min_io_size;
	/* more properties, of the device and of the block node, or NULL */
	const char *device_options, *drive_options;
	long paths; /* devices on this one image; 0 is 1 */
	bool read_only;
	/* iSCSI: "USER:PASSWORD" each, or NULL */
	const char *target, *auth, *iauth;
	const struct vt_node *node; /* where it is written, or NULL */
};

struct vt_nic {
	const char *bridge; /* NULL: user mode */
	const char *model;  /* QEMU's device; NULL: virtio-net */
	const char *mac;    /* NULL: QEMU's choice */
	const char *device_options, *net_options; /* or NULL */
};

struct vt_machine {
	const char *name; /* for people, also shown by QEMU; or NULL */
	const struct vt_arch *arch;
	enum vt_accel accel;
	long mem_mib, cpus, timeout_s; /* unscaled; 0: for ever */
	bool reboots;                  /* may, without being over */
	enum vt_firmware firmware;
	const char *nvram; /* UEFI's variables, writable */
	const char *bios;  /* a firmware image in place of these, or NULL */
	const char *tpm;   /* where a TPM 2.0 keeps its state; NULL: none */
	const char *vnc;   /* QEMU's display, such as ":1"; NULL: none */
	const char *smbios_serial;

	const char *kernel, *initrd, *append;
	struct vt_disk image;  /* root file system, read-only */
	struct vt_disk seed;   /* NoCloud, read-only */
	struct vt_disk output; /* where the guest puts its facts */
	struct vt_disk *disks;
	size_t n_disks;
	struct vt_nic *nics;
	size_t n_nics;
	struct vt_strv qemu_args; /* added as they are */
	const char *qemu;         /* the binary; NULL: the architecture's */
	bool interactive;         /* the terminal is the guest's console */

	struct vt_strv owned;
};
#define VT_MACHINE_INIT                                                        \
	{                                                                      \
		.accel = VT_ACCEL_AUTO, .mem_mib = 1024, .cpus = 2             \
	}
void vt_machine_free(struct vt_machine *m);
#define VT_AUTO_MACHINE __attribute__((cleanup(vt_machine_free)))

/** vt_machine_own() - keep a malloc'ed string; Return: the same */
const char *vt_machine_own(struct vt_machine *m, char *s);

/* One more, zeroed; valid until the next. */
struct vt_disk *vt_machine_add_disk(struct vt_machine *m);
struct vt_nic *vt_machine_add_nic(struct vt_machine *m);

/* Of translated code. QEMU's own bound is 1 GiB, of which an installation
 * fills 760 MiB; with this one it takes no longer. */
enum { VT_TCG_CACHE_MIB = 256 };

/* Descriptors that QEMU inherits; -1: none. Our side is the other end. */
struct vt_machine_fds {
	int qmp, serial;
	int channel;     /* a virtio-serial port named org.vt.installer */
	int tpm;         /* to swtpm's control channel */
	const int *taps; /* by index of the NIC; needed for those on bridges */
};

/**
 * vt_machine_argv() - the QEMU command
 * Errors: VT_USAGE for what QEMU could not do (too many disks of a kind, a
 *   serial too long), VT_HOST for missing firmware, with its Debian package
 */
int vt_machine_argv(const struct vt_machine *m, enum vt_accel accel,
	const struct vt_machine_fds *fds, struct vt_strv *argv,
	struct vt_err **err);

/** vt_machine_command() - the same as a line of shell, for --dry-run: the
 * descriptors that QEMU would inherit are numbered from 3, and automatic
 * acceleration is TCG
 * Return: malloc'ed, or NULL; Errors: as vt_machine_argv() */
char *vt_machine_command(const struct vt_machine *m, struct vt_err **err);

/** vt_machine_firmware() - code and initial variables for UEFI
 * @nvram: variables that are there already; the code has to fit their size.
 *   NULL: there are none
 * Errors: VT_HOST, naming the Debian package */
int vt_machine_firmware(const struct vt_arch *a, enum vt_firmware kind,
	const char *nvram, const char **code, const char **vars,
	struct vt_err **err);

/** vt_machine_need_qemu() - Errors: VT_HOST, naming the Debian package */
int vt_machine_need_qemu(const struct vt_machine *m, struct vt_err **err);
/** vt_machine_qemu() - the binary's name or path */
const char *vt_machine_qemu(const struct vt_machine *m);

#endif
