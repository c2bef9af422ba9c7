#include "test/last_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/phases.h"
#include "test/topdir.h"

#define T struct vt_last_run
static const struct vt_member members[] = {
	{"run", VT_AS_TEXT(T, what), .required = true,
		.doc = "Goal of make: vmtest, failed or changed"},
	{"make", VT_AS_TEXTS(T, make), .always = true,
		.doc = "Variables of make's command line"},
	{"tests", VT_AS_TEXTS(T, tests), .always = true, .max = 1000000,
		.doc = "The tests of the run"},
	{0}};
const struct vt_record vt_last_run_record = {.name = VT_TOPDIR_LAST,
	.members = members,
	.format = 1,
	.doc = "The last run of several tests, in TOPDIR, for\n.Xr vt-report "
	       "1 ."};

void vt_last_run_free(struct vt_last_run *r)
{
	vt_record_free(&vt_last_run_record, r);
	vt_doc_free(r->doc);
	*r = (struct vt_last_run){0};
}

/* Of one run: those that name tests are of it, not of its tests. */
static bool is_of_run(const char *word)
{
	return vt_str_starts(word, "FILTER=") ||
	       vt_str_starts(word, "VT_FILTER=") ||
	       vt_str_starts(word, "CURTIN_VMTEST_FILTER=");
}

/* After "--"; spaces and backslashes have a backslash before them, and '$' is
 * doubled. */
void vt_last_run_variables(const char *makeflags, struct vt_strv *out)
{
	const char *s = makeflags ? strstr(makeflags, "-- ") : NULL;
	VT_AUTO_STR struct vt_str word = VT_STR_INIT;
	if (!s || (s != makeflags && s[-1] != ' '))
		return;
	for (s += strlen("-- ");; s++) {
		if (*s == ' ' || !*s) {
			if (word.len && strchr(word.s, '=') &&
				!is_of_run(word.s))
				vt_strv_add(out, word.s);
			vt_str_free(&word);
			if (!*s)
				return;
			continue;
		}
		if ((*s == '\\' && s[1]) || (*s == '$' && s[1] == '$'))
			s++;
		vt_str_addc(&word, *s);
	}
}

int vt_last_run_save(
	const struct vt_last_run *r, const char *topdir, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(topdir, VT_TOPDIR_LAST);
	return vt_record_save_json(&vt_last_run_record, r, path, err);
}

int vt_last_run_read(
	struct vt_last_run *r, const char *topdir, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(topdir, VT_TOPDIR_LAST);
	if (!vt_fs_exists(path))
		return vt_err_set(err, VT_USAGE,
			"no '%s': 'make vmtest' has not run there", path);
	r->doc = vt_record_load(
		&vt_last_run_record, topdir, VT_TOPDIR_LAST, r, err);
	return r->doc ? 0 : -1;
}

char *vt_last_run_command(
	const struct vt_last_run *r, const char *dir, const char *phase)
{
	const struct vt_phase_row *row;
	size_t i = 0;
	/* the name is that of a file */
	while ((row = vt_phases_at(i)) && strcmp(row->name, phase))
		i++;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	struct vt_str text = VT_STR_INIT;
	vt_strv_add(&argv, "make");
	for (size_t k = 0; r && k < r->make.n; k++)
		vt_strv_add(&argv, r->make.v[k]);
	if (!row)
		vt_strv_addf(&argv, "%s.done", dir);
	else if (row->kind == VT_PHASE_VERIFIES)
		vt_strv_addf(&argv, "%s.%s", dir, row->name);
	else
		vt_strv_take(&argv, vt_phases_stamp(row, dir));
	vt_str_shjoin(&text, argv.v);
	return vt_str_take(&text);
}
