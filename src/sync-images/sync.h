/* The commands of vt-sync. Operands: the words after the command's name. */
#ifndef SYNC_H
#define SYNC_H

#include "options.h"

/** sync_query() - print the items of DIR that match; none is VT_FAILED */
int sync_query(
	const struct options *o, char *const *operands, struct vt_err **err);
/** sync_publish() - put files into DIR as a new version of a product */
int sync_publish(
	const struct options *o, char *const *operands, struct vt_err **err);

#endif
