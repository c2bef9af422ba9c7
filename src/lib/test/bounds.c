#include "test/bounds.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "base/mem.h"
#include "base/str.h"

#define MIB (1u << 20)
#define GIB ((size_t)1 << 30)

/* Files that vt reads by tables of lines take up to 70 times their size. */
static const struct row {
	const char *tool, *name;
	size_t n;
	const char *shown, *doc;
} table[] = {
	[VT_BOUND_MEMBERS] = {"vt-extract", "members", 200000, "200000",
		"files, directories and links in an archive"},
	[VT_BOUND_EXTRACT_TIME] = {"vt-extract", "extract-time", 60, "60 s",
		"processor time of an extraction"},
	[VT_BOUND_FACT] = {"vt-verify", "fact", 128 * MIB, "128 MiB",
		"a file that a check reads"},
	[VT_BOUND_TABLE] = {"vt-verify", "table", MIB, "1 MiB",
		"a fact that vt reads line by line, such as fstab"},
	[VT_BOUND_JSON] = {"vt-verify", "json", 16 * MIB, "16 MiB",
		"a JSON file"},
	[VT_BOUND_JSON_MEMORY] = {"vt-verify", "json-memory", 256 * MIB,
		"256 MiB", "memory of all JSON files in use"},
	[VT_BOUND_SEARCH_TIME] = {"vt-verify", "search-time", 10, "10 s",
		"processor time of a search for a pattern"},
	[VT_BOUND_LOG_TIME] = {"vt-verify", "log-time", 60, "60 s",
		"processor time of the search for fatal lines"},
	[VT_BOUND_SCRIPTS] = {"vt-verify", "scripts", 256, "256",
		"collect scripts"},
	[VT_BOUND_CAPSULE_FILE] = {"vt-report", "capsule-file", 16 * MIB,
		"16 MiB", "a file in a capsule; logs are cut"},
	[VT_BOUND_CAPSULE] = {"vt-report", "capsule", 256 * MIB, "256 MiB",
		"all files in a capsule, without disks"},
	[VT_BOUND_CAPSULE_DISKS] = {"vt-report", "capsule-disks", 64 * GIB,
		"64 GiB", "all disks in a capsule"},
	[VT_BOUND_CAPSULE_MEMBERS] = {"vt-report", "capsule-members", 20000,
		"20000", "files in a capsule"},
};

/* For tests: VT_TEST_BOUND=NAME=N. */
static bool other_value(const struct row *row, size_t *n)
{
	const char *text = getenv("VT_TEST_BOUND");
	size_t len = strlen(row->name);
	if (!text || strncmp(text, row->name, len) != 0 || text[len] != '=')
		return false;
	*n = strtoul(text + len + 1, NULL, 10);
	return true;
}

size_t vt_bound(enum vt_bound id)
{
	size_t n;
	return other_value(&table[id], &n) ? n : table[id].n;
}

int vt_bound_error(enum vt_bound id, const char *what, struct vt_err **err)
{
	const struct row *row = &table[id];
	return vt_err_set(err, VT_FAILED, "%s exceeds the bound '%s' (%s): %s",
		what, row->name, row->shown, row->doc);
}

char *vt_bounds_help(const char *tool, const char *lead)
{
	struct vt_str s = VT_STR_INIT;
	VT_AUTO_COLUMNS struct vt_columns t = {.n = 3};
	if (!lead)
		lead = "bounds of what a guest may leave; what exceeds one is "
		       "a failure that names it";
	vt_str_addf(&s, "%s:\n", lead);
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		if (strcmp(table[i].tool, tool) != 0)
			continue;
		vt_strv_add(&t.cells, table[i].name);
		vt_strv_add(&t.cells, table[i].shown);
		vt_strv_add(&t.cells, table[i].doc);
	}
	vt_columns_format(&t, "  ", &s);
	s.s[--s.len] = '\0';
	return vt_str_take(&s);
}
