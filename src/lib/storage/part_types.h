/* What a partition can be for: curtin's flags, and what each is in a table. */
#ifndef VT_PART_TYPES_H
#define VT_PART_TYPES_H

#include <stdbool.h>
#include <stddef.h>

struct vt_part_flag {
	const char *flag;
	const char *guid; /* type in a gpt, NULL: it has none there */
	const char *code; /* type in an msdos table, "0x83"; NULL: none */
	/* words for what it is; NULL: it means nothing there */
	const char *gpt_name, *msdos_name;
};

/** vt_part_flag() - by name; NULL for an unknown one */
const struct vt_part_flag *vt_part_flag(const char *flag);
/** vt_part_flag_at() - all of them in turn; NULL after the last */
const struct vt_part_flag *vt_part_flag_at(size_t i);

/** vt_part_flag_means() - words for what a flag asks for in a table of this
 * kind, "gpt" or "msdos"; NULL: nothing */
const char *vt_part_flag_means(const char *flag, const char *ptable);

/* A partition as a table has it. */
struct vt_part_entry {
	const char *ptable; /* "gpt", "msdos" */
	const char *type;   /* GUID in upper case, "0x83"; or NULL */
	unsigned number;
	bool active;
};

/** vt_part_flag_holds() - whether it is what a flag asks for */
bool vt_part_flag_holds(const char *flag, const struct vt_part_entry *p);

/** vt_part_type_same() - 83, 0x83 and 0X83 are one type; a GUID has no case */
bool vt_part_type_same(const char *a, const char *b);

/** vt_part_type_name() - words for a GUID or code, or the text itself */
const char *vt_part_type_name(const char *type);

#endif
