/* Reading one entry of a storage section: what the readers of all types share.
 *
 * Every step is skipped once one has failed, so that a reader is a list of
 * steps; the caller looks at `failed` at the end.
 */
#ifndef READER_H
#define READER_H

#include "steps.h"

struct reader {
	struct entry *e; /* what is read: node and id are set */
	struct plan *plan;
	struct vt_err **err;
	bool failed;
};

/** reader_fail() - an error at the value of `key` (NULL: at the entry)
 * @fmt: holds at most one %s, for `arg` */
void reader_fail(
	struct reader *r, const char *key, const char *fmt, const char *arg);
/** reader_text() - NULL when it is not there, which may be an error */
const char *reader_text(struct reader *r, const char *key, bool needed);
/** reader_name() - a text that is needed, as a part of a file's name */
const char *reader_name(struct reader *r, const char *key);
/** reader_bool() - 0 and 1 as well, as Python reads a config; false when it is
 * not there */
bool reader_bool(struct reader *r, const char *key);
/** reader_size() - in bytes, 0 when it is not there */
uint64_t reader_size(struct reader *r, const char *key);
/** reader_wipe() */
enum wipe reader_wipe(struct reader *r);
/** reader_uuid() - the text under `uuid` */
const char *reader_uuid(struct reader *r);

/** reader_refer() - the entry of one kind that `key` names
 * @what: "a disk", for errors */
struct entry *reader_refer(
	struct reader *r, const char *key, enum kind kind, const char *what);
/** reader_take() - a block device that `key` names, and that nothing else is
 * made on, for this entry */
struct entry *reader_take(struct reader *r, const char *key);
/** reader_members() - a list of such under `key`; at least `least` */
void reader_members(
	struct reader *r, const char *key, struct members *out, size_t least);

#endif
