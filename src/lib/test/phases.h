/* The phases of a test and the files of its directory: one table.
 *
 *	const struct vt_phase_row *row;
 *	for (size_t i = 0; (row = vt_phases_at(i)); i++)
 *		...
 *	char *stamp = vt_phases_stamp(vt_phases_named("boot"), dir);
 *
 * Derived from it: the make rules and input files that vt-rules writes, what a
 * keep rule removes, the checksum of a test's inputs in its history, the keys
 * and contents of the cache of phases, what `repeat` removes and moves aside,
 * the results that a new run removes, the order of reports and of columns.
 *
 * A new phase is a row here and its tool. A new file that vt-rules writes is a
 * name in a row and its emitter in src/rules/emit.c.
 */
#ifndef VT_PHASES_H
#define VT_PHASES_H

#include <stdbool.h>
#include <stddef.h>

/* The directory of the reports and console logs of all phases. */
#define VT_PHASES_LOGS "logs"
/* What was sent on the wire of the boot phase. */
#define VT_PHASES_WIRE VT_PHASES_LOGS "/wire.pcapng"

enum vt_phase_kind {
	/* makes files from files, the same ones each time; the first of
	 * `makes` is its stamp; writes a report only when it fails */
	VT_PHASE_PREPARES,
	/* may end differently each time; always writes logs/NAME.json, and
	 * the stamp NAME.done when it succeeds */
	VT_PHASE_RUNS,
	/* gives the verdict: writes the results in `makes`, and when the test
	 * passed the stamp DIR.done beside the test's directory */
	VT_PHASE_VERIFIES,
};

/* Files that a phase reads and that vt-rules does not write. */
enum vt_phase_outside {
	VT_OUTSIDE_NONE,
	VT_OUTSIDE_INSTALLER, /* the installer, its configs and images */
	VT_OUTSIDE_PROGRAMS,  /* programs of `run` checks */
};

enum { VT_PHASE_FILES = 4 }; /* names in a list, with the final NULL */

struct vt_phase_row {
	const char *name;
	const char *tool;
	enum vt_phase_kind kind;
	bool console; /* runs a machine: writes the logs of vt_phases_log() */
	/* the earlier phases whose stamps it depends on */
	const char *needs[VT_PHASE_FILES];
	/* files that vt-rules writes; paths in a row are relative to the
	 * test's directory */
	const char *inputs[VT_PHASE_FILES];
	enum vt_phase_outside outside;
	const char *makes[VT_PHASE_FILES];
	/* what it writes of its machine, beside the report and the console */
	const char *logs[VT_PHASE_FILES];
	/* the directory of its output, as a keep rule names it, or NULL */
	const char *data;
	bool evidence; /* `repeat` moves that directory aside after a failure */
};

/** vt_phases_at() - row i, in running order; NULL after the last */
const struct vt_phase_row *vt_phases_at(size_t i);

/** vt_phases_named() - the row of a phase; aborts on an unknown name */
const struct vt_phase_row *vt_phases_named(const char *name);

/** vt_phases_input() - file i of those that vt-rules writes for a test; NULL
 * after the last */
const char *vt_phases_input(size_t i);

/** vt_phases_results() - the files of a verdict, NULL-terminated */
const char *const *vt_phases_results(void);

/** vt_phases_data() - directory i of those that keep rules name; NULL after
 * the last */
const char *vt_phases_data(size_t i);

/** vt_phases_leaves() - whether a file of the machine in its data directory is
 * an output of a phase, not an input */
bool vt_phases_leaves(const struct vt_phase_row *row, const char *file);

/** vt_phases_fills() - whether a phase writes to such a directory */
bool vt_phases_fills(const struct vt_phase_row *row, const char *data);

/**
 * vt_phases_stamp() - the file whose mtime is when a phase succeeded
 * @dir: the test's directory, without a trailing slash
 * Return: owned
 */
char *vt_phases_stamp(const struct vt_phase_row *row, const char *dir);

/** vt_phases_report() - DIR/logs/PHASE.json; owned
 * @dir: NULL for a path relative to the test's directory */
char *vt_phases_report(const char *dir, const char *phase);

/* What a machine leaves below logs/, by the name of its phase. */
enum vt_phases_log {
	VT_PHASES_CONSOLE,   /* PHASE-serial.log */
	VT_PHASES_TIMES,     /* PHASE-serial.times, see console_times.h */
	VT_PHASES_JOURNAL,   /* PHASE-journal.log, if the guest sends it */
	VT_PHASES_SCREEN,    /* PHASE-screen.png, of a guest that hung */
	VT_PHASES_REGISTERS, /* PHASE-registers.txt, of the same */
	VT_PHASES_MEMORY,    /* PHASE-memory.dump, of the same */
	VT_PHASES_MACHINE_LOGS
};
/** vt_phases_log() - its path; as vt_phases_report() */
char *vt_phases_log(const char *dir, const char *phase, enum vt_phases_log log);
/** vt_phases_console() - that of the console */
char *vt_phases_console(const char *dir, const char *phase);

/** vt_phases_times() - DIR/logs/PHASE-serial.times, see console_times.h; as
 * vt_phases_report() */
char *vt_phases_times(const char *dir, const char *phase);

/** vt_phases_is_test() - whether a directory is that of a test: it has a file
 * that vt-rules writes, a report of a phase, or a result */
bool vt_phases_is_test(const char *dir);

/** vt_phases_began() - whether any phase has run there */
bool vt_phases_began(const char *dir);

#endif
