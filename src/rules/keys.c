/* The keys of a definition: name, type, default, meaning. */
#include "keys.h"

#include <stddef.h>

#include "base/mem.h"
#include "key_table.h"

#define AT(field) offsetof(struct vt_def, field)
#define STR(name, value, help)                                                 \
	{                                                                      \
#name, KEY_STR, value, AT(name), 0, 0, help                    \
	}
#define INT(name, value, min, max, help)                                       \
	{                                                                      \
#name, KEY_INT, value, AT(name), min, max, help                \
	}
#define NODE(name, type, help)                                                 \
	{                                                                      \
#name, type, NULL, AT(name), 0, 0, help                        \
	}
static const struct vt_key keys[] = {
	{"extends", KEY_EXTENDS, NULL, 0, 0, 0,
		"another definition to inherit from: NAME beside this one, or a"
		" path"},
	NODE(add_repos, KEY_WORDS,
		"apt repositories to add; proposed is the release's pocket; the"
		" setting ADD_REPOS wins over it"),
	STR(arch, NULL, "architecture; default: the host's"),
	NODE(arch_skip, KEY_WORDS, "architectures on which it is skipped"),
	STR(bios, NULL,
		"firmware file instead of BIOS or UEFI, relative to the"
		" definition"),
	NODE(boot_cloudconf, KEY_MAP, "cloud-config for the installed system"),
	INT(boot_timeout, NULL, 1, 86400,
		"seconds of the boot phase; default: setting BOOT_TIMEOUT"),
	NODE(collect_scripts, KEY_STRINGS,
		"scripts instead of the default ones"),
	STR(conf_file, NULL, "installer config, relative to the definition"),
	NODE(conf_replace, KEY_MAP, "text to replace in conf_file"),
	{"crashdump", KEY_BOOL, "false", AT(crashdump), 0, 0,
		"2 GiB more memory, and room for a crash kernel"},
	STR(dirty_disk_config, NULL,
		"config of dirty_disks, relative to the definition; default: "
		"one"
		" of our own"),
	{"dirty_disks", KEY_BOOL, "false", AT(dirty_disks), 0, 0,
		"the disks are in use when the install begins: early_commands"
		" lay them out as the config says"},
	INT(disk_block_size, "512", 512, 32768, "block size of each disk"),
	STR(disk_driver, NULL,
		"virtio-blk, scsi-hd, ...; default: as the config's wwn or path"
		" asks, else virtio-blk"),
	NODE(disk_to_check, KEY_PAIRS,
		"[name, partition] of links in /dev/disk/by-dname; partition 0:"
		" the disk"),
	STR(distro, "debian", "distribution of the install environment"),
	STR(ephemeral_ftype, "squashfs", "image item it boots from"),
	{"expected_failure", KEY_BOOL, "false", AT(expected_failure), 0, 0,
		"the installer must fail"},
	NODE(extra_collect_scripts, KEY_STRINGS,
		"scripts after the default ones"),
	NODE(extra_disks, KEY_SIZES,
		"sizes of disks after the first; default: from the config"),
	STR(extra_kern_args, NULL, "more kernel arguments for the install"),
	NODE(fatal_lines, KEY_FATAL,
		"{ID: off | ERE}: lines of the console that end a phase"),
	NODE(fstab_expected, KEY_ROWS,
		"[spec, mount point, options] of lines in the target's fstab"),
	NODE(installer, KEY_ANY,
		"path, or {path, success: ERE}, relative to the definition;"
		" default: setting CURTIN_EXE, else vt-install"),
	INT(install_timeout, NULL, 1, 86400,
		"seconds of the install phase; default: setting"
		" INSTALL_TIMEOUT"),
	{"interactive", KEY_BOOL, "false", AT(interactive), 0, 0,
		"a person runs it: skipped, for make "
		"tests/NAME.install-console"},
	NODE(iscsi_disks, KEY_ANY,
		"[{size, auth: USER:PASSWORD, iauth: USER:PASSWORD}] of iSCSI"
		" disks, in the order of __RFC4173__ in the config; default:"
		" from the config"),
	STR(kflavor, NULL, "kernel flavour of the image"),
	STR(krel, NULL, "kernel release of the image"),
	NODE(matrix, KEY_MAP, "{key: [values]}: one test for each combination"),
	INT(mem, "2048", 64, 1 << 20,
		"MiB of memory; the setting VMRAM wins over it"),
	{"multipath", KEY_BOOL, "false", AT(multipath), 0, 0,
		"several paths to each disk, whose driver is scsi-hd then"},
	INT(multipath_num_paths, "2", 2, 16, "how many"),
	INT(nr_cpus, "2", 1, 255,
		"processors; the setting NR_CPUS wins over it"),
	NODE(nvme_disks, KEY_SIZES,
		"sizes of NVMe disks; default: from the config"),
	{"pairwise", KEY_BOOL, "false", AT(pairwise), 0, 0,
		"of a matrix, only so many combinations that every two values"
		" meet"},
	STR(release, "bookworm", "release of the install environment"),
	NODE(releases, KEY_WORDS,
		"rows of releases.yaml beside the definition: one test for each"
		" of a list; a single word makes none"),
	{"secure_boot", KEY_BOOL, "false", AT(secure_boot), 0, 0,
		"UEFI firmware that only starts what is signed"},
	NODE(skip_by_date, KEY_DATES,
		"{bug, fixby, removeby, tests, install}: a known failure until"
		" fixby, a failure to have it still after removeby; see"
		" vt-rules(1)"),
	STR(subarch, NULL, "subarchitecture of the image"),
	NODE(supported_releases, KEY_WORDS,
		"releases that are run although out of support"),
	{"system_upgrade", KEY_AUTO, "auto", AT(system_upgrade), 0, 0,
		"upgrade the target; auto: when there are add_repos; the "
		"setting"
		" SYSTEM_UPGRADE wins over it"},
	STR(target_distro, NULL, "what is installed; default: distro"),
	STR(target_ftype, "squashfs",
		"image item that is installed when it is another release"),
	STR(target_kernel_package, NULL, "kernel package for the target"),
	STR(target_kflavor, NULL, "kernel flavour of the target image"),
	STR(target_krel, NULL, "kernel release of the target image"),
	STR(target_release, NULL, "default: release"),
	{"tpm", KEY_BOOL, "false", AT(tpm), 0, 0,
		"the machine has a TPM 2.0, which keeps its state"},
	{"uefi", KEY_TRI, NULL, AT(uefi), 0, 0,
		"UEFI or BIOS; default: whether the config has an EFI system"
		" partition"},
	NODE(upgrade_packages, KEY_WORDS,
		"packages to install in the target at the end; the setting"
		" UPGRADE_PACKAGES wins over it"),
	NODE(verify, KEY_ANY, "checks of collected files"),
};

const struct vt_key *vt_key_at(size_t i)
{
	return i < VT_COUNT(keys) ? &keys[i] : NULL;
}
