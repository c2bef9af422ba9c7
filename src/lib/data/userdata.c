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
