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
		"definition to inherit from: NAME in the same directory, or a"
		" path"},
	NODE(add_repos, KEY_WORDS,
		"apt repositories to add; proposed is the release's pocket; the"
		" setting ADD_REPOS overrides it"),
	NODE(answers, KEY_ANSWERS,
		"[{at: ERE, say: TEXT}] of what is typed on the console when "
		"the"
		" installed system asks for it, such as the passphrase of its"
		" root file system"),
	STR(arch, NULL, "architecture; default: the host's"),
	NODE(arch_skip, KEY_WORDS,
		"architectures on which the test is skipped"),
	STR(bios, NULL,
		"firmware file instead of BIOS or UEFI, relative to the"
		" definition"),
	NODE(boot_cloudconf, KEY_MAP, "cloud-config for the installed system"),
	INT(boot_timeout, NULL, 1, 86400,
		"timeout of each boot in seconds; default: setting"
		" BOOT_TIMEOUT"),
	INT(boots, "1", 1, 9,
		"how often the installed system boots until facts are"
		" collected, with cloud-init's network configuration disabled"
		" after the first"),
	NODE(collect_scripts, KEY_STRINGS,
		"collect scripts that replace the default ones"),
	STR(conf_file, NULL, "installer config, relative to the definition"),
	NODE(conf_replace, KEY_MAP, "text to replace in conf_file"),
	{"crashdump", KEY_BOOL, "false", AT(crashdump), 0, 0,
		"add 2 GiB of memory and reserve memory for a crash kernel"},
	STR(dirty_disk_config, NULL,
		"config for dirty_disks, relative to the definition; default:"
		" a built-in script"),
	{"dirty_disks", KEY_BOOL, "false", AT(dirty_disks), 0, 0,
		"partition and format the disks before the install:"
		" early_commands lay them out as in the config"},
	INT(disk_block_size, "512", 512, 32768, "block size of each disk"),
	STR(disk_driver, NULL,
		"virtio-blk, scsi-hd, ...; default: derived from wwn or path in"
		" the config, else virtio-blk"),
	NODE(disk_to_check, KEY_PAIRS,
		"[name, partition] of links in /dev/disk/by-dname; partition 0"
		" is the disk"),
	STR(disks_from, NULL,
		"test whose finished disks this test's disks are at the start,"
		" instead of empty ones"),
	STR(distro, "debian", "distribution of the install environment"),
	STR(ephemeral_ftype, "squashfs",
		"ftype of the image that the install environment boots from"),
	{"expected_failure", KEY_BOOL, "false", AT(expected_failure), 0, 0,
		"the installer must fail"},
	NODE(extra_collect_scripts, KEY_STRINGS,
		"collect scripts to run after the default ones"),
	NODE(extra_disks, KEY_SIZES,
		"sizes of disks after the first; default: from the config"),
	STR(extra_kern_args, NULL,
		"additional kernel arguments of the install environment"),
	NODE(fatal_lines, KEY_FATAL,
		"{ID: off | ERE}: console lines that fail a phase"),
	NODE(fstab_expected, KEY_ROWS,
		"[spec, mount point, options] of lines expected in the target's"
		" fstab"),
	NODE(grace, KEY_DATE,
		"last day (YYYY-MM-DD) on which the test is new: until then"
		" its failure is shown, but does not count"),
	NODE(installer, KEY_ANY,
		"path, or {path, success: ERE}, relative to the definition;"
		" ERE must match a whole line of the installer; default:"
		" setting CURTIN_EXE, else vt-install"),
	INT(install_timeout, NULL, 1, 86400,
		"timeout of the install phase in seconds; default: setting"
		" INSTALL_TIMEOUT"),
	{"interactive", KEY_BOOL, "false", AT(interactive), 0, 0,
		"the test is run by hand, with make tests/NAME.install-console,"
		" and otherwise skipped"},
	NODE(iscsi_disks, KEY_ANY,
		"[{size, auth: USER:PASSWORD, iauth: USER:PASSWORD}] of iSCSI"
		" disks, in the order of __RFC4173__ in the config; default:"
		" from the config"),
	STR(kflavor, NULL, "kernel flavour of the image"),
	STR(krel, NULL, "kernel release of the image"),
	NODE(matrix, KEY_MAP, "{key: [values]}: one test for each combination"),
	INT(mem, "2048", 64, 1 << 20,
		"memory in MiB; the setting VMRAM overrides it"),
	{"multipath", KEY_BOOL, "false", AT(multipath), 0, 0,
		"attach each disk through several paths, with scsi-hd as the"
		" default driver"},
	INT(multipath_num_paths, "2", 2, 16,
		"number of paths to each disk with multipath"),
	INT(nr_cpus, "2", 1, 255,
		"number of CPUs; the setting NR_CPUS overrides it"),
	NODE(nvme_disks, KEY_SIZES,
		"sizes of NVMe disks; default: from the config"),
	NODE(peer, KEY_MAP,
		"{FILE: TEXT}: files that configure the peer on the wire,"
		" instead of those that are derived from the config, such as"
		" setup and dnsmasq.conf"),
	{"pairwise", KEY_BOOL, "false", AT(pairwise), 0, 0,
		"reduce a matrix to combinations that cover each pair of "
		"values"},
	STR(release, "bookworm", "release of the install environment"),
	NODE(releases, KEY_WORDS,
		"rows of releases.yaml in the same directory: a list makes one"
		" test for each; a single name only adds its keys"),
	{"secure_boot", KEY_BOOL, "false", AT(secure_boot), 0, 0,
		"UEFI firmware with Secure Boot enabled"},
	NODE(skip_by_date, KEY_DATES,
		"{bug, fixby, removeby, tests, install}: skip known failures"
		" until fixby; after removeby, fail until the entry is "
		"removed"),
	{"strict", KEY_BOOL, "false", AT(strict), 0, 0,
		"a kernel warning, a segmentation fault or a core dump on a"
		" console fails the test; otherwise it is noted in the result"},
	STR(subarch, NULL, "subarchitecture of the image"),
	NODE(supported_releases, KEY_WORDS,
		"releases to run although they are out of support"),
	{"system_upgrade", KEY_AUTO, "auto", AT(system_upgrade), 0, 0,
		"upgrade the target; auto: if add_repos is set; the setting"
		" SYSTEM_UPGRADE overrides it"},
	STR(target_distro, NULL, "distribution to install; default: distro"),
	STR(target_ftype, "squashfs",
		"ftype of the target image, if target_release or target_distro"
		" differs from the install environment"),
	STR(target_kernel_package, NULL, "kernel package for the target"),
	STR(target_kflavor, NULL, "kernel flavour of the target image"),
	STR(target_krel, NULL, "kernel release of the target image"),
	STR(target_release, NULL, "release to install; default: release"),
	{"tpm", KEY_BOOL, "false", AT(tpm), 0, 0,
		"add a TPM 2.0 with persistent state"},
	{"uefi", KEY_TRI, NULL, AT(uefi), 0, 0,
		"UEFI instead of BIOS; default: true if the config has an EFI"
		" system partition"},
	{"uplink", KEY_BOOL, "false", AT(uplink), 0, 0,
		"the peer on the wire routes IPv4 to the outside, by user"
		" networking, and asks its name server"},
	NODE(upgrade_packages, KEY_WORDS,
		"packages to install in the target at the end; the setting"
		" UPGRADE_PACKAGES overrides it"),
	NODE(verify, KEY_ANY, "checks to run on the collected files"),
	STR(warm, "off",
		"from where the install environment starts: off: it boots;"
		" early: from a saved machine, before cloud-init; late: from"
		" one that has booted, with cloud-init loaded; the setting"
		" WARM overrides it"),
	{"wire", KEY_AUTO, "auto", AT(wire), 0, 0,
		"whether the installed system boots on a wire with a peer;"
		" auto: if its network config asks for what user networking"
		" has not"},
};

const struct vt_key *vt_key_at(size_t i)
{
	return i < VT_COUNT(keys) ? &keys[i] : NULL;
}
