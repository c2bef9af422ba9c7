/* Checks: what verify.yaml asks for, and the one table of what can be asked.
 *
 * check.c holds the table. A row names a word of verify.yaml, says where it
 * stands, and gives two functions: parse reads the words of one use of it
 * (errors there are VT_USAGE with a position), run makes the check and adds
 * one or more results. A new kind of check is one more row.
 */
#ifndef VT_VERIFY_CHECK_H
#define VT_VERIFY_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "network/traffic.h"
#include "data/doc.h"
#include "facts.h"
#include "graph/compare.h"
#include "storage/storage_look.h"
#include "test/fatal.h"
#include "test/result.h"
#include "test/verify_file.h"
#include "verify_phases.h"

struct check;

/* One verification. */
struct verify {
	char *dir;   /* the test's directory, absolute; owned */
	char *shown; /* the same as the user wrote it; owned */
	const char *test;
	struct vt_verify_file file;
	struct vt_fatals fatals;   /* lines no install may print */
	struct vt_graph storage;   /* what is expected of each device */
	struct vt_facts collected; /* as the graph's finders read facts */
	struct vt_look *look;
	struct vt_graph network; /* what is expected of interfaces */
	struct vt_look *net_look;
	struct vt_traffic traffic; /* on the wire, if there was one */
	struct vt_err *no_traffic; /* why it cannot be read */
	bool wired;
	struct check *checks; /* in the order of verify.yaml */
	size_t n_checks;
	struct phases phases;
	struct facts facts;
	struct vt_result result;
};

/* Where in verify.yaml a kind of check is asked for. */
enum check_place {
	CHECK_ALWAYS,    /* nowhere: every test has it */
	CHECK_INHERITED, /* a word of `inherited` */
	CHECK_STORAGE,   /* `storage`, an entry each */
	CHECK_NETWORK,   /* `network`, an entry each */
	CHECK_ASKED,     /* a key of an entry of `checks` */
};

struct check_kind {
	const char *word;
	enum check_place place;
	/* NULL: nothing to read */
	int (*parse)(struct verify *v, struct check *c, struct vt_err **err);
	void (*run)(struct verify *v, const struct check *c);
};

/* One use of a kind. Strings belong to the document. */
struct check {
	const struct check_kind *kind;
	const struct vt_node *node; /* where it stands, or NULL */
	char *at; /* file:line:column of who asked, or NULL; owned */
	const char *name, *why, *file; /* of `checks`, or NULL */
	const char *skip;            /* why it is not for this test, or NULL */
	const struct vt_node *value; /* of `checks`: what is asked */
	long timeout_s;              /* 0: not said */
	const struct vt_dev *dev;    /* of `storage` or `network`, or NULL */
};

/** checks_parse() - what verify.yaml, already read, asks for */
int checks_parse(struct verify *v, struct vt_err **err);
/** checks_parse_storage() - only those of v->file.storage */
int checks_parse_storage(struct verify *v, struct vt_err **err);
void checks_run(struct verify *v);
/** checks_run_logs() - those of a definition on logs/, the others skipped: of
 * a test whose installer had to fail there is nothing else */
void checks_run_logs(struct verify *v);
void checks_free(struct verify *v);

/** statements_answer() - which statements of the config the results answer: a
 * check that passed or failed answers, one that was skipped does not */
void statements_answer(struct verify *v); /* answers.c */

/** check_result() - a new result that carries the check's `at` and `why` */
#define check_result(v, c, ...)                                                \
	vt_check_new(&(v)->result.checks, (c)->at, (c)->why, __VA_ARGS__)

/** check_start() - the result of an asked check, by its name */
struct vt_check_result *check_start(struct verify *v, const struct check *c);

/** check_open() - the file of an asked check; false: r says why not */
bool check_open(struct verify *v, struct vt_check_result *r,
	const struct check *c, const char *file, struct fact *fact);

/** check_fact() - read a file a check needs
 * Return: false when it is not there (the result is a skip that says so, or not
 * ok if it is required, see evidence.h) or cannot be read (not ok) */
bool check_fact(struct verify *v, struct vt_check_result *r, const char *name,
	struct fact *out);

/* The kinds, by file. */
void check_phases(struct verify *v, const struct check *c);
void check_scripts(struct verify *v, const struct check *c);  /* health.c */
void check_evidence(struct verify *v, const struct check *c); /* evidence.c */
void check_answers(struct verify *v, const struct check *c);  /* prompts.c */
int parse_install_log(struct verify *v, struct check *c, struct vt_err **err);
void check_install_log(struct verify *v, const struct check *c); /* log.c */
void check_fstab(struct verify *v, const struct check *c);       /* fstab.c */
void check_swaps_used(struct verify *v, const struct check *c);
void check_cloud_init(struct verify *v, const struct check *c); /* health.c */
void check_failed_units(struct verify *v, const struct check *c);
/* reporting.c */
void check_reporting(struct verify *v, const struct check *c);
/* storage_checks.c */
int storage_parse(struct verify *v, struct vt_err **err);
void storage_free(struct verify *v);
void check_storage(struct verify *v, const struct check *c);
void check_extra(struct verify *v, const struct check *c);
/** add_compared() - a result of what was compared */
struct compared_to {
	struct verify *v;
	const char *at;   /* of the entry */
	const char *skip; /* NULL, or why it was not compared */
};
void add_compared(void *arg, struct vt_compared *c);
/* network_checks.c */
int network_parse(struct verify *v, struct vt_err **err);
void network_free(struct verify *v);
void check_network(struct verify *v, const struct check *c);
int parse_wire(struct verify *v, struct check *c, struct vt_err **err);
void check_wire(struct verify *v, const struct check *c);
/* dname.c */
/** no_dnames() - NULL, or why the target has no links in /dev/disk/by-dname */
const char *no_dnames(struct verify *v);
void check_dname(struct verify *v, const struct check *c);
void check_dname_rules(struct verify *v, const struct check *c);
/* planted.c */
void check_planted(struct verify *v, const struct check *c);
/* ubuntu.c */
/** check_other_distro() - whether a check is not for the target's distribution;
 * r is a skip then */
bool check_other_distro(const struct verify *v, const struct check *c,
	struct vt_check_result *r);
void check_interfacesd_eth0(struct verify *v, const struct check *c);
int parse_kernel_package(
	struct verify *v, struct check *c, struct vt_err **err);
void check_kernel_package(struct verify *v, const struct check *c);
void check_kernel_img_conf(struct verify *v, const struct check *c);
/* Those that a definition asks: file_checks.c, line_checks.c,
 * match_checks.c, json_checks.c, run_check.c, same_as_host.c */
void check_exists(struct verify *v, const struct check *c);
void check_equals(struct verify *v, const struct check *c);
void check_same_as(struct verify *v, const struct check *c);
void check_has_line(struct verify *v, const struct check *c);
void check_count(struct verify *v, const struct check *c);
void check_matches(struct verify *v, const struct check *c);
void check_json(struct verify *v, const struct check *c);
void check_run(struct verify *v, const struct check *c);
void check_same_as_host(struct verify *v, const struct check *c);

#endif
