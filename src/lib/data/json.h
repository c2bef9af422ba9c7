/* JSON through jansson: bounded reading, atomic writing. */
#ifndef VT_JSON_H
#define VT_JSON_H

#include <jansson.h>

#include "base/err.h"

void vt_json_decrefp(json_t **j);
#define VT_AUTO_JSON __attribute__((cleanup(vt_json_decrefp)))

/** vt_json_load() - read a file of at most `max` bytes; VT_USAGE with
 * file:line:column for bad JSON; Return: new reference */
json_t *vt_json_load(const char *path, size_t max, struct vt_err **err);
/** vt_json_write() - indented by 1, keys in insertion order, atomically */
int vt_json_write(const char *path, const json_t *j, struct vt_err **err);
/** vt_json_text() - a JSON string of guest bytes: invalid UTF-8 replaced */
json_t *vt_json_text(const char *s, size_t len);

/** vt_json_object_in() - the object under a key, made when there is none;
 * borrowed */
json_t *vt_json_object_in(json_t *parent, const char *key);

#endif
