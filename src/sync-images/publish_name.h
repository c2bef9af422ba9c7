/* The names that 'vt-sync publish' gives to products and versions. */
#ifndef SYNC_PUBLISH_NAME_H
#define SYNC_PUBLISH_NAME_H

#include "base/err.h"
#include "data/json.h"

/** publish_product_name() - the default name of a product: it contains each
 * attribute by which tests choose images, so that no product replaces another
 * one; owned */
char *publish_product_name(const json_t *attrs);

/** publish_check_text() - check a name or value for a stream, which is JSON:
 * printable UTF-8
 * @what: names it in the message
 * Errors: VT_USAGE */
int publish_check_text(const char *what, const char *text, struct vt_err **err);

/** publish_check_id() - check the id of a stream, which names a file
 * Errors: VT_USAGE */
int publish_check_id(const char *id, struct vt_err **err);

/** publish_newest() - the name of the newest version
 * Return: a key of `versions`; NULL if there is none */
const char *publish_newest(json_t *versions);

/** publish_next_version() - a name for a new version, which sorts after an
 * existing one: today's date; with a number if that is not later, as on the
 * same day or after a clock that was ahead
 * @newest: NULL for none
 * Return: owned */
char *publish_next_version(const char *newest);

#endif
