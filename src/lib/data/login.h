/* A login for interactive sessions: a cloud-config, for the seed of a guest,
 * that creates a user. Images have no user with a password. */
#ifndef VT_LOGIN_H
#define VT_LOGIN_H

#include "base/err.h"
#include "base/str.h"

#define VT_LOGIN_DEFAULT "ubuntu:passw0rd"

struct vt_login {
	const char *user;    /* NAME[:PASSWORD]; NULL: VT_LOGIN_DEFAULT */
	const char *ssh_key; /* file with public SSH keys, or NULL */
};

/**
 * vt_login_config() - append a cloud-config that creates the user, with
 * permission to become root by sudo
 * Errors: VT_USAGE for an invalid name or password, a user with neither
 * password nor key, and a file without public keys
 */
int vt_login_config(
	const struct vt_login *l, struct vt_str *out, struct vt_err **err);

#endif
