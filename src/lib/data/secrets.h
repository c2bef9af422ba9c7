/* Secrets in texts and documents that leave this machine: what is one is said
 * by a table of names and shapes, and each is replaced by a marker.
 *
 *	VT_AUTO_SECRETS struct vt_secrets s = VT_SECRETS_INIT;
 *	if (vt_secret_file("etc/shadow")) ...		leave it out
 *	vt_secrets_text(&s, text, len, &out);		any text
 *	vt_secrets_doc(&s, doc, VT_SECRETS_MARK);	a document
 *	if (s.n) ... s.names				what was replaced
 *
 * A value of eight bytes or more that stood under the name of a secret is
 * remembered, and replaced also where it stands without that name, such as in a
 * log. So files that define secrets come first.
 *
 * What is encoded (base64, an archive) is not looked into, except a map's
 * `content` whose `encoding` is base64.
 */
#ifndef VT_SECRETS_H
#define VT_SECRETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "data/doc.h"

#define VT_SECRETS_MARKER "REMOVED-BY-VT"

struct vt_secrets {
	size_t n;             /* how many were replaced */
	struct vt_strv names; /* of which kinds; both since vt_secrets_next() */
	struct vt_strv values;
};
#define VT_SECRETS_INIT                                                        \
	{                                                                      \
		.names = VT_STRV_INIT, .values = VT_STRV_INIT                  \
	}
void vt_secrets_free(struct vt_secrets *s);
#define VT_AUTO_SECRETS __attribute__((cleanup(vt_secrets_free)))

/** vt_secrets_next() - begin a new text: none was replaced in it so far */
void vt_secrets_next(struct vt_secrets *s);

/** vt_secret_file() - why a file with such a path is left out, by its name;
 * NULL if it is not */
const char *vt_secret_file(const char *path);

/** vt_secret_name() - the row of the table that says that the value of this
 * key is a secret; NULL if none does */
const char *vt_secret_name(const char *key);

/**
 * vt_secrets_text() - append a text with its secrets replaced. Lines keep their
 * numbers, and a config in YAML stays valid
 */
void vt_secrets_text(
	struct vt_secrets *s, const char *text, size_t len, struct vt_str *out);

enum vt_secrets_how {
	VT_SECRETS_MARK, /* the marker is the value */
	VT_SECRETS_DROP, /* the key goes as well */
};
/** vt_secrets_doc() - replace the secrets of a document, also in the texts of
 * its scalars */
void vt_secrets_doc(
	struct vt_secrets *s, struct vt_doc *doc, enum vt_secrets_how how);

/** vt_secrets_help() - the table, for people; Return: owned */
char *vt_secrets_help(void);

#endif
