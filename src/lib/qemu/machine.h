/* A virtual machine: its description, and the QEMU command that runs it.
 *
 *	struct vt_machine m = VT_MACHINE_INIT;
 *	... fill it: from options by spec.h, from a file by test/vm_file.h ...
 *	vt_machine_argv(&m, VT_ACCEL_TCG, &fds, &argv, err);
 *	vt_machine_free(&m);
 *
 * Strings are borrowed: from a document, from argv, or from vt_machine_own(),
 * which keeps them until the machine is freed. Paths are absolute or relative
 * to the current directory. The same struct describes the machines of the
 * install phase, of the boot phase and of command-line options; members that
 * one does not use are zero.
 */
#ifndef VT_MACHINE_H
#define VT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "data/doc.h"
#include "qemu/accel.h"

/* How a disk is attached. In `device` and `controller`, '*' is replaced by the
 * architecture's virtio suffix: virtio-blk-* becomes virtio-blk-pci. */
struct vt_disk_driver {
	const char *name;       /* in definitions and options */
	const char *device;     /* in QEMU; NULL: not a device of the machine */
	const char *controller; /* added once, before the first disk */
	const char *bus;        /* of the disks; NULL: the default bus */
	bool bus_each;          /* append the disk's number, from 0, to `bus` */
	size_t max_disks;       /* 0: unlimited */
	size_t max_serial;      /* bytes of the serial that a guest sees */
	/* the device that holds the image if the wwn is an EUI-64 (eui.X), on
	 * the bus of `device`; NULL: not supported */
	const char *with_eui;
	bool takes_wwn, needs_serial, needs_pci;
	bool sectors_512; /* supports only logical blocks of 512 bytes */
};
const struct vt_disk_driver *vt_disk_driver(const char *name);
/** vt_disk_drivers() - their names for messages: "virtio-blk, scsi-hd, ..." */
const char *vt_disk_drivers(void);

enum vt_firmware { VT_FW_BIOS, VT_FW_UEFI, VT_FW_SECURE_BOOT };
const char *vt_firmware_name(enum vt_firmware f);
extern const char *const vt_firmware_words[]; /* by value, up to NULL */

/* An architecture. */
struct vt_arch {
	const char *name;          /* Debian's name */
	const char *machine;       /* `uname -m` of a host that runs it */
	const char *qemu;          /* QEMU's binary */
	const char *package;       /* the Debian package of that */
	const char *qemu_machine;  /* -machine */
	const char *tcg_cpu;       /* -cpu under TCG */
	const char *tcg_append;    /* kernel arguments under TCG, or NULL */
	const char *virtio;        /* suffix of virtio devices: "pci" */
	const char *panic;         /* device that reports panics, or NULL */
	const char *tpm, *video;   /* devices; tpm may be NULL */
	const char *console;       /* the kernel's name of the serial console */
	bool smbios, pci;          /* the machine has these */
	enum vt_firmware firmware; /* the default */
	/* The first firmware that runs in SMM, so that only it can write UEFI
	 * variables; 0: none does. */
	enum vt_firmware smm;
	struct {
		enum vt_firmware kind;
		const char *code, *vars;
	} uefi[4]; /* the first that is installed is used */
	const char *uefi_package;
	const char *efi; /* in the names of UEFI's boot loaders, or NULL */
	bool bios;       /* without UEFI it loads GRUB from a disk's MBR */
	bool prep;       /* it loads GRUB from a PReP partition */
};
const struct vt_arch *vt_arch(const char *name);
/** vt_arches() - their names for messages: "amd64, i386, ..." */
const char *vt_arches(void);
/** vt_arch_host() - the host's architecture; NULL: not in the table */
const struct vt_arch *vt_arch_host(void);
bool vt_arch_is_native(const struct vt_arch *a);

struct vt_disk {
	const char *path;   /* the image; NULL: the machine has no such disk */
	const char *format; /* raw or qcow2 */
	uint64_t size;      /* bytes; to create the image */
	bool sized;         /* the user gave the size */
	const char *from;   /* create it as a copy of this image, or NULL */
	/* create it as an overlay on this image, which is at most as large */
	const char *base, *base_format; /* NULL: none */
	const struct vt_disk_driver *driver;
	const char *serial, *wwn; /* or NULL */
	/* in bytes; 0: QEMU's default */
	long logical_block_size, physical_block_size, min_io_size;
	/* more properties of the device and of the block node, or NULL */
	const char *device_options, *drive_options;
	long paths; /* number of devices for this image; 0 means 1 */
	bool read_only;
	bool boots; /* a BIOS tries it before the disks without this */
	/* iSCSI: the target's name; accounts as "USER:PASSWORD"; or NULL */
	const char *target, *auth, *iauth;
	const struct vt_node *node; /* its node in vm.yaml, or NULL */
};

