/* Configs: merged as curtin merges them, and the default storage. */
#ifndef CONFIG_H
#define CONFIG_H

#include "base/str.h"
#include "data/doc.h"

/** config_load() - Return: owned document
 * @sets: "PATH/OF/KEY=VALUE", merged over the files
 * Errors: VT_USAGE with a position; an unknown section is an error too */
struct vt_doc *config_load(const struct vt_strv *paths,
	const struct vt_strv *sets, struct vt_err **err);
/** config_default_storage() - add the storage section of curtin's simple mode,
 * one root partition on all of `disk`, if the config has none */
int config_default_storage(struct vt_doc *doc, const char *disk, uint64_t bytes,
	struct vt_err **err);

#endif
