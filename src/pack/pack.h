/* What is packed: filled from the command line or from install/pack.yaml, then
 * turned into a script or into user-data. */
#ifndef VT_PACK_H
#define VT_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "test/pack_file.h"

struct pack {
	struct vt_pack_file file;
	struct vt_strv owned; /* what it borrows, by hand */
	char *config;         /* becomes config/config.yaml; NULL for none */
	bool late; /* it has markers that vt-launch replaces, so it stands
		      in the script, not in the archive */
	const char *power; /* when all is done: poweroff or reboot; NULL: on */
};

void pack_free(struct pack *p);
#define PACK_INIT                                                              \
	{                                                                      \
		.power = "poweroff"                                            \
	}
#define AUTO_PACK __attribute__((cleanup(pack_free)))

/** pack_own() - keep a malloc'ed string; Return: the same */
const char *pack_own(struct pack *p, char *s);

enum { PACK_MAX_FILE = 16 << 20 };

/** pack_merge_configs() - the file's configs become p->config */
int pack_merge_configs(struct pack *p, struct vt_err **err);

/** pack_read_test() - from DIR/install/pack.yaml */
int pack_read_test(const char *dir, struct pack *p, struct vt_err **err);

/** pack_mark_iscsi() - every __RFC4173__ of the config becomes @VT_ISCSI_N@,
 * from 1 in their order; `late` says whether there was one */
void pack_mark_iscsi(struct pack *p);

/** pack_check() - what both ways of asking have in common */
int pack_check(const struct pack *p, struct vt_err **err);

/** pack_script() - the self-extracting script; curtin's is its own
 * @command: what it runs, mostly p->command */
int pack_script(const struct pack *p, const struct vt_strv *command,
	struct vt_str *out, struct vt_err **err);

/** pack_curtin() - what `curtin pack` prints */
int pack_curtin(const struct pack *p, const struct vt_strv *command,
	struct vt_str *out, struct vt_err **err);

/** pack_user_data() - a #cloud-config-archive that runs the script; PUBURL in
 * the command becomes @VT_PUBURL@, which vt-launch replaces */
int pack_user_data(
	const struct pack *p, struct vt_str *out, struct vt_err **err);

#endif
