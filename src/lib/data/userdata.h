/* user-data for cloud-init: a #cloud-config-archive, and scripts in it.
 *
 *	VT_AUTO_DOC struct vt_doc *ud = vt_userdata_new();
 *	vt_userdata_add(ud, "text/x-shellscript", script);
 *	if (vt_userdata_emit(ud, &text, err) < 0)
 *		return -1;
 *	vt_userdata_meta("vt-boot", &text, &meta);
 *
 * cloud-init merges cloud-config parts and runs scripts in the order they
 * were added. YAML holds UTF-8 only: anything else fails in the emitting.
 */
#ifndef VT_USERDATA_H
#define VT_USERDATA_H

#include "base/err.h"
#include "base/str.h"
#include "data/doc.h"

struct vt_doc *vt_userdata_new(void);

/** vt_userdata_add() - a part; both strings are copied */
void vt_userdata_add(struct vt_doc *ud, const char *type, const char *content);

/** vt_userdata_emit() - append it as text, reproducible; Errors: VT_USAGE */
int vt_userdata_emit(
	const struct vt_doc *ud, struct vt_str *out, struct vt_err **err);

/** vt_userdata_meta() - append the meta-data for a user-data: an instance-id
 * that follows from it, since cloud-init does nothing twice for one instance */
void vt_userdata_meta(
	const char *prefix, const struct vt_str *user_data, struct vt_str *out);

/** vt_userdata_heredoc() - append " <<'END'", the text and the END, which is
 * no line of the text; a text without a last newline gets one */
void vt_userdata_heredoc(struct vt_str *out, const char *text);

#endif
