/* What the booted system is told: filled from the command line or from
 * boot/seed.yaml, then turned into user-data, meta-data and a seed image. */
#ifndef VT_SEED_H
#define VT_SEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "data/login.h"

#define SEED_OUTPUT "output_disk.img"

enum seed_format { SEED_ISO, SEED_VFAT };

/* A collect script. */
struct seed_script {
	char *name, *text;
};

struct seed {
	struct seed_script *scripts;
	size_t n_scripts;
	struct vt_strv cloud_configs; /* texts */
	char *output;                 /* serial of the output disk */
	enum seed_format format;
	struct vt_login login; /* somebody logs in, and nothing is collected */
};

void seed_free(struct seed *s);
#define AUTO_SEED __attribute__((cleanup(seed_free)))

/** seed_add_script() - copies
 * Errors: VT_USAGE for a bad name, or one that is taken */
int seed_add_script(struct seed *s, const char *name, const char *text,
	struct vt_err **err);

/** seed_set_output() - the serial of the output disk
 * Errors: VT_USAGE for what cannot be one */
int seed_set_output(struct seed *s, const char *serial, struct vt_err **err);

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
