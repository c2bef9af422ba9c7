#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/proc.h"
#include "base/str.h"
#include "evidence.h"
#include "storage/sections.h"
#include "test/ask.h"
#include "test/phases.h"

static const struct check_kind kinds[] = {
	{"phases", CHECK_ALWAYS, NULL, check_phases},
	{"collect_scripts", CHECK_ALWAYS, NULL, check_scripts},
	{"evidence", CHECK_ALWAYS, NULL, check_evidence},
	{"answers", CHECK_ALWAYS, NULL, check_answers},

	{"install_log", CHECK_INHERITED, parse_install_log, check_install_log},
	{"fstab", CHECK_INHERITED, NULL, check_fstab},
	{"swaps_used", CHECK_INHERITED, NULL, check_swaps_used},
	{"cloud_init_status", CHECK_INHERITED, NULL, check_cloud_init},
	{"failed_units", CHECK_INHERITED, NULL, check_failed_units},
	{"reporting_data", CHECK_INHERITED, NULL, check_reporting},
	{"planted", CHECK_INHERITED, NULL, check_planted},
	{"wire", CHECK_INHERITED, parse_wire, check_wire},
	{"dname", CHECK_INHERITED, NULL, check_dname},
	{"dname_rules", CHECK_INHERITED, NULL, check_dname_rules},
	{"interfacesd_eth0_removed", CHECK_INHERITED, NULL,
		check_interfacesd_eth0},
	{"installed_correct_kernel_package", CHECK_INHERITED,
		parse_kernel_package, check_kernel_package},
	{"kernel_img_conf", CHECK_INHERITED, NULL, check_kernel_img_conf},

	{"storage", CHECK_STORAGE, NULL, check_storage},
	{"extra", CHECK_STORAGE, NULL, check_extra},
	{"network", CHECK_NETWORK, NULL, check_network},

	/* ask.c parses these */
	{"exists", CHECK_ASKED, NULL, check_exists},
	{"absent", CHECK_ASKED, NULL, check_exists},
	{"has_line", CHECK_ASKED, NULL, check_has_line},
	{"lacks_line", CHECK_ASKED, NULL, check_has_line},
	{"matches", CHECK_ASKED, NULL, check_matches},
	{"not_matches", CHECK_ASKED, NULL, check_matches},
	{"equals", CHECK_ASKED, NULL, check_equals},
	{"count", CHECK_ASKED, NULL, check_count},
	{"json", CHECK_ASKED, NULL, check_json},
	{"same_as", CHECK_ASKED, NULL, check_same_as},
	{"same_as_host", CHECK_ASKED, NULL, check_same_as_host},
	{"run", CHECK_ASKED, NULL, check_run},
};

static const struct check_kind *find_kind(
	enum check_place place, const char *word)
{
	for (size_t i = 0; i < VT_COUNT(kinds); i++)
		if (kinds[i].place == place && !strcmp(kinds[i].word, word))
			return &kinds[i];
	return NULL;
}

static int unknown(const struct vt_node *n, enum check_place place,
	const char *what, struct vt_err **err)
{
	struct vt_near near = vt_near_start(vt_node_text(n));
	for (size_t i = 0; i < VT_COUNT(kinds); i++)
		if (kinds[i].place == place)
			vt_near_try(&near, kinds[i].word);
	return vt_node_err(n, err, "unknown %s '%s'%s", what, vt_node_text(n),
		vt_near_hint(&near, ""));
}

/* Source of the check: `at` of the entry, else the position of the entry. */
static char *position(const struct vt_node *n)
{
	const char *at = vt_node_text(vt_node_get(n, "at"));
	if (at)
		return vt_strdup(at);
	if (!n || !n->pos.file)
		return NULL;
	return vt_printf("%s:%u:%u", n->pos.file, n->pos.line, n->pos.column);
}

static int add(struct verify *v, const struct check_kind *kind,
	const struct vt_node *node, const struct check *from,
	struct vt_err **err)
{
	v->checks = vt_realloc(v->checks, v->n_checks + 1, sizeof(*v->checks));
	struct check *c = &v->checks[v->n_checks++];
	*c = from ? *from : (struct check){0};
	c->kind = kind;
	c->node = node;
	c->at = position(node);
	return kind->parse ? kind->parse(v, c, err) : 0;
}

static int add_always(struct verify *v, struct vt_err **err)
{
	for (size_t i = 0; i < VT_COUNT(kinds); i++)
		if (kinds[i].place == CHECK_ALWAYS &&
			add(v, &kinds[i], NULL, NULL, err) < 0)
			return -1;
	return 0;
}

static int add_inherited(
	struct verify *v, const struct vt_node *list, struct vt_err **err)
{
	for (size_t i = 0; list && i < list->n; i++) {
		const struct vt_node *n = list->items[i];
		const char *word;
		if (vt_node_str(n, &word, err) < 0)
			return -1;
		const struct check_kind *kind =
			find_kind(CHECK_INHERITED, word);
		if (!kind)
			return unknown(n, CHECK_INHERITED, "check", err);
		if (add(v, kind, n, NULL, err) < 0)
			return -1;
	}
	return 0;
}

