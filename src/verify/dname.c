/* Names of disks: what a config calls them is a link in /dev/disk/by-dname of
 * the booted system, made by udev rules that the installer wrote. */
#include <string.h>

#include "base/mem.h"
#include "check.h"
#include "text.h"

static const struct vt_node *dnames(const struct verify *v)
{
	return vt_node_get(v->doc->root, "dnames");
}

static const struct vt_node *rules(const struct verify *v)
{
	return vt_node_get(v->doc->root, "dname_rules");
}

static int parse_list(const struct vt_node *list, const char *const *known,
	struct vt_err **err)
{
	const char *text;
	long part;
	if (!list)
		return 0;
	if (vt_node_expect(list, VT_SEQ, err) < 0)
		return -1;
	for (size_t i = 0; i < list->n; i++) {
		const struct vt_node *n = list->items[i];
		const struct vt_node *number = vt_node_get(n, "partition");
		if (vt_node_expect(n, VT_MAP, err) < 0 ||
			vt_node_keys_known(n, known, err) < 0)
			return -1;
		if (!vt_node_get(n, "name"))
			return vt_node_err(n, err, "'name' is missing");
		if (number && vt_node_int(number, 0, 65535, &part, err) < 0)
			return -1;
		for (size_t k = 0; k < n->n; k++)
			if (vt_node_str(n->items[k], &text, err) < 0)
				return -1;
	}
	return 0;
}

int parse_dname(struct verify *v, struct check *c, struct vt_err **err)
{
	static const char *const known[] = {"name", "partition", "at", NULL};
	(void)c;
	return parse_list(dnames(v), known, err);
}

int parse_dname_rules(struct verify *v, struct check *c, struct vt_err **err)
{
	static const char *const known[] = {
		"name", "serial", "wwn", "at", NULL};
	(void)c;
	return parse_list(rules(v), known, err);
}

/* A result that points at the entry that asks. */
static struct result *result_at(
	struct verify *v, const struct vt_node *n, const char *name)
{
	return result_new(&v->results, vt_node_text(vt_node_get(n, "at")), NULL,
		"%s", name);
}

static bool has_line(const struct fact *fact, const char *line)
{
	const char *s;
	size_t at = 0, len, want = strlen(line);
	while (fact_line(fact, &at, &s, &len))
		if (len == want && !memcmp(s, line, len))
			return true;
	return false;
}

static void check_link(struct verify *v, const struct vt_node *n)
{
	AUTO_FACT struct fact fact = {0};
	const char *name = vt_node_text(vt_node_get(n, "name"));
	long part = 0;
	vt_node_int(vt_node_get(n, "partition"), 0, 65535, &part, NULL);
	VT_AUTO_FREE char *link =
		part ? vt_printf("%s-part%ld", name, part) : vt_strdup(name);
	VT_AUTO_FREE char *title = vt_printf("dname %s", link);
	struct result *r = result_at(v, n, title);
	result_expect(r, "'%s'%s%s%s in /dev/disk/by-dname", link,
		part ? " and '" : "", part ? name : "", part ? "'" : "");
	if (strcmp(v->distro, "ubuntu") != 0) {
		result_skip(r, "names of disks are Ubuntu's, not those of '%s'",
			v->distro);
		return;
	}
	if (!strcmp(v->release, "trusty")) {
		result_skip(r, "trusty's kernels have none (LP: #1523037)");
		return;
	}
	if (!check_fact(v, r, "ls_dname", &fact))
		return;
	bool both = has_line(&fact, link) && has_line(&fact, name);
	VT_AUTO_FREE char *all = text_shown(fact.text, fact.len);
	if (both)
		result_found(r, "'%s'", link);
	else
		result_found(r, "%s", *all ? all : "none");
	result_judge(r, both);
}

void check_dname(struct verify *v, const struct check *c)
{
	const struct vt_node *list = dnames(v);
	if (!list || !list->n)
		result_skip(check_result(v, c, "dname"),
			"no disk to check is named");
	for (size_t i = 0; list && i < list->n; i++)
		check_link(v, list->items[i]);
}

static bool holds(const struct fact *fact, const char *word)
{
	return memmem(fact->text, fact->len, word, strlen(word)) != NULL;
}

/* What udev is told of a disk, by the property that has it. */
static void check_property(const struct vt_node *n, const char *key,
	const char *property, const struct fact *fact, struct vt_str *missing)
{
	const char *text = vt_node_text(vt_node_get(n, key));
	if (!text || !*text)
		return;
	/* udev has no spaces */
	VT_AUTO_FREE char *value = vt_str_replace(text, " ", "_");
	if (!holds(fact, property) || !holds(fact, value))
		vt_str_addf(missing, "no %s of '%s'\n", property, value);
}

static void check_rule(struct verify *v, const struct vt_node *n)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_STR struct vt_str missing = VT_STR_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	const char *name = vt_node_text(vt_node_get(n, "name"));
	VT_AUTO_FREE char *file = vt_printf("udev_rules.d/%s.rules", name);
	VT_AUTO_FREE char *title = vt_printf("dname_rules %s", name);
	struct result *r = result_at(v, n, title);
	result_expect(r, "'%s' knows the disk by its serial and WWN", file);
	if (strcmp(v->distro, "ubuntu") != 0) {
		result_skip(r, "names of disks are Ubuntu's, not those of '%s'",
			v->distro);
		return;
	}
	if (facts_exists(&v->facts, "udev_rules.d", NULL) == 0) {
		result_skip(r, "no 'udev_rules.d' was collected");
		return;
	}
	result_see(r, "collect/%s", file);
	int rc = facts_read(&v->facts, file, &fact, &err);
	if (rc < 0)
		result_error(r, &err);
	else if (rc == 0)
		result_found(r, "no file '%s'", file);
	if (rc != 1)
		return;
	check_property(n, "serial", "ID_SERIAL", &fact, &missing);
	check_property(n, "wwn", "ID_WWN_WITH_EXTENSION", &fact, &missing);
	result_found(r, "%s", missing.len ? missing.s : "it does");
	result_judge(r, !missing.len);
}

void check_dname_rules(struct verify *v, const struct check *c)
{
	const struct vt_node *list = rules(v);
	if (!list || !list->n)
		result_skip(check_result(v, c, "dname_rules"),
			"no disk of the config has a name");
	for (size_t i = 0; list && i < list->n; i++)
		check_rule(v, list->items[i]);
}
