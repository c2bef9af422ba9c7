#include "test/phase_report.h"

#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "test/phases.h"

#define T struct vt_phase_report
static const struct vt_member time_members[] = {
	{"power_on", VT_AS_SECONDS(T, times.power_on), .init = "0",
		.doc = "The machine was started"},
	{"kernel", VT_AS_SECONDS(T, times.marks[VT_MARK_KERNEL]), .init = "0",
		.doc = "First line of a kernel"},
	{"init", VT_AS_SECONDS(T, times.marks[VT_MARK_INIT]), .init = "0",
		.doc = "First line of the init process"},
	{"cloud_init", VT_AS_SECONDS(T, times.marks[VT_MARK_CLOUD_INIT]),
		.init = "0", .doc = "First line of cloud-init"},
	{"installer_start",
		VT_AS_SECONDS(T, times.marks[VT_MARK_INSTALLER_START]),
		.init = "0", .doc = "The installer began"},
	{"installer_end", VT_AS_SECONDS(T, times.marks[VT_MARK_INSTALLER_END]),
		.init = "0", .doc = "The installer ended"},
	{"power_off", VT_AS_SECONDS(T, times.power_off), .init = "0",
		.doc = "The machine was off"},
	{0}};
static const struct vt_record time_record = {
	.name = "times", .members = time_members};

static const struct vt_member rule_members[] = {
	{"id", VT_AS_TEXT(T, rule.id), .required = true,
		.doc = "Id of the rule, as in the table of fatal lines"},
	{"line", VT_AS_TEXT(T, rule.line), .required = true,
		.doc = "The line that matched"},
	{"at", VT_AS_SECONDS(T, rule.at_ms),
		.doc = "When it was printed, in seconds since the phase began"},
	{"why", VT_AS_TEXT(T, rule.why), .doc = "What it means"}, {0}};
static const struct vt_record rule_record = {
	.name = "rule", .members = rule_members};

static const struct vt_member part_members[] = {
	{"what", VT_AS_TEXT(struct vt_phase_part, what), .required = true,
		.doc = "Which part: the screen, the registers and stacks of "
		       "the processors, the tasks (by sysrq), or the memory"},
	{"see", VT_AS_TEXT(struct vt_phase_part, see),
		.doc = "The file that has it"},
	{"why", VT_AS_TEXT(struct vt_phase_part, why),
		.doc = "Why there is none, or not all of it"},
	{0}};
static const struct vt_record part_record = {
	.name = "autopsy", .members = part_members};

static const struct vt_member hang_members[] = {
	{"silence", VT_AS_SECONDS(T, hang.silence_ms), .init = "0",
		.doc = "How long nothing had happened"},
	{"processor", VT_AS_INT(T, hang.processor), .init = "0", .max = 1000000,
		.unit = "percent of one processor",
		.doc = "Processor time that the machine wanted meanwhile; not "
		       "there if it is less than one, or not known"},
	{"autopsy", VT_AS_RECORDS(T, hang.parts, hang.n_parts, &part_record),
		.doc = "What was seen of the guest before it was ended"},
	{0}};
static const struct vt_record hang_record = {
	.name = "hang", .members = hang_members};

static const struct vt_member answer_members[] = {
	{"prompt", VT_AS_TEXT(struct vt_phase_answer, prompt), .required = true,
		.doc = "The pattern, as in vm.yaml"},
	{"typed", VT_AS_INT(struct vt_phase_answer, typed), .required = true,
		.doc = "How often the guest asked and the answer was typed"},
	{0}};
static const struct vt_record answer_record = {
	.name = "answers", .members = answer_members};

