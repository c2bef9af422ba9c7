#include "test/topdir.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "test/phases.h"

/* t/tools/rules-make.t compares the files and goals of make with mk/rules.mk.
 */
static const struct {
	const char *name, *of;
} files[] = {
	{VT_TOPDIR_RULES, "the file of make's rules"},
	{"tests.signature", "a file of make's rules"},
	{"tests.signature.new", "a file of make's rules"},
	{VT_TOPDIR_JUNIT, "the file of all results"},
	{VT_TOPDIR_LOG, "the run log"},
	{VT_TOPDIR_LAST, "the file of the last run"},
	{VT_TOPDIR_PAGE, "the page of all results"},
	{VT_TOPDIR_MATRIX, "the table of dirty-matrix"},
	{"rules.mk", "a file of an older vt"},
	{"rules.d", "a file of an older vt"},
	{"rules.settings", "a file of an older vt"},
};

static const char *const goals[] = {".again", ".capsule", ".clean", ".console",
	".install-console", ".minmem", ".repeat", ".verify"};

static bool is_installer(const char *name)
{
	if (!vt_str_starts(name, VT_TOPDIR_INSTALLER))
		return false;
	const char *number = name + strlen(VT_TOPDIR_INSTALLER);
	return *number && !number[strspn(number, "0123456789")];
}

/* What a name is used for, or NULL; owned. */
static char *used_for(const char *name)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; i < VT_COUNT(files); i++)
		if (!strcmp(name, files[i].name))
			return vt_printf("it is the name of %s", files[i].of);
	if (is_installer(name))
		return vt_strdup("it is the name of a list of files");
	for (size_t i = 0; i < VT_COUNT(goals); i++)
		if (vt_str_ends(name, goals[i]))
			return vt_printf(
				"goals of make end with '%s'", goals[i]);
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *end = vt_phases_stamp(row, "");
		if (*end == '.' && vt_str_ends(name, end))
			return vt_printf("stamps end with '%s'", end);
	}
	return NULL;
}

char *vt_test_name_fault(const char *name)
{
	if (!vt_str_valid_name(name))
		return vt_printf("'%s' is not a valid test name: use at most "
				 "100 letters, digits and ._+@-",
			name);
	VT_AUTO_FREE char *use = used_for(name);
	return use ? vt_printf("a test cannot be called '%s': %s", name, use)
		   : NULL;
}
