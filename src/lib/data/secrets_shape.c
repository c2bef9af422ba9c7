/* Secrets that are known by their shape, whatever their name is. */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "data/secrets_internal.h"

enum { MIN_HASH = 20, MIN_TOKEN = 16, MIN_LOGIN = 16 };

static bool starts(
	const struct vt_secrets_scan *c, const char *at, const char *with)
{
	size_t n = strlen(with);
	return (size_t)(c->end - at) >= n && !memcmp(at, with, n);
}

static const char *find(
	const struct vt_secrets_scan *c, const char *from, const char *what)
{
	return memmem(from, (size_t)(c->end - from), what, strlen(what));
}

/* The end of what has none of these characters. */
static const char *span(
	const struct vt_secrets_scan *c, const char *at, const char *without)
{
	while (at < c->end && *at && !strchr(without, *at))
		at++;
	return at;
}

/* Replace up to `to`; newlines stay. */
static bool replace(struct vt_secrets_scan *c, const char *to, const char *kind)
{
	bool lines = memchr(c->at, '\n', (size_t)(to - c->at));
	vt_secrets_note(c->s, kind, lines ? NULL : c->at, (size_t)(to - c->at));
	vt_str_add(c->out, VT_SECRETS_MARKER);
	for (; c->at < to; c->at++)
		if (*c->at == '\n')
			vt_str_addc(c->out, '\n');
	return true;
}

/* -----BEGIN X PRIVATE KEY-----, also where newlines are written as \n. What
 * has no end, ends with its lines of base64. */
static bool private_key(struct vt_secrets_scan *c)
{
	static const char end[] = "-----END ";
	if (!starts(c, c->at, "-----BEGIN "))
		return false;
	const char *eol = span(c, c->at, "\n");
	const char *kind = find(c, c->at, "PRIVATE KEY");
	const char *next = find(c, c->at + 1, "-----");
	if (!kind || kind > eol || !next || next < kind)
		return false;
	const char *last = find(c, next, end);
	const char *empty = find(c, next, "\n\n");
	if (!last || (empty && empty < last && !find(c, next, "Proc-Type")))
		return replace(c, empty ? empty : c->end, "private key");
	last = find(c, last + strlen(end), "-----");
	return replace(c, last ? last + 5 : c->end, "private key");
}

/* $ID$SALT$HASH */
static bool hash(struct vt_secrets_scan *c)
{
	static const char *const ids[] = {"1", "2a", "2b", "2x", "2y", "5", "6",
		"7", "y", "gy", "sha1", "argon2i", "argon2d", "argon2id",
		"scrypt", NULL};
	static const char plain[] = "./=,+-$";
	if (*c->at != '$')
		return false;
	const char *id = c->at + 1, *to = span(c, id, "$ \t\n");
	VT_AUTO_FREE char *name = vt_strndup(id, (size_t)(to - id));
	if (to == c->end || *to != '$' || !vt_str_in(ids, name))
		return false;
	const char *salt = ++to;
	while (to < c->end && *to &&
		(isalnum((unsigned char)*to) || strchr(plain, *to)))
		to++;
	if (to - salt < MIN_HASH || !memchr(salt, '$', (size_t)(to - salt)))
		return false;
	return replace(c, to, "password hash");
}

static const char *last_at(const char *from, const char *to)
{
	return memrchr(from, '@', (size_t)(to - from));
}

/* SCHEME://USER:PASSWORD@HOST, or a long USER, which is a token */
static bool url(struct vt_secrets_scan *c)
{
	static const char scheme[] = "://";
	if (!starts(c, c->at, scheme))
		return false;
	const char *from = c->at + strlen(scheme);
	const char *at = last_at(from, span(c, from, "/ \t\r\n\"'<>\\`|"));
	if (!at || (!memchr(from, ':', (size_t)(at - from)) &&
			   at - from < MIN_LOGIN))
		return false;
	vt_str_add(c->out, scheme);
	c->at = from;
	if (starts(c, from, VT_SECRETS_MARKER "@"))
		return false;
	return replace(c, at, "login in a URL");
}

/* iscsi:USER:PASSWORD[:USER:PASSWORD]@HOST:... of RFC 4173 */
static bool iscsi(struct vt_secrets_scan *c)
{
	static const char scheme[] = "iscsi:";
	if (!starts(c, c->at, scheme))
		return false;
	const char *from = c->at + strlen(scheme);
	const char *at = last_at(from, span(c, from, " \t\r\n\"'\\"));
	if (!at || !memchr(from, ':', (size_t)(at - from)))
		return false;
	vt_str_add(c->out, scheme);
	c->at = from;
	return replace(c, at, "login of an iSCSI disk");
}

static bool token(struct vt_secrets_scan *c)
{
	static const char *const heads[] = {"ghp_", "gho_", "ghs_",
		"github_pat_", "glpat-", "glrt-", "xoxb-", "xoxp-", "AKIA",
		NULL};
	for (const char *const *h = heads; *h; h++) {
		const char *from = c->at + strlen(*h), *to = from;
		if (!starts(c, c->at, *h))
			continue;
		while (to < c->end && (isalnum((unsigned char)*to) ||
					      *to == '_' || *to == '-'))
			to++;
		if (to - from >= MIN_TOKEN)
			return replace(c, to, "token of a service");
	}
	return false;
}

bool vt_secrets_shape(struct vt_secrets_scan *c, bool at_word)
{
	switch (*c->at) {
	case '-':
		return private_key(c);
	case '$':
		return hash(c);
	case ':':
		return url(c);
	default:
		return at_word && (iscsi(c) || token(c));
	}
}
