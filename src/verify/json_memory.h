/* Limits the memory of all JSON values of this process: jansson takes up to 80
 * times the size of the text.
 *
 *	json_memory_limit(256 << 20);	once, before the first value is made
 *	j = json_loadb(...);
 *	if (!j && json_memory_exceeded()) ...
 */
#ifndef VT_VERIFY_JSON_MEMORY_H
#define VT_VERIFY_JSON_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

void json_memory_limit(size_t bytes);

/** json_memory_exceeded() - whether the limit was reached since the last call
 */
bool json_memory_exceeded(void);

#endif