static const struct vt_member members[] = {
	{"test", VT_AS_TEXT(T, test), .doc = "Name of the test"},
	{"phase", VT_AS_TEXT(T, phase), .doc = "Name of the phase"},
	{"exit", VT_AS_INT(T, exit), .required = true, .max = 255,
		.doc = "Exit status of the tool, or 128 and the number of the "
		       "signal that ended it"},
	{"outcome", VT_AS_TEXT(T, outcome),
		.doc = "Outcome of the guest or the phase, in one word"},
	{"cause", VT_AS_TEXT(T, cause), .init = "", .always = true,
		.doc = "Cause of a failure, in one line; empty on success"},
	{"at", VT_AS_TEXT(T, at),
		.doc = "Statement of the config that the cause is about: "
		       "file:line:column"},
	{"accel", VT_AS_TEXT(T, accel),
		.doc = "Accelerator that ran the guest: kvm or tcg"},
	{"retried", VT_AS_TEXT(T, retried),
		.doc = "Why the machine was started again: with TCG, or "
		       "without its template"},
	{"warm", VT_AS_BOOL(T, warm), .init = "false",
		.doc = "Whether the machine started from a template"},
	{"qemu", VT_AS_TEXT(T, qemu), .doc = "Version of QEMU"},
	{"host", VT_AS_TEXT(T, host), .doc = "Version of the host's kernel"},
	{"started", VT_AS_TEXT(T, started),
		.doc = "When the phase began, in UTC: YYYY-MM-DDTHH:MM:SSZ"},
	{"seconds", VT_AS_SECONDS(T, ms), .doc = "Duration of the phase"},
	{"cached", VT_AS_TEXT(T, cached),
		.doc = "The phase was taken from the cache, and all else here "
		       "is of the run that ended then"},
	{"key", VT_AS_TEXT(T, key),
		.doc = "Checksum of all that went in: the name of its entry in "
		       "the cache"},
	{"output", VT_AS_TEXT(T, output),
		.doc = "Checksum of what the phase left"},
	{"waited", VT_AS_SECONDS(T, waited_ms), .init = "0", .always = true,
		.doc = "Part of it spent waiting for memory or a "
		       "processor"},
	{"times", VT_AS_GROUP(&time_record),
		.doc = "Time of each event, in seconds since the phase "
		       "began"},
	{"rule", VT_AS_GROUP(&rule_record),
		.doc = "The line of the console that decided the outcome"},
	{"hang", VT_AS_GROUP(&hang_record), .doc = "A guest that hung"},
	{"answers", VT_AS_RECORDS(T, answers, n_answers, &answer_record),
		.doc = "The answers of vm.yaml, in the same order"},
	{"channel", VT_AS_TEXTS(T, channel),
		.doc = "Lines that the installer sent over the virtio-serial "
		       "port org.vt.installer"},
	{"context", VT_AS_TEXTS(T, context), .always = true,
		.doc = "Lines of the console around the cause, or its last "
		       "lines"},
	{"command", VT_AS_TEXTS(T, command), .always = true,
		.doc = "QEMU's command line"},
	{0}};
const struct vt_record vt_phase_report_record = {.name = "logs/PHASE.json",
	.members = members,
	.format = 1,
	.doc = "How a phase ended, for\n.Xr vt-verify 1\nand people."};

void vt_phase_report_free(struct vt_phase_report *r)
{
	vt_record_free(&vt_phase_report_record, r);
	vt_doc_free(r->doc);
}

int vt_phase_report_save(
	const struct vt_phase_report *r, const char *dir, struct vt_err **err)
{
	VT_AUTO_FREE char *real = realpath(dir, NULL);
	VT_AUTO_FREE char *logs = vt_fs_join(dir, VT_PHASES_LOGS);
	VT_AUTO_FREE char *path = vt_phases_report(dir, r->phase);
	struct vt_phase_report named = *r;
	if (!named.test)
		named.test = vt_fs_basename(real ? real : dir);
	if (vt_fs_mkdirs(logs, 0777, err) < 0)
		return -1;
	return vt_record_save_json(&vt_phase_report_record, &named, path, err);
}

int vt_phase_report_read(struct vt_phase_report *r, const char *dir,
	const char *phase, struct vt_err **err)
{
	VT_AUTO_FREE char *file = vt_phases_report(NULL, phase);
	r->doc = vt_record_load(&vt_phase_report_record, dir, file, r, err);
	return r->doc ? 0 : -1;
}

int vt_phase_report_parse(struct vt_phase_report *r, const char *name,
	const char *text, size_t len, struct vt_err **err)
{
	r->doc = vt_doc_parse(name, text, len, err);
	if (!r->doc)
		return -1;
	return vt_record_read(
		&vt_phase_report_record, r->doc->root, NULL, r->doc, r, err);
}

bool vt_phase_failed(const char *dir, const char *phase)
{
	VT_AUTO_REPORT struct vt_phase_report r = {0};
	return vt_phase_report_read(&r, dir, phase, NULL) == 0 && r.exit != 0;
}
