/* The table of secrets. */
#include "data/secrets.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "base/columns.h"
#include "base/fs.h"
#include "base/mem.h"
#include "data/secrets_internal.h"

enum {
	MIN_VALUE = 8, /* shorter ones occur by chance */
	MAX_VALUE = 4096,
	MAX_VALUES = 1000,
	MAX_NAME = 64,
};

enum kind {
	WORD,  /* a part of a name: db_password, consumerSecret */
	KEY,   /* the key of a map */
	FILE_, /* the last part of a path */
	SHAPE, /* for people: secrets_shape.c knows them */
};

/* What is a secret. SHAPE rows are only their description. */
static const struct row {
	enum kind kind;
	const char *name, *doc;
} rows[] = {
	{WORD, "password", "and passwords of any prefix"},
	{WORD, "passwords", "the same"},
	{WORD, "passwd", "passwords or their hashes, of cloud-config"},
	{WORD, "chpasswd", "passwords of cloud-config"},
	{WORD, "passphrase", "of disks and keys"},
	{WORD, "psk", "keys of wireless networks and of IPsec"},
	{WORD, "secret", "of OAuth and others"},
	{WORD, "secrets", "the same"},
	{WORD, "token", "of web services"},
	{WORD, "tokens", "the same"},
	{WORD, "credential", "of web services"},
	{WORD, "credentials", "the same"},
	{WORD, "apikey", "of web services"},
	{WORD, "authorization", "the HTTP header"},
	{KEY, "key", "the key of an encrypted disk (dm_crypt)"},
	{KEY, "auth", "the login of an iSCSI target (CHAP)"},
	{KEY, "iauth", "the same, of the initiator"},
	{KEY, "say", "what is typed at a prompt (answers)"},
	{KEY, "ssh_keys", "private host keys of cloud-config"},
	{KEY, "consumer_key", "of OAuth"},
	{KEY, "api_key", "of web services"},
	{KEY, "access_key", "of web services"},
	{KEY, "private_key", "of any kind"},
	{KEY, "encryption_key", "of any kind"},
	{KEY, "cookie", "of web services"},
	{FILE_, "shadow", "hashes of passwords"},
	{FILE_, "shadow-", "the same"},
	{FILE_, "gshadow*", "the same, of groups"},
	{FILE_, "id_rsa", "a private key"},
	{FILE_, "id_ed25519", "a private key"},
	{FILE_, "id_ecdsa", "a private key"},
	{FILE_, "ssh_host_*_key", "a private key"},
	{FILE_, "*.key", "a private key"},
	{FILE_, "*.pem", "may have a private key"},
	{FILE_, "*.p12", "may have a private key"},
	{FILE_, "*.keytab", "a private key"},
	{FILE_, "*keyfile*", "the key of an encrypted disk"},
	{FILE_, "*.luks", "the key of an encrypted disk"},
	{FILE_, ".netrc", "logins"},
	{FILE_, ".git-credentials", "logins"},
	{FILE_, "iscsi.yaml", "targets with their passwords (CHAP)"},
	{FILE_, "*-sensitive.json", "what cloud-init hides from users"},
	{FILE_, "obj.pkl", "what cloud-init knows, user-data included"},
	{FILE_, "random_seed", "the state of a random number generator"},
	{FILE_, "random-seed", "the same"},
	{SHAPE, "private key", "-----BEGIN ... PRIVATE KEY-----"},
	{SHAPE, "password hash", "$6$... and others of crypt(5)"},
	{SHAPE, "login in a URL", "http://USER:PASSWORD@..., of proxies too"},
	{SHAPE, "login of an iSCSI disk", "iscsi:USER:PASSWORD@..."},
	{SHAPE, "token of a service", "such as ghp_... or glpat-..."},
};

static const char *find(enum kind kind, const char *name, size_t len)
{
	for (size_t i = 0; i < VT_COUNT(rows); i++)
		if (rows[i].kind == kind && strlen(rows[i].name) == len &&
			!strncasecmp(rows[i].name, name, len))
			return rows[i].name;
	return NULL;
}

/* Where a name goes on with a new word: after a character of no word, and at an
 * upper-case letter after a lower-case one. */
static bool begins(const char *name, size_t i)
{
	return !isalnum((unsigned char)name[i - 1]) ||
	       (islower((unsigned char)name[i - 1]) &&
		       isupper((unsigned char)name[i]));
}

const char *vt_secret_word(const char *name, size_t len)
{
	for (size_t from = 0, to; from < len; from = to) {
		const char *row = NULL;
		for (to = from + 1; to < len && !begins(name, to);)
			to++;
		size_t n = to - from;
		while (n && !isalnum((unsigned char)name[from + n - 1]))
			n--;
		if (n && (row = find(WORD, name + from, n)))
			return row;
	}
	return NULL;
}

/* "-" in a name is "_". */
const char *vt_secret_key(const char *name, size_t len)
{
	char plain[MAX_NAME];
	if (len > sizeof(plain))
		return NULL;
	for (size_t i = 0; i < len; i++)
		plain[i] = name[i] == '-' ? '_' : name[i];
	const char *row = find(KEY, plain, len);
	/* the key of a disk: "Key" is a column of many tables */
	return row && !strcmp(row, "key") && memcmp(name, row, len) ? NULL
								    : row;
}

const char *vt_secret_name(const char *key)
{
	const char *row = vt_secret_word(key, strlen(key));
	return row ? row : vt_secret_key(key, strlen(key));
}

const char *vt_secret_file(const char *path)
{
	const char *base = vt_fs_basename(path);
	for (size_t i = 0; i < VT_COUNT(rows); i++)
		if (rows[i].kind == FILE_ && !fnmatch(rows[i].name, base, 0))
			return rows[i].doc;
	return NULL;
}

void vt_secrets_note(
	struct vt_secrets *s, const char *kind, const char *value, size_t len)
{
	s->n++;
	if (!vt_strv_has(&s->names, kind))
		vt_strv_add(&s->names, kind);
	if (!value || len < MIN_VALUE || len > MAX_VALUE ||
		s->values.n == MAX_VALUES || memchr(value, '\n', len) ||
		memchr(value, '\0', len))
		return;
	VT_AUTO_FREE char *copy = vt_strndup(value, len);
	if (!vt_strv_has(&s->values, copy))
		vt_strv_add(&s->values, copy);
}

void vt_secrets_next(struct vt_secrets *s)
{
	s->n = 0;
	vt_strv_free(&s->names);
}

void vt_secrets_free(struct vt_secrets *s)
{
	vt_strv_free(&s->names);
	vt_strv_free(&s->values);
}

char *vt_secrets_help(void)
{
	static const char *const what[] = {
		[WORD] = "name with the word",
		[KEY] = "key",
		[FILE_] = "file",
		[SHAPE] = "text",
	};
	VT_AUTO_COLUMNS struct vt_columns t = {.n = 3};
	struct vt_str s = VT_STR_INIT;
	for (size_t i = 0; i < VT_COUNT(rows); i++) {
		vt_strv_add(&t.cells, what[rows[i].kind]);
		vt_strv_add(&t.cells, rows[i].name);
		vt_strv_add(&t.cells, rows[i].doc);
	}
	vt_columns_format(&t, "  ", &s);
	return vt_str_take(&s);
}
