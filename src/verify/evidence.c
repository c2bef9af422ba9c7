#include "evidence.h"

#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "test/distro.h"
#include "test/phases.h"

/* Facts that the scripts of src/seed collect in each system. */
static const struct evidence {
	const char *script; /* NULL: vt-seed's driver, which always runs */
	/* the name below collect/, and others that tell the same: one is enough
	 */
	const char *any[6];
	bool network; /* only if a network config is compared */
} table[] = {
	{.script = NULL, .any = {"vt-sentinel.json"}},
	{.script = NULL, .any = {"symlinks.txt"}},
	{.script = "common", .any = {"fstab"}},
	{.script = "common", .any = {"proc_cmdline"}},
	{.script = "common", .any = {"proc_partitions"}},
	{.script = "common", .any = {"proc-swaps"}},
	{.script = "common", .any = {"proc_mounts", "findmnt.json"}},
	/* old versions of lsblk write no JSON */
	{.script = "common", .any = {"lsblk.json", "ls_al_byuuid"}},
	{.script = "common", .any = {"find_boot.out"}},
	{.script = "common", .any = {"ls_dname"}},
	{.script = "common", .any = {"failed-units"}},
	/* status.json and result.json in /run are links to those in /var */
	{.script = "common",
		.any = {"cloud-init-status.json",
			"var_lib_cloud/data/status.json",
			"var_lib_cloud/data/result.json",
			"run_cloud-init/status.json",
			"run_cloud-init/result.json"}},
	{.script = "common", .any = {"ip_link.json"}, .network = true},
	{.script = "common", .any = {"ip_addr.json"}, .network = true},
	{.script = "common", .any = {"ip_route.json"}, .network = true},
	{.script = "common", .any = {"ip6_route.json"}, .network = true},
	{.script = "common", .any = {"ip_rule.json"}, .network = true},
	{.script = "common", .any = {"ip6_rule.json"}, .network = true},
	{.script = "common", .any = {"net_sysctl"}, .network = true},
	{.script = "common",
		.any = {"resolv.conf", "resolved_resolv.conf"},
		.network = true},
	{.script = "planted", .any = {"planted"}},
	{.script = "dpkg", .any = {"debian-packages.txt"}},
	{.script = "dpkg", .any = {"find_interfacesd"}},
};

/* Whether it is collected in this test, whose definition may replace scripts.
 */
static bool applies(const struct verify *v, const struct evidence *e)
{
	if (e->network &&
		(!v->network.n ||
			vt_release(v->file.target.release)->no_ip_json))
		return false;
	return !e->script || vt_strv_has(&v->file.collect_scripts, e->script);
}

static bool names(const struct evidence *e, const char *name)
{
	for (size_t i = 0; i < VT_COUNT(e->any) && e->any[i]; i++)
		if (!strcmp(e->any[i], name))
			return true;
	return false;
}

bool evidence_required(const struct verify *v, const char *name)
{
	for (size_t i = 0; i < VT_COUNT(table); i++)
		if (names(&table[i], name))
			return applies(v, &table[i]);
	return false;
}

/* Files that cannot be opened are there: the checks that read them fail. */
static bool is_there(const struct verify *v, const struct evidence *e)
{
	for (size_t i = 0; i < VT_COUNT(e->any) && e->any[i]; i++)
		if (facts_exists(&v->facts, e->any[i], NULL) != 0)
			return true;
	return false;
}

static void lost(struct verify *v, const char *name, const char *file)
{
	struct vt_check_result *r =
		vt_check_new(&v->result.checks, NULL, NULL, "%s", name);
	vt_check_expect(r, "the file '%s'", file);
	vt_check_found(r,
		"no '%s': vt has written it, and something has removed it (run "
		"the test again)",
		file);
	vt_check_see(r, "logs");
	r->host = true;
}

/* Disk images that the install phase has written. */
static void evidence_of_disks(struct verify *v)
{
	for (size_t i = 0; i < v->storage.n; i++) {
		const char *image = v->storage.v[i].image;
		VT_AUTO_FREE char *path =
			image ? vt_fs_join(v->dir, image) : NULL;
		if (path && !vt_fs_exists(path))
			lost(v, image, image);
	}
}

void check_evidence(struct verify *v, const struct check *c)
{
	struct vt_check_result *r = check_result(v, c, "evidence");
	VT_AUTO_STR struct vt_str missing = VT_STR_INIT;
	size_t n = 0;
	vt_check_expect(r, "all files that vt collects in each system");
	for (size_t i = 0; i < VT_COUNT(table); i++) {
		const struct evidence *e = &table[i];
		if (!applies(v, e))
			continue;
		n++;
		if (is_there(v, e))
			continue;
		vt_str_addf(&missing, "%sno 'collect/%s'",
			missing.len ? ", " : "", e->any[0]);
		for (size_t k = 1; k < VT_COUNT(e->any) && e->any[k]; k++)
			vt_str_addf(&missing, " or '%s'", e->any[k]);
	}
	if (missing.len)
		vt_check_found(r, "%s", missing.s);
	else
		vt_check_found(r, "%zu files", n);
	vt_check_see(r, "collect");
	vt_check_judge(r, !missing.len);
	evidence_of_disks(v);
}

void evidence_of_phases(struct verify *v, const char *last)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++) {
		VT_AUTO_FREE char *report = vt_phases_report(NULL, row->name);
		VT_AUTO_FREE char *console = vt_phases_console(NULL, row->name);
		if (!row->console)
			continue;
		if (!phases_find(&v->phases, row->name))
			lost(v, row->name, report);
		else if (facts_exists(&v->facts, console, NULL) == 0)
			lost(v, console, console);
		if (!strcmp(row->name, last))
			return;
	}
}
