/* Verification of clearsigned texts. Only the text that gpgv prints as signed
 * is used.
 *
 *	VT_AUTO_CLOSE int fd = vt_gpgv_open(keyring, in, "index.sjson", err);
 *	if (fd < 0) return -1;
 *	... read fd from its start ...
 *
 * gpgv's exit status is not sufficient: it is 0 for expired and revoked keys,
 * and the text is printed even for a bad signature. So its status lines are
 * checked: they must report one text with one good and valid signature.
 */
#ifndef VT_GPGV_H
#define VT_GPGV_H

#include <stddef.h>

#include "base/err.h"

/**
 * vt_gpgv_open() - the text of a clearsigned file
 * @keyring: a binary keyring, as written by `gpg --export`
 * @in: the file, read from its current position
 * @name: for messages
 * Return: a descriptor of an unlinked file with the text, which the caller
 *   closes; -1
 * Errors: VT_USAGE for a missing or bad signature; VT_HOST when the keyring or
 *   gpgv is missing
 */
int vt_gpgv_open(
	const char *keyring, int in, const char *name, struct vt_err **err);

/** vt_gpgv_judge() - evaluate gpgv's status lines
 * Return: NULL for a good signature; else the reason, such as "the key has
 *   expired" */
const char *vt_gpgv_judge(const char *status);

#endif
