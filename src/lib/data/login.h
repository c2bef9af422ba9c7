/* How a person gets into a guest that lets nobody in by itself: a cloud-config
 * for its seed. Nothing of it is in any image. */
#ifndef VT_LOGIN_H
#define VT_LOGIN_H

#include "base/err.h"
#include "base/str.h"

#define VT_LOGIN_DEFAULT "ubuntu:passw0rd"

struct vt_login {
	const char *user;    /* NAME[:PASSWORD]; NULL: none */
	const char *ssh_key; /* file of public keys, or NULL */
};

/**
 * vt_login_config() - append a cloud-config with the user, who may become root
 * Errors: VT_USAGE for what cannot be a user, a user with neither password nor
 *   key, a file that holds no public keys
 */
int vt_login_config(
	const struct vt_login *l, struct vt_str *out, struct vt_err **err);

#endif
