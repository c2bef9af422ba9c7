/* What a config says of ZFS, and how zfs(8) shows it. */
#ifndef VT_ZFS_H
#define VT_ZFS_H

#include "graph/graph.h"

/** vt_zfs_dataset() - "rpool" and "/ROOT/x" are rpool/ROOT/x; owned */
char *vt_zfs_dataset(const char *pool, const char *volume);

/** vt_zfs_property() - a value in lines of "PROPERTY TAB VALUE"; NULL: none;
 * owned */
char *vt_zfs_property(const char *properties, const char *name);

/** vt_zfs_asked() - a property of the config as the command gets it: on and off
 * for booleans; NULL: it is not set */
const char *vt_zfs_asked(const struct vt_node *value);

/** vt_zfs_same() - whether a property that is shown is the one asked for: a
 * size is shown in bytes, `encryption: on` by its cipher */
bool vt_zfs_same(const char *name, const char *asked, const char *shown);

#endif
