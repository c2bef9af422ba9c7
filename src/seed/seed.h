/* The contents of a NoCloud seed: set from the command line or from
 * boot/seed.yaml, then written as user-data, meta-data and a seed image.
 *
 *	AUTO_SEED struct seed s = {0};
 *	if (seed_read_test(dir, &s, err) < 0 ||
 *		seed_user_data(&s, &user_data, err) < 0)
 *		return -1;
 *	vt_userdata_meta("vt-boot", &user_data, &meta_data, err);
 *	if (seed_image(s.format, user_data.s, meta_data.s, &image, err) < 0)
 *		return -1;
 *
 * Errors: VT_USAGE for invalid input, VT_HOST.
 */
#ifndef VT_SEED_H
#define VT_SEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "data/login.h"
#include "test/seed_file.h"

enum seed_format { SEED_ISO, SEED_VFAT };

struct seed {
	struct vt_seed_file file;
	struct vt_strv owned;         /* strings that `file` refers to */
	struct vt_strv cloud_configs; /* their texts */
	enum seed_format format;
	struct vt_login login; /* for an interactive seed */
};

void seed_free(struct seed *s);
#define AUTO_SEED __attribute__((cleanup(seed_free)))

/** seed_read_test() - read DIR/boot/seed.yaml */
int seed_read_test(const char *dir, struct seed *s, struct vt_err **err);

/** seed_is_interactive() - whether the seed lets a user log in, and does not
 * collect facts */
bool seed_is_interactive(const struct seed *s);

/** seed_user_data() - append a #cloud-config-archive. It contains the
 * cloud-configs that were added and, for an interactive seed, the login;
 * otherwise a script that collects facts, after which the machine powers off.
 */
int seed_user_data(
	const struct seed *s, struct vt_str *out, struct vt_err **err);

/** seed_image() - append an image with the user-data and the meta-data */
int seed_image(enum seed_format format, const char *user_data,
	const char *meta_data, struct vt_str *out, struct vt_err **err);

#endif
