/* Names in /dev/disk/by-dname: for each name in a storage config curtin writes
 * a rule of udev to the installed system, which makes a link to the device.
 *
 * Source: make_dname() in curtin's commands/block_meta.py, and who calls it.
 */
#ifndef VT_DNAME_H
#define VT_DNAME_H

#include "graph/graph.h"

/** vt_dname_sanitized() - a name as it stands in names of links and files:
 * letters, digits, - and _; owned */
char *vt_dname_sanitized(const char *name);

/**
 * vt_dname_of() - the link that the installer makes for an entry
 * A partition has one only if what it lies on is named as well; an array has
 * one always, and so does a logical volume: that of device-mapper.
 * Return: its name, owned; NULL: none
 */
char *vt_dname_of(const struct vt_dev *d);

/** vt_dname_statement() - the field that says the link's name, or NULL */
const struct vt_field *vt_dname_statement(const struct vt_dev *d);

/** vt_realise_dnames() - expect the links, except those that several devices
 * would have */
void vt_realise_dnames(struct vt_graph *g);

/** vt_mapper_name() - what device-mapper calls a logical volume: group-volume,
 * with dashes of either doubled; owned */
char *vt_mapper_name(const char *group, const char *volume);

#endif
