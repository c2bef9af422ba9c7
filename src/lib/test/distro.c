#include "test/distro.h"

#include "base/mem.h"
#include "base/str.h"

static const char *const ubuntu_checks[] = {"interfacesd_eth0_removed",
	"installed_correct_kernel_package", "kernel_img_conf", NULL};

/* The last row is that of all others. */
static const struct vt_distro distros[] = {
	{.name = "debian",
		.kernel_args = "net.ifnames=0",
		.built_here = true,
		.script = "dpkg",
		.kernel_arch = "amd64",
		.kernel_package = "linux-image-amd64"},
	/* Debian's initramfs would wait 180 s for a device named BOOTIF. */
	{.name = "ubuntu",
		.network_args = "ip=:::::BOOTIF:dhcp",
		.kernel_args = "systemd.mask=snapd.seeded.service "
			       "systemd.mask=snapd.service",
		.kflavor = "generic",
		.script = "dpkg",
		.several_esps = true,
		.checks = ubuntu_checks},
	/* The image's own GRUB and kernel are kept: curtin's hooks would
	 * install Ubuntu's. The first boot relabels for SELinux. */
	{.name = "centos",
		.kernel_args = "net.ifnames=0",
		.script = "centos",
		.arch = "amd64",
		.late_script = "centos-boot",
		.reboots = true},
	{.kernel_args = "net.ifnames=0"},
};

const struct vt_distro *vt_distro(const char *name)
{
	size_t i = 0;
	while (distros[i].name && !vt_str_eq(distros[i].name, name))
		i++;
	return &distros[i];
}

bool vt_distro_has(const struct vt_distro *d, const char *check)
{
	return d->checks && vt_str_in(d->checks, check);
}

/* The last row is that of all others. Sources: curtin's vmtests; LP: #1847257
 * for kernel-img.conf, LP: #1523037 for dname. */
static const struct vt_release releases[] = {
	/* paid support outlives the list of ubuntu-distro-info */
	{.name = "precise",
		.iscsi_auto = true,
		.no_ip_json = true,
		.supported = true},
	{.name = "trusty",
		.iscsi_auto = true,
		.kernel_img_conf = true,
		.no_ip_json = true,
		.no_dname = true},
	{.name = "xenial",
		.iscsi_auto = true,
		.no_ip_json = true,
		.kernel_img_conf = true},
	{.name = "zesty", .iscsi_auto = true},
	{.name = "artful", .iscsi_auto = true},
	{.name = "bionic", .kernel_img_conf = true},
	{.name = "centos70", .no_ip_json = true},
	{.name = "disco", .kernel_img_conf = true},
	{0},
};

const struct vt_release *vt_release(const char *name)
{
	size_t i = 0;
	while (releases[i].name && !vt_str_eq(releases[i].name, name))
		i++;
	return &releases[i];
}
