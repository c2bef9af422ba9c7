/* A storage or network config as a graph: its entries, what each is made of,
 * and what is made of each.
 *
 *	VT_AUTO_GRAPH struct vt_graph g = {0};
 *	if (vt_storage_read(&g, config_root, err) < 0) return -1;
 *	const struct vt_dev *p = vt_graph_find(&g, "sda1");
 *	const struct vt_dev *disk = p ? vt_dev_ref(p, "device") : NULL;
 *
 * The texts point into the document that was read, which must outlive the
 * graph; what is derived from it belongs to the graph. Entries keep the order
 *of the config and do not move. Which types there are, and their keys: the rows
 *of storage/types.c and network/net_types.c, which graph/type.h describes.
 */
#ifndef VT_GRAPH_H
#define VT_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "data/doc.h"

struct vt_type;
struct vt_type_key;
struct vt_types;
struct vt_dev;

/* A statement: a key that is not a reference, and its value. */
struct vt_field {
	const struct vt_type_key *key;
	const struct vt_node *node; /* of the value; NULL: not in the config */
	const char *place; /* position in the config, in verify.yaml; NULL: the
			      entry's */
	const char *text;  /* of a scalar, else NULL */
	uint64_t n;        /* bytes of a size, a number, 0 or 1 of a boolean */
	bool expected;     /* the disks or the booted system must show it */
	bool ignored;      /* by the installer, here */
};

/* `user` is made of `used`, in the role that the key says. */
struct vt_edge {
	const struct vt_type_key *key;
	struct vt_dev *user, *used;
	const struct vt_node *node;
};

/* One entry. */
struct vt_dev {
	const char *id;
	const struct vt_type *type;
	const struct vt_node *at;
	const char *place; /* file:line:column in the config, in verify.yaml */
	struct vt_field *fields;
	struct vt_edge *refs;   /* what it is made of */
	struct vt_edge **users; /* what is made of it */
	size_t n_fields, n_refs, n_users;
	/* of a storage config */
	uint64_t need_bytes; /* see size.h */
	bool on_iscsi;       /* it is an iSCSI disk, or one is below it */
	/* of a disk of the machine, in verify.yaml */
	const char *image;
	bool overlay; /* the image is a qcow2 overlay, else raw */
	unsigned sector_bytes;
};

/* The entries of a config, or of a part of it. */
struct vt_graph {
	struct vt_dev *v;
	size_t n;
	const struct vt_types *types;
	long version;                  /* of the format: 1 or 2 */
	void *more;                    /* of the kind of config, or NULL */
	void (*free_more)(void *more); /* NULL: free() */
	void *ids;                     /* tsearch tree of the entries */
	struct vt_strv own;
};

void vt_graph_free(struct vt_graph *g);
#define VT_AUTO_GRAPH __attribute__((cleanup(vt_graph_free)))

/** vt_graph_find() - by id; NULL when there is none */
struct vt_dev *vt_graph_find(const struct vt_graph *g, const char *id);

/** vt_graph_index() - register an entry by its id
 * Return: the entry that has the id: another one if it was taken */
struct vt_dev *vt_graph_index(struct vt_graph *g, struct vt_dev *d);

/**
 * vt_graph_link() - once all entries have their references: who uses what
 * Errors: VT_USAGE for a cycle, at an entry of it
 */
int vt_graph_link(struct vt_graph *g, struct vt_err **err);

/** vt_graph_own() - keep a text until the graph is freed; Return: `text` */
const char *vt_graph_own(struct vt_graph *g, char *text);

/* Reading an entry; words are the config's. */
const struct vt_field *vt_dev_field(const struct vt_dev *d, const char *word);
/** vt_dev_text() - NULL if it is not given, or empty */
const char *vt_dev_text(const struct vt_dev *d, const char *word);
/** vt_dev_num() - bytes, a number, 0 or 1; 0 if it is not given */
uint64_t vt_dev_num(const struct vt_dev *d, const char *word);
/** vt_dev_ref() - the first entry that it names in a role, or NULL */
struct vt_dev *vt_dev_ref(const struct vt_dev *d, const char *role);
/** vt_dev_node() - a key's value, or else the entry: for positions */
const struct vt_node *vt_dev_node(const struct vt_dev *d, const char *word);

/** vt_dev_add() - a new field, for a key that has none; no field moves */
struct vt_field *vt_dev_add(struct vt_dev *d);
/** vt_dev_set() - set a field, which is added if missing; `text` must outlive
 * the graph or be NULL */
struct vt_field *vt_dev_set(struct vt_dev *d, const struct vt_type_key *key,
	const char *text, uint64_t n);

/** vt_dev_expect() - whether the disks or the booted system must show a field;
 * nothing if the entry does not have it */
void vt_dev_expect(struct vt_dev *d, const char *word, bool expected);
/** vt_dev_derive() - an expected value that the config does not have
 * @text: owned by the graph then, or NULL */
struct vt_field *vt_dev_derive(struct vt_graph *g, struct vt_dev *d,
	const char *word, char *text, uint64_t n);

/** vt_dev_err() - "PLACE: TYPE 'ID': ..." as VT_USAGE; Return: -1
 * @node: for the position; NULL: the entry */
int vt_dev_err(const struct vt_dev *d, const struct vt_node *node,
	struct vt_err **err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
