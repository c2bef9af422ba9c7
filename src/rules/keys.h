/* The keys of a test definition: one table (keys.c) drives reading, errors,
 * `vt-rules --help`, vt-test(5) and test.yaml.
 *
 *	struct vt_def def;
 *	if (vt_def_read(&def, keys, err) < 0) return -1;
 *
 * `keys` is a map of the definition's own and inherited keys. All pointers in
 * a struct vt_def point into it or into static storage: nothing to free.
 * Errors are VT_USAGE with file:line:column.
 */
#ifndef VT_RULES_KEYS_H
#define VT_RULES_KEYS_H

#include <stdbool.h>

#include "base/str.h"
#include "data/doc.h"

enum { VT_UNSET = -1 };

struct vt_def {
	/* strings, NULL when unset without a default */
	const char *arch, *bios, *conf_file, *dirty_disk_config, *disk_driver,
		*disks_from, *distro, *ephemeral_ftype, *extra_kern_args,
		*kflavor, *krel, *release, *subarch, *target_distro,
		*target_ftype, *target_kernel_package, *target_kflavor,
		*target_krel, *target_release, *warm;
	/* integers, VT_UNSET when unset without a default */
	long boot_timeout, boots, disk_block_size, install_timeout, mem,
		multipath_num_paths, nr_cpus;
	bool crashdump, dirty_disks, expected_failure, interactive, multipath,
		pairwise, secure_boot, strict, tpm, uplink;
	int uefi;           /* 0, 1 or VT_UNSET: from the config */
	int wire;           /* 0, 1 or VT_UNSET: if the network needs one */
	int system_upgrade; /* 0, 1 or VT_UNSET: if add_repos is set */
	/* nodes, NULL when unset */
	const struct vt_node *add_repos, *answers, *arch_skip, *boot_cloudconf,
		*collect_scripts, *conf_replace, *disk_to_check,
		*extra_collect_scripts, *extra_disks, *fatal_lines,
		*fstab_expected, *grace, *installer, *iscsi_disks, *matrix,
		*nvme_disks, *peer, *releases, *skip_by_date,
		*supported_releases, *upgrade_packages, *verify;
	const struct vt_node *keys; /* the map itself */
};

/** vt_keys_check() - error for unknown keys in one definition file */
int vt_keys_check(const struct vt_node *map, struct vt_err **err);

/** vt_def_read() - check types and ranges, set defaults */
int vt_def_read(
	struct vt_def *def, const struct vt_node *keys, struct vt_err **err);

/** vt_def_node() - node of a key, as position of errors; NULL if not set */
const struct vt_node *vt_def_node(const struct vt_def *def, const char *key);

/** vt_words_of() - append the words of a list, or of text separated by commas
 * or spaces; NULL appends none */
void vt_words_of(const struct vt_node *n, struct vt_strv *out);

/** vt_keys_help() - the table as text for --help; owned */
char *vt_keys_help(void);

/** vt_keys_man() - the table as the list of vt-test(5), as mdoc */
void vt_keys_man(struct vt_str *out);

/** vt_def_emit() - add all keys that have a value to a map of `doc` */
void vt_def_emit(
	const struct vt_def *def, struct vt_doc *doc, struct vt_node *map);

#endif
