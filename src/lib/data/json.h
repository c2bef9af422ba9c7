/* JSON files, by jansson.
 *
 *	VT_AUTO_JSON json_t *j = vt_json_load(path, 1 << 20, err);
 *	if (!j) return -1;
 */
#ifndef VT_JSON_H
#define VT_JSON_H

#include <jansson.h>

#include "base/err.h"

void vt_json_decrefp(json_t **j);
#define VT_AUTO_JSON __attribute__((cleanup(vt_json_decrefp)))

/** vt_json_load() - read a file of at most `max` bytes
 * Return: a new reference
 * Errors: as vt_fs_read(); VT_USAGE with file:line:column for invalid JSON */
json_t *vt_json_load(const char *path, size_t max, struct vt_err **err);
/** vt_json_write() - write a file atomically, indented by one space, with the
 * keys in the order of their insertion
 * Errors: VT_HOST */
int vt_json_write(const char *path, const json_t *j, struct vt_err **err);
/** vt_json_text() - a JSON string from untrusted bytes; invalid UTF-8 and NUL
 * become U+FFFD
 * Return: a new reference */
json_t *vt_json_text(const char *s, size_t len);

/** vt_json_str() - the value of a member that is a string
 * Return: borrowed; NULL if there is no such member or `object` is not an
 * object
 */
const char *vt_json_str(const json_t *object, const char *key);
/** vt_json_word() - as vt_json_str(), but returns `otherwise` instead of NULL
 */
const char *vt_json_word(
	const json_t *object, const char *key, const char *otherwise);

/** vt_json_object_in() - the object at a key, which is created if missing
 * Return: borrowed */
json_t *vt_json_object_in(json_t *parent, const char *key);

#endif
