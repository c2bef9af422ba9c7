#include "http/webhook_files.h"

#include <string.h>

#include "base/base64.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/json.h"
#include "http/webhook.h"

static int put(const char *dir, const json_t *file, unsigned *written,
	struct vt_err **err)
{
	const char *path = vt_json_str(file, "path");
	const char *text = vt_json_str(file, "content");
	const char *name = path ? vt_fs_basename(path) : "";
	size_t len = 0;
	if (!text || !vt_str_valid_name(name) ||
		*written >= VT_WEBHOOK_MAX_FILES)
		return 0;
	VT_AUTO_FREE char *bytes = vt_base64_decode(text, &len);
	VT_AUTO_FREE char *to = vt_fs_join(dir, name);
	if (!bytes)
		return 0;
	if (vt_fs_mkdirs(dir, 0755, err) < 0 ||
		vt_fs_write(to, bytes, len, 0644, err) < 0)
		return -1;
	(*written)++;
	return 0;
}

int vt_webhook_files(const char *dir, const json_t *event, unsigned *written,
	struct vt_err **err)
{
	const json_t *files = json_object_get(event, "files");
	for (size_t i = 0; i < json_array_size(files); i++)
		if (put(dir, json_array_get(files, i), written, err) < 0)
			return -1;
	return 0;
}
