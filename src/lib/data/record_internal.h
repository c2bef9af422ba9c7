/* Private to data/record*.c: members that are single values. */
#ifndef VT_RECORD_INTERNAL_H
#define VT_RECORD_INTERNAL_H

#include "data/record.h"

enum { VT_RECORD_MAX_ITEMS = 10000 };

/** vt_member_read() - read a value that is neither a list nor a record */
int vt_member_read(const struct vt_member *m, const struct vt_node *n,
	const char *dir, struct vt_doc *doc, void *to, struct vt_err **err);

/** vt_member_default() - set the default, if the member has one */
void vt_member_default(const struct vt_member *m, void *to);

/** vt_member_write() - the node of such a value; NULL if it is not written */
struct vt_node *vt_member_write(
	const struct vt_member *m, struct vt_doc *doc, const void *from);

#endif
