/* Configs: merged as curtin merges them, with what a config without storage
 * means filled in. */
#ifndef CONFIG_H
#define CONFIG_H

#include "base/str.h"
#include "data/doc.h"

/** config_load() - Return: owned document
 * @sets: "PATH/OF/KEY=VALUE", merged over the files
 * Errors: VT_USAGE with a position, for a misspelt section as well */
struct vt_doc *config_load(const struct vt_strv *paths,
	const struct vt_strv *sets, struct vt_err **err);
/** config_default_storage() - curtin's simple mode: one root partition on
 * all of `disk`, when the config asks for no storage */
int config_default_storage(struct vt_doc *doc, const char *disk, uint64_t bytes,
	struct vt_err **err);

#endif
