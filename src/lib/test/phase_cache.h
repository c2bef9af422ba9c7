/* The cache of phases: what a phase with a machine left is kept under a key,
 * the checksum of all that went in, and comes back instead of the machine.
 *
 *	vt_phase_cache_key(&p->cache, dir, "install");	before the machine
 *	if (vt_phase_cache_fetch(&p->cache, dir, "install")) ... a hit ...
 *	... the machine runs, and the phase passes ...
 *	struct vt_phase_store *s = vt_phase_cache_begin(&p->cache, dir, "boot");
 *	... write the report, with p->cache.key and .output ...
 *	vt_phase_cache_end(s);
 *
 * Only a directory in which the phase never ended fetches: a phase that runs
 * again, runs. The cache never fails a phase: it warns, and the machine runs.
 *
 * The directory (setting CACHE) has phases/KEY, complete entries, and objects,
 * files by their checksum, which entries share by hard links. An entry is made
 * in a directory tmp.*, which its maker holds locked, and renamed; what is left
 * of a process that was killed is removed at the next store. The directory
 * itself is locked: shared while an entry is read or begun, exclusively while
 * entries get their names or are removed.
 *
 * The output of a phase is identified by the checksum of its files and its key.
 * So what is made from disks is cached for these disks, not for all that could
 * be installed from the same inputs.
 */
#ifndef VT_PHASE_CACHE_H
#define VT_PHASE_CACHE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* Part of each key. Raise it when a phase does something else with the same
 * inputs, such as another QEMU command. */
enum { VT_PHASE_CACHE_VERSION = 2 };

struct vt_phase_cache {
	bool again;      /* the phase has run here before: do not fetch */
	char key[65];    /* "": not cached */
	char output[65]; /* identifies what the phase left; "": not known */
	char *inputs;    /* the text of which the key is the checksum */
	struct vt_strv files; /* what the phase leaves, if it does */
	/* after a hit */
	char *since;  /* when the entry was made; NULL: no hit */
	char *report; /* the report of that run */
};
void vt_phase_cache_free(struct vt_phase_cache *c);

/** vt_phase_cache_key() - compute the key, unless the setting CACHE is off or
 * something that goes in cannot be known; says why with the setting VERBOSE */
void vt_phase_cache_key(
	struct vt_phase_cache *c, const char *dir, const char *phase);

/** vt_phase_cache_ran() - whether the phase, or the whole test, ended in this
 * directory before */
bool vt_phase_cache_ran(const char *dir, const char *phase);

/** vt_phase_cache_fetch() - put the files of an entry with this key into the
 * test's directory: all of them, or none
 * Return: whether there was one */
bool vt_phase_cache_fetch(
	struct vt_phase_cache *c, const char *dir, const char *phase);

/** vt_phase_cache_begin() - store what the phase has left
 * Return: NULL if it cannot be stored */
struct vt_phase_store *vt_phase_cache_begin(
	struct vt_phase_cache *c, const char *dir, const char *phase);
/** vt_phase_cache_end() - add the report, and complete the entry; remove
 * entries that were not used for long
 * @s: is freed; NULL does nothing */
void vt_phase_cache_end(struct vt_phase_store *s);

/** vt_phase_cache_forget() - drop the entries of a test's phases, if they are
 * of this run or of none: it did not pass */
void vt_phase_cache_forget(const char *dir);

/** vt_phase_cache_clean() - remove all entries
 * Errors: VT_USAGE if there is no cache, VT_HOST */
int vt_phase_cache_clean(struct vt_err **err);

#endif
