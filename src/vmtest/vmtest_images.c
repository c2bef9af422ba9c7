#include "vmtest_images.h"

#include <string.h>

#include "base/columns.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"

enum { COLUMNS = 6 };

static const char head[] = "RELEASE\tVERSION\tIMAGE\tARCH\tSUBARCH\tPATH";
static const char format[] = "%(release)s\t%(version)s\t%(version_name)s\t"
			     "%(arch)s\t%(subarch)s\t%(path)s";

static bool query(struct vt_str *out)
{
	VT_AUTO_FREE char *tool = vt_proc_sibling("vt-sync");
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	vt_strv_addv(&argv, tool, "query", "--max=1", "-o", format,
		vt_setting("IMAGE_DIR"),
		"ftype~^(squashfs|root-tgz|root-image)", (char *)NULL);
	struct vt_run run = {.argv = argv.v, .out = out, .timeout_ms = 60000};
	return vt_proc_run(&run, &err) == 0;
}

void images_table(struct vt_str *out)
{
	VT_AUTO_STR struct vt_str found = VT_STR_INIT;
	VT_AUTO_STRV struct vt_strv lines = VT_STRV_INIT;
	if (!query(&found)) {
		vt_str_addf(out,
			"no images in '%s': run 'make image' to build one, or "
			"'make sync-images' to download some\n",
			vt_setting("IMAGE_DIR"));
		return;
	}
	while (found.len && found.s[found.len - 1] == '\n')
		found.s[--found.len] = '\0';
	vt_str_split(head, '\n', &lines);
	vt_str_split(vt_str_c(&found), '\n', &lines);
	VT_AUTO_COLUMNS struct vt_columns table = {.n = COLUMNS};
	for (size_t i = 0; i < lines.n; i++) {
		VT_AUTO_STRV struct vt_strv cells = VT_STRV_INIT;
		vt_str_split(lines.v[i], '\t', &cells);
		for (size_t k = 0; k < COLUMNS; k++)
			vt_strv_add(
				&table.cells, k < cells.n ? cells.v[k] : "");
	}
	vt_columns_format(&table, "", out);
}
