#include "test/verify_file.h"

#include "data/match.h"
#include "test/fatal.h"

/* Checks of single values */

static int valid_name(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	const char *name = *(const char *const *)value;
	if (vt_str_valid_name(name))
		return 0;
	return vt_node_err(at, err, "'%s' is not a valid test name", name);
}

static int pattern(
	const void *value, const struct vt_node *at, struct vt_err **err)
{
	VT_AUTO_ERR struct vt_err *why = NULL;
	struct vt_match *m = vt_match_new();
	int rc = vt_match_add(m, *(const char *const *)value, &why);
	vt_match_free(m);
	return rc < 0 ? vt_node_err(at, err, "%s", why->msg) : 0;
}

static int day(const void *value, const struct vt_node *at, struct vt_err **err)
{
	(void)value;
	return vt_day_check(at, err);
}

static int fstab_rows(
	const void *value, const struct vt_node *list, struct vt_err **err)
{
	(void)value;
	for (size_t i = 0; i < list->n; i++) {
		const struct vt_node *row = list->items[i];
		if (vt_node_list(row, VT_SCALAR, err) < 0)
			return -1;
		if (row->n != 3)
			return vt_node_err(row, err,
				"expected [SPEC, MOUNTPOINT, OPTIONS]");
	}
	return 0;
}

/* Tables */

static const struct vt_member date_members[] = {
	{"bug", VT_AS_TEXT(struct vt_by_date, bug), .required = true,
		.doc = "Number of the bug"},
	{"fixby", VT_AS_TEXT(struct vt_by_date, fixby), .required = true,
		.doc = "First day (YYYY-MM-DD) on which the checks count"},
	{"removeby", VT_AS_TEXT(struct vt_by_date, removeby), .required = true,
		.doc = "Last day; after it they fail until the entry is "
		       "removed"},
	{"tests", VT_AS_TEXTS(struct vt_by_date, tests),
		.doc = "Names of checks, or prefixes of names; by default all"},
	{0}};
static const struct vt_record date_record = {
	.name = "skip_by_date", .members = date_members};

#define AT_DOC .doc = "Where it is requested: file:line:column"
static const struct vt_member dname_members[] = {
	{"name", VT_AS_TEXT(struct vt_dname, name), .required = true,
		.doc = "The name in /dev/disk/by-dname"},
	{"partition", VT_AS_INT(struct vt_dname, partition), .init = "0",
		.max = 65535, .always = true,
		.doc = "Number of the partition, 0 for the disk"},
	{"at", VT_AS_TEXT(struct vt_dname, at), AT_DOC}, {0}};
static const struct vt_record dname_record = {
	.name = "dnames", .members = dname_members};

static const struct vt_member rule_members[] = {
	{"name", VT_AS_TEXT(struct vt_dname_rule, name), .required = true,
		.doc = "Name of the rules file, without .rules"},
	{"serial", VT_AS_TEXT(struct vt_dname_rule, serial),
		.doc = "Serial number of the disk"},
	{"wwn", VT_AS_TEXT(struct vt_dname_rule, wwn),
		.doc = "World Wide Name of the disk"},
	{"at", VT_AS_TEXT(struct vt_dname_rule, at), AT_DOC}, {0}};
static const struct vt_record rule_record = {
	.name = "dname_rules", .members = rule_members};

static const struct vt_member statement_members[] = {
	{"statement", VT_AS_TEXT(struct vt_statement, name), .required = true,
		.doc = "Kind, id and key of the entry, or the path below the "
		       "section"},
	{"at", VT_AS_TEXT(struct vt_statement, at),
		.doc = "Its position: file:line:column"},
	{"check", VT_AS_TEXT(struct vt_statement, check),
		.doc = "The check that answers it"},
	{"reason", VT_AS_TEXT(struct vt_statement, reason),
		.doc = "Why no check answers it"},
	{0}};
static const struct vt_record statement_record = {
	.name = "statements", .members = statement_members};

static const struct vt_member answer_members[] = {
	{"phase", VT_AS_TEXT(struct vt_verify_answer, phase), .required = true,
		.doc = "install or boot"},
	{"prompt", VT_AS_TEXT(struct vt_verify_answer, prompt),
		.required = true, .check = pattern,
		.doc = "The pattern, as in vm.yaml of the phase"},
	{"at", VT_AS_TEXT(struct vt_verify_answer, at), AT_DOC}, {0}};
static const struct vt_record answer_record = {
	.name = "answers", .members = answer_members};

#define T struct vt_verify_file
static const struct vt_member planted_members[] = {
	{"mount", VT_AS_TEXT(struct vt_planted, mount), .required = true,
		.doc = "Mount point"},
	{"kept", VT_AS_BOOL(struct vt_planted, kept), .init = "false",
		.always = true,
		.doc = "Whether what was on the file system before the install "
		       "must be there"},
	{"at", VT_AS_TEXT(struct vt_planted, at),
		.doc = "Position of the format in the config"},
	{0}};
static const struct vt_record planted_record = {
	.name = "planted", .members = planted_members};

static const struct vt_member installer_members[] = {
	{"kind", VT_AS_WORD(T, installer.kind, vt_installer_words),
		.doc = "As in install/pack.yaml"},
	{"reports", VT_AS_BOOL(T, installer.reports), .init = "false",
		.always = true,
		.doc = "Whether it must send events to the web server"},
	{0}};
static const struct vt_record installer_record = {
	.name = "installer", .members = installer_members};

static const struct vt_member target_members[] = {
	{"distro", VT_AS_TEXT(T, target.distro), .init = "",
		.doc = "Distribution of the target"},
	{"release", VT_AS_TEXT(T, target.release), .init = "",
		.doc = "Release of the target"},
	{"arch", VT_AS_TEXT(T, target.arch), .init = "",
		.doc = "Architecture of the target"},
	{"firmware", VT_AS_TEXT(T, target.firmware), .init = "",
		.doc = "bios or uefi"},
	{0}};
