#include "data/userdata.h"

#include <stdbool.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"

struct vt_doc *vt_userdata_new(void)
{
	struct vt_doc *ud = vt_doc_new();
	ud->root = vt_node_seq(ud);
	return ud;
}

void vt_userdata_add(struct vt_doc *ud, const char *type, const char *content)
{
	struct vt_node *part = vt_node_map(ud);
	vt_node_set_str(ud, part, "type", type);
	vt_node_set_str(ud, part, "content", content);
	vt_node_push(ud, ud->root, part);
}

extern const char journal_sh[]; /* see mk/build.mk */

/* A boothook is run as soon as cloud-init has read it, and merged with
 * nothing. */
void vt_userdata_add_journal(struct vt_doc *ud)
{
	vt_userdata_add(ud, "text/cloud-boothook", journal_sh);
}

char *vt_userdata_unix(const char *text)
{
	const char *end = strchr(text, '\n');
	bool dos = end && end > text && end[-1] == '\r';
	return dos ? vt_str_replace(text, "\r\n", "\n") : vt_strdup(text);
}

int vt_userdata_check_config(
	const char *name, const char *text, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv warnings = VT_STRV_INIT;
	size_t len = strlen(text);
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_parse(name, text, len, err);
	if (!doc || vt_node_expect(doc->root, VT_MAP, err) < 0)
		return -1;
	/* what PyYAML does not accept */
	VT_AUTO_DOC struct vt_doc *as_config =
		vt_doc_parse_config(name, text, len, &warnings, err);
	return as_config ? 0 : -1;
}

bool vt_userdata_is_known(const char *text)
{
	static const char *const starts[] = {"#!", "#cloud-config",
		"#cloud-boothook", "#include", "#part-handler", "#upstart-job",
		"## template: jinja"};
	VT_AUTO_FREE char *head = vt_strndup(text, strnlen(text, 4096));
	for (size_t i = 0; i < VT_COUNT(starts); i++)
		if (vt_str_starts(text, starts[i]))
			return true;
	return strcasestr(head, "mime-version:");
}

int vt_userdata_emit(
	const struct vt_doc *ud, struct vt_str *out, struct vt_err **err)
{
	vt_str_add(out, "#cloud-config-archive\n");
	if (vt_node_emit(ud->root, out, err) < 0)
		return vt_err_wrap(err, "user-data");
	return 0;
}

int vt_userdata_instance(
	const char *id, struct vt_str *out, struct vt_err **err)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	vt_node_set_str(doc, doc->root, "instance-id", id);
	return vt_node_emit(doc->root, out, err);
}

int vt_userdata_meta(const char *prefix, const struct vt_str *user_data,
	struct vt_str *out, struct vt_err **err)
{
	char hex[65];
	vt_sha256_hex(user_data->s, user_data->len, hex);
	VT_AUTO_FREE char *id = vt_printf("%s-%.16s", prefix, hex);
	return vt_userdata_instance(id, out, err);
}

static bool has_line(const char *text, const char *line)
{
	size_t n = strlen(line);
	for (const char *s = text; (s = strstr(s, line)); s++)
		if ((s == text || s[-1] == '\n') &&
			(s[n] == '\n' || s[n] == '\0'))
			return true;
	return false;
}

void vt_userdata_heredoc(struct vt_str *out, const char *text)
{
	VT_AUTO_FREE char *end = vt_strdup("VT_END");
	for (unsigned i = 1; has_line(text, end); i++) {
		vt_freep(&end);
		end = vt_printf("VT_END_%u", i);
	}
	size_t len = strlen(text);
	vt_str_addf(out, " <<'%s'\n", end);
	vt_str_addn(out, text, len);
	vt_str_addf(
		out, "%s%s\n", len && text[len - 1] != '\n' ? "\n" : "", end);
}
