/* Checks that every test has, if they apply to its target. */
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "checks.h"
#include "plan.h"
#include "storage/disks.h"
#include "test/distro.h"

static bool always(const struct vt_plan *plan, const char *word)
{
	(void)word;
	return !plan->def.expected_failure;
}

static bool log_alone(const struct vt_plan *plan, const char *word)
{
	(void)plan;
	(void)word;
	return true;
}

static bool of_distro(const struct vt_plan *plan, const char *word)
{
	return always(plan, word) &&
	       vt_distro_has(vt_distro(plan->def.target_distro), word);
}

/* A package named in the definition is checked on any distribution. */
static bool kernel_package(const struct vt_plan *plan, const char *word)
{
	return of_distro(plan, word) ||
	       (always(plan, word) && plan->def.target_kernel_package);
}

static bool planted(const struct vt_plan *plan, const char *word)
{
	return always(plan, word) && plan->def.disks_from;
}

static bool wire(const struct vt_plan *plan, const char *word)
{
	return always(plan, word) && plan->wired.on;
}

/* Only if the definition requests it. */
static bool dname(const struct vt_plan *plan, const char *word)
{
	return always(plan, word) && plan->def.disk_to_check &&
	       plan->def.disk_to_check->n > 0;
}

/* If the installer is expected to fail, nothing boots: only its log is checked.
 */
static const struct {
	const char *word;
	bool (*applies)(const struct vt_plan *plan, const char *word);
} words[] = {
	{"install_log", log_alone},
	{"fstab", always},
	{"swaps_used", always},
	{"cloud_init_status", always},
	{"failed_units", always},
	{"reporting_data", always},
	{"planted", planted},
	{"wire", wire},
	{"dname", dname},
	{"dname_rules", dname},
	{"interfacesd_eth0_removed", of_distro},
	{"installed_correct_kernel_package", kernel_package},
	{"kernel_img_conf", of_distro},
};

/* disk_to_check: [[NAME, PARTITION]]; partition 0 is the disk. */
static void fill_dnames(const struct vt_plan *plan, struct vt_doc *doc,
	struct vt_verify_file *f)
{
	const struct vt_node *list = plan->def.disk_to_check;
	for (size_t i = 0; list && i < list->n; i++) {
		const struct vt_node *row = list->items[i];
		VT_AUTO_FREE char *at = vt_node_at(row);
		struct vt_dname *d =
			vt_record_add(&f->dnames, &f->n_dnames, sizeof(*d));
		d->at = vt_doc_keep(doc, at);
		vt_node_str(row->items[0], &d->name, NULL);
		vt_node_int(row->items[1], 0, 65535, &d->partition, NULL);
	}
}

/* A disk's name as curtin uses it in file names: letters, digits, - and _ */
static char *sanitized(const char *name)
{
	struct vt_str s = VT_STR_INIT;
	for (const char *p = name; *p; p++) {
		if (vt_utf8_continues(*p))
			continue;
		bool good = (*p >= '0' && *p <= '9') ||
			    (*p >= 'a' && *p <= 'z') ||
			    (*p >= 'A' && *p <= 'Z') || *p == '-' || *p == '_';
		vt_str_addc(&s, good ? *p : '-');
	}
	return vt_str_take(&s);
}

/* The udev rules that are expected for named disks of the config. */
static void fill_dname_rules(const struct vt_plan *plan, struct vt_doc *doc,
	struct vt_verify_file *f)
{
	for (size_t i = 0; i < plan->storage.n; i++) {
		const struct vt_dev *d = &plan->storage.v[i];
		const char *name = vt_dev_text(d, "name");
		if (!vt_dev_is_machine_disk(d) || !name)
			continue;
		VT_AUTO_FREE char *file = sanitized(name);
		VT_AUTO_FREE char *at = vt_node_at(d->at);
		struct vt_dname_rule *rule = vt_record_add(
			&f->dname_rules, &f->n_dname_rules, sizeof(*rule));
		rule->name = vt_doc_keep(doc, file);
		rule->serial = vt_dev_text(d, "serial");
		rule->wwn = vt_dev_text(d, "wwn");
		rule->at = vt_doc_keep(doc, at);
	}
}

/* As in curtin's vmtest: the flavour, and the subarchitecture except for ga
 * kernels. */
static char *package_of(const struct vt_def *def)
{
	if (def->target_kernel_package)
		return vt_strdup(def->target_kernel_package);
	const char *flavor = def->kflavor;
	if (!flavor)
		flavor = vt_distro(def->target_distro)->kflavor;
	if (!def->subarch || vt_str_starts(def->subarch, "ga"))
		return vt_printf("linux-image-%s", flavor);
	return vt_printf("linux-image-%s-%s", flavor, def->subarch);
}

void vt_inherited_fill(const struct vt_plan *plan, struct vt_doc *doc,
	struct vt_verify_file *f)
{
	struct vt_node *list = vt_node_seq(doc);
	for (size_t i = 0; i < VT_COUNT(words); i++)
		if (words[i].applies(plan, words[i].word))
			vt_node_push(
				doc, list, vt_node_string(doc, words[i].word));
	f->inherited = list;
	fill_dnames(plan, doc, f);
	if (dname(plan, "dname_rules"))
		fill_dname_rules(plan, doc, f);
	if (kernel_package(plan, "installed_correct_kernel_package")) {
		VT_AUTO_FREE char *package = package_of(&plan->def);
		f->kernel_package = vt_doc_keep(doc, package);
	}
}
