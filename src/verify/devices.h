/* Which device is which in the booted system, from collected facts:
 * lsblk.json, and ls_al_byuuid, ls_al_byid, ls_al_bypath.
 */
#ifndef VT_VERIFY_DEVICES_H
#define VT_VERIFY_DEVICES_H

#include <stdbool.h>

#include "check.h"

/** devices_get() - read them, once */
const struct devices *devices_get(struct verify *v);
void devices_free(struct devices *d);

/**
 * devices_node() - what a specification of fstab names, as /dev/KNAME
 * @spec: UUID=, LABEL=, /dev/disk/by-..., /dev/...; anything else as it is
 * Return: owned; NULL when no fact tells
 */
char *devices_node(const struct devices *d, const char *spec);

/** devices_uuid() - of the file system on what a specification names
 * Return: owned; NULL when no fact tells */
char *devices_uuid(const struct devices *d, const char *spec);

/** devices_uuid_equal() - a FAT's has no fixed case and may lack the dash */
bool devices_uuid_equal(const char *a, const char *b);

#endif
