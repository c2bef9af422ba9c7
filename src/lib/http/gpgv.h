/* Signed texts: gpgv checks, and only what it prints is used.
 *
 *	VT_AUTO_CLOSE int fd = vt_gpgv_open(keyring, in, "index.sjson", err);
 *	if (fd < 0) return -1;
 *	... read fd from its start ...
 *
 * gpgv's exit status is not enough (it is 0 for keys that are expired or
 * revoked, and prints the text even under a bad signature): its status lines
 * have to tell of one text with one signature, good and valid.
 */
#ifndef VT_GPGV_H
#define VT_GPGV_H

#include <stddef.h>

#include "base/err.h"

/**
 * vt_gpgv_open() - the text of a clearsigned file
 * @keyring: file of binary keys, as `gpg --export` writes them
 * @in: the file, read from where it stands
 * @name: for messages
 * Return: a nameless file that holds the text, at its start; -1
 * Errors: VT_USAGE for a signature that is not good, or none; VT_HOST when the
 *   keyring or gpgv is missing
 */
int vt_gpgv_open(
	const char *keyring, int in, const char *name, struct vt_err **err);

/** vt_gpgv_judge() - what gpgv's status lines say
 * Return: NULL when all is well, or why not: "the key has expired" */
const char *vt_gpgv_judge(const char *status);

#endif
