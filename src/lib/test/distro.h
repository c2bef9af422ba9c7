/* What differs between distributions, and between releases: two tables, which
 * are the only place that compares their names.
 *
 *	if (vt_distro(def->target_distro)->reboots) ...
 *	if (vt_release(def->release)->iscsi_auto) ...
 */
#ifndef VT_DISTRO_H
#define VT_DISTRO_H

#include <stdbool.h>

/* A column that says nothing is NULL or false. */
struct vt_distro {
	const char *name; /* NULL: any other */

	/* as install environment, the key `distro` */
	const char *network_args; /* kernel arguments that have the initramfs
				     set up the network */
	const char *kernel_args;  /* kernel arguments for it and the target */
	const char *kflavor;      /* its images have several kernels: of this
				     flavour, and named after the release, unless
				     a definition says otherwise */
	bool built_here;          /* 'make image' makes its image */

	/* as target, the key `target_distro` */
	const char *script;         /* collect script, besides the common one */
	const char *arch;           /* the only architecture it is tested on */
	const char *kernel_arch;    /* there curtin has to be told which ... */
	const char *kernel_package; /* ... kernel to install */
	const char *late_script;    /* of ours, at the end of the install in
				       the target; curtin's hooks are left out */
	bool reboots;               /* its first boot */
	const char *const *checks;  /* words of `inherited` that are for it */
};

/** vt_distro() - the row of a name, or that of all other distributions */
const struct vt_distro *vt_distro(const char *name);

/** vt_distro_has() - whether a check is for such targets */
bool vt_distro_has(const struct vt_distro *d, const char *check);

struct vt_release {
	const char *name;     /* NULL: any other */
	bool iscsi_auto;      /* resolv.conf is written by the initramfs's
				 set-up of iSCSI only */
	bool kernel_img_conf; /* curtin writes /etc/kernel-img.conf */
	bool no_dname;        /* its kernels have no /dev/disk/by-dname */
	bool supported;       /* whatever ubuntu-distro-info says */
};

/** vt_release() - the row of a name, or that of all other releases */
const struct vt_release *vt_release(const char *name);

#endif
