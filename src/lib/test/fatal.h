/* Fatal lines of a guest's console: one table, for the tools that watch a guest
 * and for vt-verify, which reads its log.
 *
 *	vt_fatals_check(map, err);		the user's changes
 *	struct vt_fatals f;
 *	vt_fatals_of(&f, "install", map);	the rows in effect, in order
 *	... f.v[0..f.n) ...
 *	vt_fatals_free(&f);
 *
 * A map of changes has rows by their id: `off` disables a row, an extended
 * regular expression replaces its pattern, and a new id adds a row. The
 * rows' strings are borrowed from the table and from the map.
 *
 * Each row fails the phase. VT_RULE_FAILURE ends the guest at once, which never
 * changes the verdict but saves the rest of the timeout. VT_RULE_AT_END lets
 *the guest go on, for lines that are followed by an explanation, mostly the
 * installer's own. A line that a successful run may print must not be in the
 * table.
 */
#ifndef VT_FATAL_H
#define VT_FATAL_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "data/doc.h"
#include "qemu/console.h"

struct vt_fatal {
	const char *id, *ere;
	enum vt_rule kind; /* what the line does to the guest */
	const char *why;   /* what the line means */
};

struct vt_fatals {
	struct vt_fatal *v;
	size_t n;
};

/**
 * vt_fatals_check() - check a map of changes
 * Errors: VT_USAGE with file:line:column: not a map, a bad pattern, `off` for
 *   a row that is not in the table (naming the nearest)
 */
int vt_fatals_check(const struct vt_node *map, struct vt_err **err);

/** vt_fatals_check_member() - the same, as the check of a record's member */
int vt_fatals_check_member(
	const void *value, const struct vt_node *at, struct vt_err **err);

/**
 * vt_fatals_of() - the rows of a phase
 * @phase: "install", "boot"; NULL: of both
 * @changes: a map that passed vt_fatals_check(), or NULL
 */
void vt_fatals_of(
	struct vt_fatals *f, const char *phase, const struct vt_node *changes);
/** vt_fatals_watch() - have a console look for them; the strings are borrowed
 * Errors: VT_USAGE for a bad pattern */
int vt_fatals_watch(
	const struct vt_fatals *f, struct vt_console *c, struct vt_err **err);
/** vt_fatal_explained_by() - whose words may say more than a line of the table:
 * bits of enum vt_cause_of; none for a line that a test defines */
unsigned vt_fatal_explained_by(const char *id);
void vt_fatals_free(struct vt_fatals *f);
#define VT_AUTO_FATALS __attribute__((cleanup(vt_fatals_free)))

/** vt_fatals_help() - the table as text for --help and man pages; owned */
char *vt_fatals_help(void);

#endif
