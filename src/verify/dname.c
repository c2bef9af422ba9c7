/* Names of disks: the installer writes udev rules that make a link in
 * /dev/disk/by-dname for each name in the config. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "evidence.h"
#include "test/distro.h"
#include "text.h"

/* A result with the position of its entry. */
static struct vt_check_result *result_at(
	struct verify *v, const char *at, const char *name)
{
	return vt_check_new(&v->result.checks, at, NULL, "%s", name);
}

/* Why the target has no rules; "" if it has; owned */
static char *no_rules(const struct verify *v)
{
	const char *distro = v->file.target.distro;
	return vt_distro(distro)->late_script
		       ? vt_printf("for targets of '%s' a script of vt stands "
				   "in for the installer's hooks, which would "
				   "make it",
				 distro)
		       : vt_strdup("");
}

const char *no_dnames(struct verify *v)
{
	const char *release = v->file.target.release;
	char *why = no_rules(v);
	if (!*why && vt_release(release)->no_dname) {
		free(why);
		why = vt_printf("kernels of '%s' do not support it (LP: "
				"#1523037)",
			release);
	}
	vt_graph_own(&v->storage, why);
	return *why ? why : NULL;
}

static void check_link(struct verify *v, const struct vt_dname *want)
{
	AUTO_FACT struct fact fact = {0};
	const char *name = want->name;
	long part = want->partition;
	VT_AUTO_FREE char *link =
		part ? vt_printf("%s-part%ld", name, part) : vt_strdup(name);
	VT_AUTO_FREE char *title = vt_printf("dname %s", link);
	struct vt_check_result *r = result_at(v, want->at, title);
	vt_check_expect(r, "'%s'%s%s%s in /dev/disk/by-dname", link,
		part ? " and '" : "", part ? name : "", part ? "'" : "");
	if (vt_storage_look(v->look)->no_dnames) {
		vt_check_skip(r, "%s", vt_storage_look(v->look)->no_dnames);
		return;
	}
	if (!check_fact(v, r, "ls_dname", &fact))
		return;
	bool both = text_line_of(&fact, link) && text_line_of(&fact, name);
	VT_AUTO_FREE char *all = text_shown(fact.text, fact.len);
	if (both)
		vt_check_found(r, "'%s'", link);
	else
		vt_check_found(r, "%s", *all ? all : "none");
	vt_check_judge(r, both);
}

void check_dname(struct verify *v, const struct check *c)
{
	const struct vt_verify_file *f = &v->file;
	if (!f->n_dnames)
		vt_check_skip(check_result(v, c, "dname"),
			"the definition has no disk_to_check");
	for (size_t i = 0; i < f->n_dnames; i++)
		check_link(v, &f->dnames[i]);
}

static bool holds(const struct fact *fact, const char *word)
{
	return memmem(fact->text, fact->len, word, strlen(word)) != NULL;
}

/* Check that a rule has a property and its value. */
static void check_property(const char *text, const char *property,
	const struct fact *fact, struct vt_str *missing)
{
	if (!text || !*text)
		return;
	/* udev replaces spaces */
	VT_AUTO_FREE char *value = vt_str_replace(text, " ", "_");
	if (!holds(fact, property) || !holds(fact, value))
		vt_str_addf(
			missing, "no %s with value '%s'\n", property, value);
}

static void check_rule(struct verify *v, const struct vt_dname_rule *want)
{
	AUTO_FACT struct fact fact = {0};
	VT_AUTO_STR struct vt_str missing = VT_STR_INIT;
	VT_AUTO_ERR struct vt_err *err = NULL;
	const char *name = want->name;
	VT_AUTO_FREE char *none = no_rules(v);
	VT_AUTO_FREE char *file = vt_printf("udev_rules.d/%s.rules", name);
	VT_AUTO_FREE char *title = vt_printf("dname_rules %s", name);
	struct vt_check_result *r = result_at(v, want->at, title);
	vt_check_expect(r, "'%s' matches the serial and WWN of the disk", file);
	if (*none) {
		vt_check_skip(r, "%s", none);
		return;
	}
	/* it is collected if there is one */
	if (facts_exists(&v->facts, "udev_rules.d", NULL) == 0 &&
		!evidence_required(v, "ls_dname")) {
		vt_check_skip(r, "no 'udev_rules.d' was collected");
		return;
	}
	vt_check_see(r, "collect/%s", file);
	int rc = facts_read(&v->facts, file, &fact, &err);
	if (rc < 0)
		vt_check_error(r, &err);
	else if (rc == 0)
		vt_check_found(r, "no file '%s'", file);
	if (rc != 1)
		return;
	check_property(want->serial, "ID_SERIAL", &fact, &missing);
	check_property(want->wwn, "ID_WWN_WITH_EXTENSION", &fact, &missing);
	vt_check_found(
		r, "%s", missing.len ? missing.s : "serial and WWN match");
	vt_check_judge(r, !missing.len);
}

void check_dname_rules(struct verify *v, const struct check *c)
{
	const struct vt_verify_file *f = &v->file;
	if (!f->n_dname_rules)
		vt_check_skip(check_result(v, c, "dname_rules"),
			"no disk of the config has a 'name'");
	for (size_t i = 0; i < f->n_dname_rules; i++)
		check_rule(v, &f->dname_rules[i]);
}
