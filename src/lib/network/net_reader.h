/* Reading a network config into a graph: what the files net_read*.c share.
 *
 * Each map of a config (an entry, a subnet, a route) has a table of its keys. A
 * key is a field of the entry that is being read (`to`), is read by a function,
 * or says something that nothing shows (`why`). What each scalar of the config
 * becomes is noted, for net_statements.c.
 */
#ifndef VT_NET_READER_H
#define VT_NET_READER_H

#include "network/net_read.h"
#include "network/net_types.h"

struct vt_net_reader;

enum vt_net_kind {
	VT_NET_ANY,
	VT_NET_STRING,
	VT_NET_PREFIX,  /* a string NETWORK/LENGTH */
	VT_NET_STRINGS, /* a list of strings */
	VT_NET_WORDS,   /* a string or a list of strings */
	VT_NET_MAP,
	VT_NET_MAPS, /* a list of maps */
	VT_NET_BOOL,
	VT_NET_INT, /* or a string of digits */
	VT_NET_MAC,
	VT_NET_IP,
	VT_NET_TABLE,  /* a number, or the name of one of the kernel's */
	VT_NET_CHOICE, /* one of `choices` */
};

struct vt_net_key {
	const char *word;
	enum vt_net_kind kind;
	bool needed;
	const char *to;
	const char *why;
	long max;                   /* of VT_NET_INT */
	const char *const *choices; /* up to NULL */
	bool numbered; /* its index is the same, as in the kernel */
	int (*read)(struct vt_net_reader *r, const struct vt_net_key *key,
		const struct vt_node *n, struct vt_err **err);
};

/* For tables of keys. */
#define KEY(name, of, ...)                                                     \
	{                                                                      \
		.word = name, .kind = VT_NET_##of, __VA_ARGS__                 \
	}
#define NEEDED(name, of, ...) KEY(name, of, .needed = true, __VA_ARGS__)
#define END                                                                    \
	{                                                                      \
		.word = NULL                                                   \
	}

struct vt_net_reader {
	struct vt_graph *g;
	struct vt_net *net;
	struct vt_dev *d; /* that is being read; NULL: it is only checked */
};

/* net_reader.c */

/** vt_net_missing() - the first needed key that a map does not have, or NULL */
const char *vt_net_missing(
	const struct vt_net_key *keys, const struct vt_node *map);
/** vt_net_keys() - check and read the keys of a map, in the table's order
 * Errors: VT_USAGE with file:line:column */
int vt_net_keys(struct vt_net_reader *r, const struct vt_net_key *keys,
	const struct vt_node *map, struct vt_err **err);
/** vt_net_value() - check and read the value of a key */
int vt_net_value(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err);
/** vt_net_int() - an integer, or a string of digits */
int vt_net_int(const struct vt_node *n, const char *word, long max, long *out,
	struct vt_err **err);

/** vt_net_said() - a field of an entry answers the scalars of a node */
void vt_net_said(struct vt_net_reader *r, const struct vt_node *n,
	const struct vt_dev *d, const char *word);
/** vt_net_unseen() - nothing answers the scalars of a node, and why */
void vt_net_unseen(
	struct vt_net_reader *r, const struct vt_node *n, const char *why);

/** vt_net_new() - a new entry; `id` is owned by the graph then, and gets a
 * number if it is taken */
struct vt_dev *vt_net_new(struct vt_net_reader *r, enum vt_net_type type,
	char *id, const struct vt_node *at);
/** vt_net_set() - a field of an entry, which a node says; `text` must outlive
 * the graph or be NULL. The first of two values counts. */
struct vt_field *vt_net_set(struct vt_net_reader *r, struct vt_dev *d,
	const char *word, const char *text, uint64_t n,
	const struct vt_node *node);
/** vt_net_item() - as vt_net_set(), but add to the text, after a comma */
void vt_net_item(struct vt_net_reader *r, struct vt_dev *d, const char *word,
	const char *text, const struct vt_node *node);
/** vt_net_ref() - `d` refers to another entry */
void vt_net_ref(struct vt_dev *d, const char *word, struct vt_dev *used,
	const struct vt_node *n);
/** vt_net_interface() - of a name; one that has no entry gets one */
struct vt_dev *vt_net_interface(
	struct vt_net_reader *r, const char *name, const struct vt_node *at);
/** vt_net_refs() - as `read`: a name or a list of names of interfaces */
int vt_net_refs(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err);

/* net_read_parts.c: what an interface has */

/** vt_net_address() - ADDRESS or ADDRESS/PREFIX of the entry
 * @mask: NULL, or the node of its netmask */
struct vt_dev *vt_net_address(struct vt_net_reader *r, const struct vt_node *n,
	const char *text, const struct vt_node *mask, struct vt_err **err);
/** vt_net_route() - a route of the entry, or of no interface without one
 * @to: NULL, or the node of the destination; `text` is it, or "default"
 * @mask: NULL, or the node of its netmask
 * @via: NULL, or the node of the gateway */
struct vt_dev *vt_net_route(struct vt_net_reader *r, const struct vt_node *at,
	const struct vt_node *to, const char *text, const struct vt_node *mask,
	const struct vt_node *via, struct vt_err **err);
/** vt_net_dns() - name servers and search domains of the entry, or of the
 * system without one; `word` is addresses or search, `n` a text or a list */
int vt_net_dns(struct vt_net_reader *r, const char *word,
	const struct vt_node *n, struct vt_err **err);

/** vt_net_bond_params(), vt_net_bridge_params() - as `read`: a map of
 * parameters, under the names of netplan, ifenslave or bridge-utils
 * (net_params.c) */
int vt_net_bond_params(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err);
int vt_net_bridge_params(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err);

/** vt_net_subnets() - as `read`: the list of subnets in version 1, or nothing
 * but a check of it without an entry (net_subnet.c) */
int vt_net_subnets(struct vt_net_reader *r, const struct vt_net_key *key,
	const struct vt_node *n, struct vt_err **err);
/* The keys of an interface in version 2 (net_device.c) */
extern const struct vt_net_key vt_net_device_keys[];

/** vt_net_read_1(), vt_net_read_2() - a version of the format */
int vt_net_read_1(struct vt_net_reader *r, const struct vt_node *section,
	struct vt_err **err);
int vt_net_read_2(struct vt_net_reader *r, const struct vt_node *section,
	struct vt_err **err);

#endif
