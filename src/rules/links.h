/* What the entries of a storage config are made of, and what that needs: the
 * references of all types, circles among them, and how large each device must
 * be for what lies on it. A part of storage.c that nobody else includes.
 */
#ifndef VT_RULES_LINKS_H
#define VT_RULES_LINKS_H

#include "storage_entries.h"

/** vt_links_check() - every reference of every entry names another, none leads
 * back to itself, and what lies on a device of known size fits; then disks
 * are made large enough for what lies on them beside partitions
 * Errors: VT_USAGE with a position and the entry's id */
int vt_links_check(struct reader *r);

#endif
