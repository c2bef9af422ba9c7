#include "test/image_id.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/settings.h"

const char *vt_image_id(const char *path)
{
	VT_AUTO_FREE char *dir = realpath(vt_setting("IMAGE_DIR"), NULL);
	size_t n = dir ? strlen(dir) : 0;
	return n && !strncmp(path, dir, n) && path[n] == '/' ? path + n + 1
							     : path;
}
