/* What the booted system is told: filled from the command line or from
 * boot/seed.yaml, then turned into user-data, meta-data and a seed image. */
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
	struct vt_strv owned;         /* what it borrows, by hand */
	struct vt_strv cloud_configs; /* texts */
	enum seed_format format;
	struct vt_login login; /* somebody logs in, and nothing is collected */
};

void seed_free(struct seed *s);
#define AUTO_SEED __attribute__((cleanup(seed_free)))

/** seed_read_test() - from DIR/boot/seed.yaml */
int seed_read_test(const char *dir, struct seed *s, struct vt_err **err);

/** seed_for_people() - whether it lets somebody log in */
bool seed_for_people(const struct seed *s);

/** seed_user_data() - a #cloud-config-archive: power off at the end, what was
 * added, and one script that collects; for people what was added, and a login
 */
int seed_user_data(
	const struct seed *s, struct vt_str *out, struct vt_err **err);

/** seed_image() - a NoCloud volume that holds both */
int seed_image(enum seed_format format, const char *user_data,
	const char *meta_data, struct vt_str *out, struct vt_err **err);

#endif
