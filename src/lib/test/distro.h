/* What differs between distributions, and between releases: two tables, which
 * are the only place that compares their names.
 *
 *	if (vt_distro(def->target_distro)->reboots) ...
 *	if (vt_release(def->release)->iscsi_auto) ...
 */
#ifndef VT_DISTRO_H
#define VT_DISTRO_H

#include <stdbool.h>

/* A column that does not apply is NULL or false. */
struct vt_distro {
	const char *name; /* NULL: any other */

	/* as install environment, the key `distro` */
	const char *network_args; /* kernel arguments that make the initramfs
				     configure the network */
	const char *kernel_args;  /* kernel arguments for it and the target */
	const char *kflavor;      /* default kernel flavour, when its images
				     have several kernels, named after the
				     release */
	bool built_here;          /* 'make image' builds its image */

	/* as target, the key `target_distro` */
	const char *script;         /* collect script, beside the common one */
	const char *arch;           /* the only architecture it is tested on */
	const char *kernel_arch;    /* on this architecture, the config has to
				       name the kernel package: */
	const char *kernel_package; /* this one */
	const char *late_script;    /* script of vt that runs in the target at
				       the end of the install, instead of
				       curtin's hooks */
	bool reboots;               /* in its first boot */
	bool several_esps; /* its GRUB is installed to each ESP that is asked
			      for, not only to that on /boot/efi */
	const char *const *checks; /* words of `inherited` that apply to it */
};

/** vt_distro() - the row of a name, or that of all other distributions */
const struct vt_distro *vt_distro(const char *name);

/** vt_distro_has() - whether a check applies to such targets */
bool vt_distro_has(const struct vt_distro *d, const char *check);

struct vt_release {
	const char *name;     /* NULL: any other */
	bool iscsi_auto;      /* only the initramfs's iSCSI set-up writes
				 resolv.conf */
	bool kernel_img_conf; /* curtin writes /etc/kernel-img.conf */
	bool no_dname;        /* no /dev/disk/by-dname */
	bool no_ip_json;      /* its iproute2 does not write JSON */
	bool supported;       /* even if ubuntu-distro-info denies it */
};

/** vt_release() - the row of a name, or that of all other releases */
const struct vt_release *vt_release(const char *name);

#endif
