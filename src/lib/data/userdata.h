/* user-data for cloud-init, as a #cloud-config-archive of cloud-configs and
 * scripts.
 *
 *	VT_AUTO_DOC struct vt_doc *ud = vt_userdata_new();
 *	vt_userdata_add(ud, "text/x-shellscript", script);
 *	if (vt_userdata_emit(ud, &text, err) < 0)
 *		return -1;
 *	if (vt_userdata_meta("vt-boot", &text, &meta, err) < 0)
 *		return -1;
 *
 * cloud-init merges the cloud-configs, and runs the scripts in the order in
 * which they were added. All parts must be UTF-8, which vt_userdata_emit()
 * checks.
 */
#ifndef VT_USERDATA_H
#define VT_USERDATA_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "data/doc.h"

struct vt_doc *vt_userdata_new(void);

/** vt_userdata_add() - add a part; both strings are copied
 * @type: its MIME type */
void vt_userdata_add(struct vt_doc *ud, const char *type, const char *content);

/** vt_userdata_add_journal() - add a script by which a system with systemd
 * sends its journal over the virtio-serial port org.vt.journal, if there is one
 */
void vt_userdata_add_journal(struct vt_doc *ud);

/** vt_userdata_unix() - a script or a config whose first line ends with "\r\n",
 * as editors of Windows write it, with "\n" on all lines: the kernel would look
 * for an interpreter "sh\r", and the shell for a command "fi\r"
 * Return: owned; a copy of other texts */
char *vt_userdata_unix(const char *text);

/** vt_userdata_check_config() - check a cloud-config, which cloud-init reads
 * with PyYAML, and ignores if it is not valid
 * @name: in errors
 * Errors: VT_USAGE with NAME:LINE:COLUMN, also for duplicate keys */
int vt_userdata_check_config(
	const char *name, const char *text, struct vt_err **err);

/** vt_userdata_is_known() - whether cloud-init knows user-data by its
 * beginning, as it does with all that it does not ignore */
bool vt_userdata_is_known(const char *text);

/** vt_userdata_emit() - append the user-data to `out`; the same parts give the
 * same text
 * Errors: VT_USAGE */
int vt_userdata_emit(
	const struct vt_doc *ud, struct vt_str *out, struct vt_err **err);

/** vt_userdata_instance() - append meta-data with an instance-id: cloud-init
 * runs most of its modules only once for each */
int vt_userdata_instance(
	const char *id, struct vt_str *out, struct vt_err **err);

/** vt_userdata_meta() - append the meta-data that belongs to user-data: its
 * instance-id is made from the user-data's checksum */
int vt_userdata_meta(const char *prefix, const struct vt_str *user_data,
	struct vt_str *out, struct vt_err **err);

/** vt_userdata_heredoc() - append a shell here-document: " <<'END'", the text,
 * and a line END. END is chosen so that it is not a line of the text. If the
 * text does not end in a newline, one is added. */
void vt_userdata_heredoc(struct vt_str *out, const char *text);

#endif
