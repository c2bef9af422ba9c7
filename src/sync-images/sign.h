/* Signed copies of a tree's streams: NAME.sjson beside each NAME.json. */
#ifndef SYNC_SIGN_H
#define SYNC_SIGN_H

#include "catalog.h"

/** sign_streams() - sign every products file of the catalog, then the index
 * @key: a gpg key, as for its option --local-user
 * Errors: VT_HOST, with the end of gpg's output */
int sign_streams(const struct catalog *cat, const struct tree *t,
	const char *key, struct vt_err **err);
/** sign_check() - refuse to change a signed tree without a key
 * Errors: VT_USAGE */
int sign_check(const struct tree *t, const char *key, struct vt_err **err);

#endif
