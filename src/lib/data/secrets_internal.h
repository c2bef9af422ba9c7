/* What the parts of secrets.h share. */
#ifndef VT_SECRETS_INTERNAL_H
#define VT_SECRETS_INTERNAL_H

#include "data/secrets.h"

/* A text while it is searched: from `at` on. */
struct vt_secrets_scan {
	struct vt_secrets *s;
	const char *text, *at, *end;
	struct vt_str *out;
};

/** vt_secret_word() - as vt_secret_name() for words that mean a secret wherever
 * they stand, also in logs and command lines */
const char *vt_secret_word(const char *name, size_t len);
/** vt_secret_key() - the same for names that mean one as the key of a map */
const char *vt_secret_key(const char *name, size_t len);

/** vt_secrets_shape() - if a secret that is known by its shape begins here,
 * replace it and move on
 * Return: whether it did */
bool vt_secrets_shape(struct vt_secrets_scan *c, bool at_word);

/** vt_secrets_value() - replace the value after a name and its separator
 * @name: where the name begins
 * @separator: ':', '=', or ' ' after an option
 * Return: whether there was one; else nothing has moved */
bool vt_secrets_value(struct vt_secrets_scan *c, const char *name,
	const char *kind, char separator);

/** vt_secrets_is_value() - whether it could be one: it is not empty, null, a
 * boolean, a public key or a marker */
bool vt_secrets_is_value(const char *value, size_t len);

/** vt_secrets_note() - count one, and remember its value
 * @value: or NULL */
void vt_secrets_note(
	struct vt_secrets *s, const char *kind, const char *value, size_t len);

#endif
