/* The flags of partitions in configs, and the type that each has in a table. */
#ifndef VT_PART_TYPES_H
#define VT_PART_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct vt_part_flag {
	const char *flag;
	const char *guid; /* type in a gpt; NULL: none */
	const char *code; /* type in an msdos table, "0x83"; NULL: none */
	/* descriptions; NULL: it has no meaning in this table */
	const char *gpt_name, *msdos_name;
};

/** vt_part_flag() - by name; NULL for an unknown one */
const struct vt_part_flag *vt_part_flag(const char *flag);
/** vt_part_flag_at() - all of them in turn; NULL after the last */
const struct vt_part_flag *vt_part_flag_at(size_t i);

/** vt_part_flag_means() - the description of a flag in a table of this kind,
 * "gpt" or "msdos"; NULL: it has no meaning there */
const char *vt_part_flag_means(const char *flag, const char *ptable);

/* A partition in a table. */
struct vt_part_entry {
	const char *ptable; /* "gpt", "msdos" */
	const char *type;   /* GUID in upper case, "0x83"; or NULL */
	unsigned number;
	bool active;
};

/** vt_part_flag_holds() - whether the partition has the flag */
bool vt_part_flag_holds(const char *flag, const struct vt_part_entry *p);

/** vt_part_type_same() - 83, 0x83 and 0X83 are equal; GUIDs ignore case */
bool vt_part_type_same(const char *a, const char *b);

/** vt_part_type_name() - the description of a GUID or code, or the text itself
 */
const char *vt_part_type_name(const char *type);

/**
 * vt_part_attrs_add() - add the bits that sfdisk(8) makes of a list of a GPT's
 * attributes: "RequiredPartition GUID:60,63"
 * Return: false: a word is unknown
 */
bool vt_part_attrs_add(const char *words, uint64_t *bits);
/** vt_part_attrs_text() - of bits: "RequiredPartition, GUID:60, GUID:63";
 * "none" */
char *vt_part_attrs_text(uint64_t bits);

#endif
