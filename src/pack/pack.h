/* The contents of a package: set from the command line or from
 * install/pack.yaml, then written as a script or as user-data.
 *
 *	AUTO_PACK struct pack p = PACK_INIT;
 *	if (pack_read_test(dir, &p, err) < 0 || pack_check(&p, err) < 0)
 *		return -1;
 *	pack_mark_iscsi(&p);
 *	if (pack_user_data(&p, &out, err) < 0) return -1;
 *
 * Errors: VT_USAGE for invalid input, VT_HOST for files that cannot be read.
 */
#ifndef VT_PACK_H
#define VT_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "test/pack_file.h"

struct pack {
	struct vt_pack_file file;
	struct vt_strv owned; /* strings that `file` refers to */
	char *config;         /* the merged config; NULL for none */
	/* the config has markers, which vt-launch replaces: it is put in the
	 * script, because the archive is compressed */
	bool has_markers;
	const char *power; /* at the end: poweroff or reboot; NULL: stay on */
};

void pack_free(struct pack *p);
#define PACK_INIT                                                              \
	{                                                                      \
		.power = "poweroff"                                            \
	}
#define AUTO_PACK __attribute__((cleanup(pack_free)))

/** pack_own() - take ownership of an allocated string; Return: the same string
 */
const char *pack_own(struct pack *p, char *s);

enum { PACK_MAX_FILE = 16 << 20 };

/** pack_merge_configs() - read and merge the configs into p->config */
int pack_merge_configs(struct pack *p, struct vt_err **err);

/** pack_read_test() - read DIR/install/pack.yaml and the configs */
int pack_read_test(const char *dir, struct pack *p, struct vt_err **err);

/** pack_mark_iscsi() - replace each __RFC4173__ in the config by @VT_ISCSI_N@,
 * numbered from 1, and set p->has_markers if there is one */
void pack_mark_iscsi(struct pack *p);

/** pack_check_part() - check a part that is a cloud-config
 * @name: in errors */
int pack_check_part(
	const struct vt_pack_part *part, const char *name, struct vt_err **err);

/** pack_check() - check the installer, the command and the names of added files
 */
int pack_check(const struct pack *p, struct vt_err **err);

/** pack_script() - append the self-extracting script
 * @command: the command that it runs */
int pack_script(const struct pack *p, const struct vt_strv *command,
	struct vt_str *out, struct vt_err **err);

/** pack_curtin() - append the output of `curtin pack` */
int pack_curtin(const struct pack *p, const struct vt_strv *command,
	struct vt_str *out, struct vt_err **err);

/** pack_user_data() - append a #cloud-config-archive that runs the script. In
 * the command, PUBURL becomes @VT_PUBURL@, which vt-launch replaces. */
int pack_user_data(
	const struct pack *p, struct vt_str *out, struct vt_err **err);

#endif
