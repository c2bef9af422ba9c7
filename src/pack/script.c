/* The self-extracting script: variables, the functions of common.sh and
 * unpack.sh, the archive as a here-document in a function, and at the end the
 * call of main. So a script that is cut off does nothing. */
#include <openssl/evp.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "data/userdata.h"
#include "image/archiver.h"
#include "pack.h"
#include "shell.h"

static const char *const excluded[] = {"__pycache__", ".git", NULL};

static int fill(struct vt_archive *a, const struct pack *p, struct vt_err **err)
{
	VT_AUTO_FREE char *bin = vt_printf("bin/%s", p->file.installer.name);
	int rc = p->file.installer.kind == VT_INSTALLER_TREE
			 ? vt_archive_add_path(
				   a, "", p->file.installer.path, excluded, err)
			 : vt_archive_add_file(
				   a, bin, p->file.installer.path, true, err);
	if (rc == 0 && p->config && !p->has_markers)
		rc = vt_archive_add_text(
			a, "config/config.yaml", p->config, err);
	for (size_t i = 0; rc == 0 && i < p->file.n_adds; i++)
		rc = vt_archive_add_path(a, p->file.adds[i].as,
			p->file.adds[i].path, excluded, err);
	return rc;
}

/* Append base64 in lines of 76 characters, as base64(1) prints it. */
static void add_base64(struct vt_str *out, const struct vt_str *data)
{
	enum { BYTES = 57, LINE = 76 };
	for (size_t i = 0; i < data->len; i += BYTES) {
		size_t n = data->len - i < BYTES ? data->len - i : BYTES;
		unsigned char line[LINE + 2];
		int len = EVP_EncodeBlock(
			line, (const unsigned char *)data->s + i, (int)n);
		line[len++] = '\n';
		vt_str_addn(out, line, (size_t)len);
	}
}

static void add_quoted(struct vt_str *out, const char *name, const char *value)
{
	vt_str_addf(out, "%s=", name);
	vt_str_shquote(out, value);
	vt_str_addc(out, '\n');
}

void script_begin(struct vt_str *out, const struct pack *p)
{
	vt_str_add(out, "#!/bin/sh\n# Packed by vt-pack.\n\n");
	add_quoted(out, "name", p->file.installer.name);
}

void script_config(struct vt_str *out, const struct pack *p)
{
	if (!p->has_markers)
		return;
	vt_str_add(out, "\nseparate_config=yes\nconfig() {\n\tcat");
	vt_userdata_heredoc(out, p->config);
	vt_str_add(out, "}\n");
}

static int archive_script(const struct pack *p, const struct vt_strv *command,
	struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_ARCHIVE struct vt_archive *a = vt_archive_new();
	VT_AUTO_STR struct vt_str tar = VT_STR_INIT, text = VT_STR_INIT,
				  words = VT_STR_INIT;
	if (fill(a, p, err) < 0 || vt_archive_tar_gz(a, &tar, err) < 0)
		return -1;
	char hex[65];
	vt_sha256_hex(tar.s, tar.len, hex);
	vt_str_shjoin(&words, command->v);
	script_begin(out, p);
	add_quoted(out, "command", words.s);
	vt_str_addf(out, "members=%zu\nbytes=%zu\nsha256=%s\n\n",
		vt_archive_count(a), tar.len, hex);
	vt_str_addf(out, "start() {\n\texec %s\n}\n", words.s);
	vt_str_add(out, common_sh);
	vt_str_add(out, unpack_sh);
	script_config(out, p);
	add_base64(&text, &tar);
	vt_str_add(out, "\npayload() {\n\tbase64 -d");
	vt_userdata_heredoc(out, vt_str_c(&text));
	vt_str_add(out, "}\n\nmain \"$@\"\n");
	return 0;
}

int pack_script(const struct pack *p, const struct vt_strv *command,
	struct vt_str *out, struct vt_err **err)
{
	return p->file.installer.kind == VT_INSTALLER_CURTIN
		       ? pack_curtin(p, command, out, err)
		       : archive_script(p, command, out, err);
}