static const struct vt_record target_record = {
	.name = "target", .members = target_members};

static const struct vt_member members[] = {
	{"test", VT_AS_TEXT(T, test), .required = true, .check = valid_name,
		.doc = "Name of the test"},
	{"expected_failure", VT_AS_BOOL(T, expected_failure), .init = "false",
		.always = true, .doc = "Whether the installer must fail"},
	{"success", VT_AS_TEXT(T, success), .check = pattern,
		.doc = "Extended regular expression that must match a whole "
		       "line of the installer, see vt-launch(1)"},
	{"skip", VT_AS_TEXT(T, skip), .doc = "Why the test is skipped"},
	{"disks_from", VT_AS_TEXT(T, disks_from), .check = valid_name,
		.doc = "Test whose finished disks this test's disks were at "
		       "the start"},
	{"planted", VT_AS_RECORDS(T, planted, n_planted, &planted_record),
		.doc = "For the check planted"},
	{"skip_by_date", VT_AS_RECORDS(T, dates, n_dates, &date_record),
		.doc = "Known bugs, whose failing checks are skipped until a "
		       "date"},
	{"known_issues", VT_AS_RECORDS(T, known, n_known, &vt_known_of_test),
		.doc = "The entries of known-issues.yaml that are for this "
		       "test"},
	{"grace", VT_AS_TEXT(T, grace), .check = day,
		.doc = "Last day on which a failure does not count, as the "
		       "test is new"},
	{"strict", VT_AS_BOOL(T, strict), .init = "false",
		.doc = "Whether a kernel warning, a segmentation fault or a "
		       "core dump on a console fails the test"},
	{"fatal", VT_AS_NODE(T, fatal), .node = VT_MAP,
		.check = vt_fatals_check_member,
		.doc = "Changes to the console lines that fail a phase, as "
		       "fatal_lines in vt-test(5)"},
	{"installer", VT_AS_GROUP(&installer_record),
		.doc = "Installer of the test"},
	{"target", VT_AS_GROUP(&target_record), .doc = "Installed system"},
	{"collect_scripts", VT_AS_TEXTS(T, collect_scripts), .always = true,
		.doc = "Names of the collect scripts, which must have run; the "
		       "files that those of vt collect in each system are "
		       "required"},
	{"inherited", VT_AS_NODE(T, inherited), .node = VT_SEQ,
		.doc = "Names of the checks that each test has by default"},
	{"dnames", VT_AS_RECORDS(T, dnames, n_dnames, &dname_record),
		.doc = "For the check dname"},
	{"dname_rules",
		VT_AS_RECORDS(T, dname_rules, n_dname_rules, &rule_record),
		.doc = "For the check dname_rules"},
	{"kernel_package", VT_AS_TEXT(T, kernel_package),
		.doc = "For the check installed_correct_kernel_package"},
	{"answers", VT_AS_RECORDS(T, answers, n_answers, &answer_record),
		.doc = "Prompts that the guest must have shown, in the order "
		       "of those of each vm.yaml"},
	{"fstab_expected", VT_AS_NODE(T, fstab_expected), .node = VT_SEQ,
		.check = fstab_rows,
		.doc = "For the check fstab: a list of [SPEC, MOUNTPOINT, "
		       "OPTIONS]"},
	{"storage", VT_AS_NODE(T, storage), .node = VT_MAP,
		.doc = "The devices of the storage config, a list for each "
		       "type (disks, partitions, filesystems, mounts...): for "
		       "each device its id, its position in the config (at, "
		       "and positions of values on other lines), the ids of "
		       "the devices that it consists of, and its expected "
		       "attributes; for a disk of the machine also its "
		       "image, sector_size, and whether the image is an "
		       "overlay on that of another test"},
	{"network", VT_AS_NODE(T, network), .node = VT_MAP,
		.doc = "The interfaces of the network config, a list for each "
		       "type (physicals, bonds, bridges, vlans...), and what "
		       "they are to have (addresses, routes, policies, "
		       "nameservers), as in storage"},
	{"storage_extra", VT_AS_NODE(T, storage_extra), .node = VT_MAP,
		.doc = "What must not be there beside these devices: the "
		       "position of the config's section (at), the swap file "
		       "that the installer may make unasked, and why some is "
		       "not looked for (skip)"},
	{"statements",
		VT_AS_RECORDS(T, statements, n_statements, &statement_record),
		.max = 1000000,
		.doc = "The statements of the config: each scalar below "
		       "storage, network and swap that is neither an id nor a "
		       "reference"},
	{"checks", VT_AS_NODE(T, checks), .node = VT_SEQ,
		.doc = "The checks of the definition, as verify in vt-test(5), "
		       "each with its position there (at) and, when it does "
		       "not apply to this test, the reason (skip)"},
	{0}};
const struct vt_record vt_verify_record = {.name = "verify.yaml",
	.members = members,
	.format = 2,
	.doc = "Input of\n.Xr vt-verify 1 ."};

void vt_verify_file_free(struct vt_verify_file *f)
{
	vt_record_free(&vt_verify_record, f);
	vt_doc_free(f->doc);
}

int vt_verify_file_read(
	struct vt_verify_file *f, const char *dir, struct vt_err **err)
{
	f->doc = vt_record_load(&vt_verify_record, dir, "verify.yaml", f, err);
	if (!f->doc)
		return -1;
	if (!vt_node_get(f->doc->root, "collect_scripts"))
		vt_strv_add(&f->collect_scripts, "common");
	return 0;
}