int checks_parse_storage(struct verify *v, struct vt_err **err)
{
	const struct check_kind *kind = find_kind(CHECK_STORAGE, "storage");
	if (storage_parse(v, err) < 0)
		return -1;
	for (size_t i = 0; i < v->storage.n; i++) {
		struct check c = {.dev = &v->storage.v[i]};
		if (add(v, kind, c.dev->at, &c, err) < 0)
			return -1;
	}
	const struct vt_node *extra = vt_graph_extra(&v->storage)->at;
	return extra ? add(v, find_kind(CHECK_STORAGE, "extra"), extra, NULL,
			       err)
		     : 0;
}

static int parse_network(struct verify *v, struct vt_err **err)
{
	const struct check_kind *kind = find_kind(CHECK_NETWORK, "network");
	if (network_parse(v, err) < 0)
		return -1;
	for (size_t i = 0; i < v->network.n; i++) {
		struct check c = {.dev = &v->network.v[i]};
		if (add(v, kind, c.dev->at, &c, err) < 0)
			return -1;
	}
	return 0;
}

static int add_asked(
	struct verify *v, const struct vt_node *list, struct vt_err **err)
{
	static const char *const also[] = {"at", "skip", NULL};
	for (size_t i = 0; list && i < list->n; i++) {
		const struct vt_node *n = list->items[i];
		const struct vt_node *skip = vt_node_get(n, "skip");
		struct vt_question q;
		struct check c = {0};
		if (vt_ask_read(&q, n, also, err) < 0 ||
			(skip && vt_node_str(skip, &c.skip, err) < 0))
			return -1;
		c.name = q.name;
		c.why = q.why;
		c.file = q.file;
		c.value = q.value;
		c.timeout_s = q.timeout_s;
		if (add(v, find_kind(CHECK_ASKED, q.ask->word), n, &c, err) < 0)
			return -1;
	}
	return 0;
}

int checks_parse(struct verify *v, struct vt_err **err)
{
	const struct vt_verify_file *f = &v->file;
	if (add_always(v, err) < 0 || add_inherited(v, f->inherited, err) < 0 ||
		checks_parse_storage(v, err) < 0 || parse_network(v, err) < 0)
		return -1;
	return add_asked(v, f->checks, err);
}

void checks_run(struct verify *v)
{
	for (size_t i = 0; i < v->n_checks; i++) {
		const struct vt_check_results *all = &v->result.checks;
		size_t before = all->n;
		uint64_t start = vt_now_ms();
		const struct check *c = &v->checks[i];
		if (c->skip)
			vt_check_skip(check_start(v, c), "%s", c->skip);
		else
			c->kind->run(v, c);
		/* the first result gets the duration, unless it has one
		 * already, such as a phase's */
		if (all->n > before && all->v[before].ms == 0)
			all->v[before].ms = vt_now_ms() - start;
	}
}

void checks_run_logs(struct verify *v)
{
	for (size_t i = 0; i < v->n_checks; i++) {
		const struct check *c = &v->checks[i];
		if (c->kind->place != CHECK_ASKED)
			continue;
		if (c->skip)
			vt_check_skip(check_start(v, c), "%s", c->skip);
		else if (c->file && vt_str_starts(c->file, "logs/"))
			c->kind->run(v, c);
		else
			vt_check_skip(check_start(v, c),
				"skipped in a test with expected_failure: "
				"nothing was booted");
	}
}

void checks_free(struct verify *v)
{
	for (size_t i = 0; i < v->n_checks; i++)
		free(v->checks[i].at);
	free(v->checks);
	vt_fatals_free(&v->fatals);
	storage_free(v);
	network_free(v);
	phases_free(&v->phases);
	facts_close(&v->facts);
	vt_result_free(&v->result);
	vt_verify_file_free(&v->file);
	free(v->dir);
	free(v->shown);
	*v = (struct verify){.facts = FACTS_INIT};
}

bool check_fact(struct verify *v, struct vt_check_result *r, const char *name,
	struct fact *out)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	int rc = facts_table(&v->facts, name, out, &err);
	if (rc == 1) {
		VT_AUTO_FREE char *see = facts_see(name);
		vt_check_see(r, "%s", see);
		return true;
	}
	if (rc < 0)
		vt_check_error(r, &err);
	else if (evidence_required(v, name))
		vt_check_found(r, "no '%s' was collected", name);
	else
		vt_check_skip(r, "no '%s' was collected", name);
	return false;
}

void check_phases(struct verify *v, const struct check *c)
{
	(void)c;
	for (size_t i = 0; i < v->phases.n; i++) {
		const struct phase *p = &v->phases.v[i];
		if (vt_phases_named(p->name)->console)
			phase_result(&v->result.checks, p, p->name, 0);
	}
	evidence_of_phases(v, "boot");
}