struct vt_nic {
	const char *name;    /* in a capture of the wire; NULL: "nicN" */
	const char *bridge;  /* NULL: user-mode network, or a segment */
	const char *segment; /* of the wire (host/wire.h), or NULL */
	const char *model;   /* QEMU's device; NULL: virtio-net */
	const char *mac;     /* NULL: QEMU's default */
	const char *device_options, *net_options; /* or NULL */
};

struct vt_machine {
	const char *name; /* for messages, also shown by QEMU; or NULL */
	const struct vt_arch *arch;
	enum vt_accel accel;
	long mem_mib, cpus;
	long timeout_s; /* not scaled; 0: no limit */
	bool reboots;   /* the guest may reboot */
	enum vt_firmware firmware;
	const char *nvram; /* UEFI variables, writable; or NULL */
	const char *bios;  /* another firmware image, or NULL */
	const char *tpm;   /* the directory of a TPM's state; NULL: no TPM */
	/* create `nvram` and `tpm` as copies of these, or NULL */
	const char *nvram_from, *tpm_from;
	const char *vnc; /* QEMU's display, such as ":1"; NULL: none */
	const char *smbios_serial;

	const char *kernel, *initrd, *append;
	bool append_secret; /* other users of the host must not read `append` */
	const char *url;    /* of the web server, in `append`; or NULL */
	struct vt_disk image;  /* root file system, read-only */
	struct vt_disk seed;   /* NoCloud seed, read-only */
	struct vt_disk output; /* for the facts that the guest collects */
	struct vt_disk *disks;
	size_t n_disks;
	struct vt_nic *nics;
	size_t n_nics;
	struct vt_strv qemu_args; /* appended to the command unchanged */
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

/** vt_machine_own() - keep a malloc'ed string until the machine is freed
 * Return: the same string */
const char *vt_machine_own(struct vt_machine *m, char *s);

/* Append a zeroed element. The pointer is valid until the next call. */
struct vt_disk *vt_machine_add_disk(struct vt_machine *m);
struct vt_nic *vt_machine_add_nic(struct vt_machine *m);

/* Size of TCG's cache of translated code. QEMU's default is 1 GiB, of which an
 * installation fills 760 MiB; with this size it is not slower. */
enum { VT_TCG_CACHE_MIB = 256 };

/* Descriptors that QEMU inherits, mostly its ends of sockets; -1: none. */
struct vt_machine_fds {
	int qmp, serial;
	int channel;     /* for the virtio-serial port org.vt.installer */
	int journal;     /* the same for org.vt.journal; -1: no such port */
	int tpm;         /* swtpm's control channel */
	int config;      /* from vt_machine_config() */
	int peer_config; /* the archive that configures a peer (host/peer.h) */
	/* one for each NIC, used for those on bridges and on the wire */
	const int *nics;
	/* the file that is the guest's memory (warm.h); NULL: none */
	const char *ram;
	bool starts_warm; /* from a saved state; it does not change the file */
};

/**
 * vt_machine_argv() - append the QEMU command
 * Errors: VT_USAGE for what QEMU does not support (too many disks with a
 * driver, a serial too long), VT_HOST for missing firmware, with its Debian
 * package
 */
int vt_machine_argv(const struct vt_machine *m, enum vt_accel accel,
	const struct vt_machine_fds *fds, struct vt_strv *argv,
	struct vt_err **err);

/**
 * vt_machine_config() - put a kernel command line that is secret into a file
 * without a name, which QEMU reads by -readconfig. The arguments of a process
 * can be read by all users of the host, in /proc/PID/cmdline.
 * @config: set to a descriptor, which the caller closes; unchanged without such
 *   a command line
 * Errors: VT_USAGE for a command line that QEMU cannot read in this way;
 * VT_HOST
 */
int vt_machine_config(const struct vt_machine *m, enum vt_accel accel,
	int *config, struct vt_err **err);

/** vt_machine_show() - print the QEMU command as a line of shell, for
 * --dry-run; inherited descriptors are numbered from 3, and automatic
 * acceleration is TCG Errors: as vt_machine_argv() */
int vt_machine_show(const struct vt_machine *m, struct vt_err **err);

/** vt_machine_firmware() - find UEFI code and initial variables
 * @nvram: an existing file of variables, whose size the firmware must match; or
 *   NULL
 * Errors: VT_HOST, naming the Debian package; VT_USAGE if the architecture does
 *   not support the firmware */
int vt_machine_firmware(const struct vt_arch *a, enum vt_firmware kind,
	const char *nvram, const char **code, const char **vars,
	struct vt_err **err);

/** vt_machine_need_qemu() - check that QEMU is installed
 * Errors: VT_HOST, naming the Debian package */
int vt_machine_need_qemu(const struct vt_machine *m, struct vt_err **err);
/** vt_machine_qemu() - the binary's name or path */
const char *vt_machine_qemu(const struct vt_machine *m);

#endif
