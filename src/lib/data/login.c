#include "data/login.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/doc.h"

enum { MAX_NAME = 32, MAX_KEYS = 64 << 10 };

static int check_name(const char *name, struct vt_err **err)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz_";
	static const char others[] = "abcdefghijklmnopqrstuvwxyz_0123456789-";
	if (*name && strchr(first, *name) && !name[strspn(name, others)] &&
		strlen(name) <= MAX_NAME)
		return 0;
	return vt_err_set(err, VT_USAGE,
		"invalid user name '%s': use at most %d lower-case letters, "
		"digits, '_' and '-', and do not start with a digit or '-'",
		name, MAX_NAME);
}

static int check_password(const char *s, struct vt_err **err)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return vt_err_set(err, VT_USAGE,
				"password contains control characters");
	return 0;
}

/* Add each line of a file of public keys, except comments. */
static int add_keys(struct vt_doc *doc, struct vt_node *user, const char *path,
	struct vt_err **err)
{
	VT_AUTO_FREE char *text = vt_fs_read(path, MAX_KEYS, NULL, err);
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	struct vt_node *keys = vt_node_seq(doc);
	if (!text)
		return -1;
	if (strstr(text, "PRIVATE KEY"))
		return vt_err_set(err, VT_USAGE,
			"'%s' is a private key: give the file of the public "
			"key",
			path);
	vt_str_split(text, '\n', &lines);
	for (size_t i = 0; i < lines.n; i++)
		if (lines.v[i][0] && lines.v[i][0] != '#')
			vt_node_push(
				doc, keys, vt_node_string(doc, lines.v[i]));
	if (!keys->n)
		return vt_err_set(err, VT_USAGE, "no public key in '%s'", path);
	vt_node_set(doc, user, "ssh_authorized_keys", keys);
	return 0;
}

/* plain_text_passwd is used if cloud-init creates the user, chpasswd if the
 * user exists already. */
static void add_password(struct vt_doc *doc, struct vt_node *user,
	const char *name, const char *password)
{
	struct vt_node *change = vt_node_map(doc), *list = vt_node_seq(doc);
	VT_AUTO_FREE char *both = vt_printf("%s:%s", name, password);
	vt_node_set_str(doc, user, "plain_text_passwd", password);
	vt_node_set(doc, user, "lock_passwd", vt_node_boolean(doc, false));
	vt_node_push(doc, list, vt_node_string(doc, both));
	vt_node_set(doc, change, "expire", vt_node_boolean(doc, false));
	vt_node_set(doc, change, "list", list);
	vt_node_set(doc, doc->root, "chpasswd", change);
	vt_node_set(doc, doc->root, "ssh_pwauth", vt_node_boolean(doc, true));
}

int vt_login_config(
	const struct vt_login *l, struct vt_str *out, struct vt_err **err)
{
	const char *asked = l->user ? l->user : VT_LOGIN_DEFAULT;
	const char *colon = strchr(asked, ':');
	VT_AUTO_FREE char *name = vt_strndup(asked, strcspn(asked, ":"));
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	struct vt_node *users = vt_node_seq(doc), *user = vt_node_map(doc);
	if (check_name(name, err) < 0 ||
		(colon && check_password(colon + 1, err) < 0))
		return -1;
	if ((!colon || !colon[1]) && !l->ssh_key)
		return vt_err_set(err, VT_USAGE,
			"user '%s' has no password and no SSH key: give "
			"NAME:PASSWORD or a key",
			name);
	vt_node_set_str(doc, user, "name", name);
	vt_node_set_str(doc, user, "shell", "/bin/bash");
	vt_node_set_str(doc, user, "sudo", "ALL=(ALL) NOPASSWD:ALL");
	vt_node_push(doc, users, user);
	vt_node_set(doc, doc->root, "users", users);
	if (colon && colon[1])
		add_password(doc, user, name, colon + 1);
	if (l->ssh_key && add_keys(doc, user, l->ssh_key, err) < 0)
		return -1;
	vt_str_add(out, "#cloud-config\n");
	return vt_node_emit(doc->root, out, err);
}
