/* Names of the booted system's devices, from lsblk.json and ls_al_byuuid,
 * ls_al_byid, ls_al_bypath, ls_al_bypartuuid, ls_al_bydname, dev_links.
 */
#ifndef VT_DEVICES_H
#define VT_DEVICES_H

#include <stdbool.h>

#include "base/str.h"
#include "graph/collected.h"

struct vt_devices;

/** vt_devices_read() - from those facts that were collected; never NULL */
struct vt_devices *vt_devices_read(const struct vt_facts *facts);
void vt_devices_free(struct vt_devices *d);

/** vt_devices_lsblk() - the list of block devices; NULL when not collected */
const json_t *vt_devices_lsblk(const struct vt_devices *d);

/** vt_devices_dnames() - the names in /dev/disk/by-dname, "a, b"
 * Return: false: they were not collected */
bool vt_devices_dnames(const struct vt_devices *d, struct vt_str *out);

/**
 * vt_devices_node() - what a specification of fstab names, as /dev/KNAME
 * @spec: UUID=, LABEL=, /dev/disk/by-..., /dev/...; others are returned as is
 * Return: owned; NULL if unknown
 */
char *vt_devices_node(const struct vt_devices *d, const char *spec);

/** vt_devices_uuid() - of the file system on what a specification names
 * Return: owned; NULL if unknown */
char *vt_devices_uuid(const struct vt_devices *d, const char *spec);

#endif
