/* Signed twins of a tree's streams: NAME.sjson beside NAME.json. */
#ifndef SYNC_SIGN_H
#define SYNC_SIGN_H

#include "held.h"

/** sign_streams() - every products file that h->index names, then the index
 * @key: of gpg's, as its --local-user takes it
 * Errors: VT_HOST, with gpg's last words */
int sign_streams(const struct held *h, const struct tree *t, const char *key,
	struct vt_err **err);
/** sign_check() - a tree with a signed index is not to be changed unsigned */
int sign_check(const struct tree *t, const char *key, struct vt_err **err);

#endif
