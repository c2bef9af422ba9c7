/* Finds the smallest memory with which the install phase of a test passes, by
 * bisection. The tries run in a directory of their own beside the test's. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "test/phase_report.h"
#include "test/phases.h"
#include "test/runlog.h"
#include "test/vm_file.h"
#include "whole_run.h"

enum { STEP_MIB = 16, LEAST_MIB = 128, MAX_LOG = 64 << 20 };

struct search {
	struct session *s;
	char *dir;  /* of the test */
	char *try;  /* of a try */
	char *kept; /* where the logs of tries go that failed */
	long mem_mib;
	uint64_t ms; /* of the install phase with all of it */
	char *why;   /* the last try failed, or NULL */
};

static void search_free(struct search *f)
{
	free(f->dir);
	free(f->try);
	free(f->kept);
	free(f->why);
}
#define AUTO_SEARCH __attribute__((cleanup(search_free)))

/* What a kernel, an initramfs or a program says when the memory is too small,
 * in any case ("out of memory" by busybox). The root of the install environment
 * is an overlay in memory, so that it can be full. What passes with more memory
 * has room on its disks. */
static const char *const memory_lines[] = {"Out of memory", "oom-kill",
	"System is deadlocked on memory", "Initramfs unpacking failed",
	"page allocation failure", "Cannot allocate memory", "MemoryError",
	"No space left on device", "initrd is too large", NULL};

/* The line that shows that memory was missing; owned, or NULL. */
static char *memory_line(const char *text)
{
	for (size_t i = 0; text && memory_lines[i]; i++) {
		const char *s = strcasestr(text, memory_lines[i]);
		if (!s)
			continue;
		while (s > text && s[-1] != '\n')
			s--;
		VT_AUTO_STR struct vt_str line = VT_STR_INIT;
		vt_str_printable(&line, s, strcspn(s, "\r\n"), false);
		return vt_strdup(vt_str_c(&line));
	}
	return NULL;
}

static char *why_memory(const struct search *f, const struct vt_phase_report *r)
{
	VT_AUTO_FREE char *log = vt_phases_console(f->try, "install");
	VT_AUTO_FREE char *text = vt_fs_read(log, MAX_LOG, NULL, NULL);
	char *line = memory_line(r->cause);
	return line ? line : memory_line(text);
}

/* The install phase with all of the memory, unless it has passed before. */
static int install(struct search *f, struct vt_err **err)
{
	const struct session *s = f->s;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_REPORT struct vt_phase_report r = {0};
	VT_AUTO_VM struct vt_vm vm = VT_VM_INIT;
	for (size_t i = 0; i < s->o->make.n; i++)
		vt_strv_add(&argv, s->o->make.v[i]);
	vt_strv_take(
		&argv, vt_phases_stamp(vt_phases_named("install"), f->dir));
	int status = child_run(&f->s->child, argv.v, NULL, err);
	if (status < 0 || s->dry || s->child.signal)
		return status;
	if (status)
		return vt_err_set(err, VT_FAILED,
			"%s: the install phase cannot be run, or does not pass "
			"with all of the memory (see above)",
			s->o->test);
	if (vt_vm_read(&vm, f->dir, "install/vm.yaml", err) < 0 ||
		vt_phase_report_read(&r, f->dir, "install", err) < 0)
		return -1;
	f->mem_mib = vm.machine.mem_mib;
	f->ms = r.ms;
	return 0;
}

static int copy_inputs(const struct search *f, struct vt_err **err)
{
	VT_AUTO_FREE char *from = vt_fs_join(f->dir, "install");
	VT_AUTO_FREE char *to = vt_fs_join(f->try, "install");
	VT_AUTO_STRV struct vt_strv names = VT_STRV_INIT;
	if (vt_fs_rmtree(f->try, err) < 0 || vt_fs_mkdirs(to, 0750, err) < 0 ||
		vt_fs_list(from, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		VT_AUTO_FREE char *file = vt_fs_join(from, names.v[i]);
		VT_AUTO_FREE char *copy = vt_fs_join(to, names.v[i]);
		if (!vt_fs_is_dir(file) &&
			vt_fs_copy(file, copy, 0600, err) < 0)
			return -1;
	}
	VT_AUTO_FREE char *verify = vt_fs_join(f->dir, "verify.yaml");
	VT_AUTO_FREE char *as = vt_fs_join(f->try, "verify.yaml");
	return vt_fs_copy(verify, as, 0600, err);
}

/* A guest whose memory is too small may only become slow. */
static int set_memory(const struct search *f, long mib, struct vt_err **err)
{
	VT_AUTO_FREE char *path = vt_fs_join(f->try, "install/vm.yaml");
	VT_AUTO_STR struct vt_str text = VT_STR_INIT;
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_load(path, err);
	if (!doc)
		return -1;
	vt_node_set(doc, doc->root, "mem", vt_node_number(doc, mib));
	vt_node_set(doc, doc->root, "timeout",
		vt_node_number(doc, (int64_t)(60 + 2 * f->ms / 1000)));
	if (vt_node_emit(doc->root, &text, err) < 0)
		return -1;
	return vt_fs_write(path, text.s, text.len, 0600, err);
}

/* Keep the logs of a try that failed; disks are needed no more. */
static int keep_logs(const struct search *f, long mib, struct vt_err **err)
{
	VT_AUTO_FREE char *from = vt_fs_join(f->try, VT_PHASES_LOGS);
	VT_AUTO_FREE char *to = vt_printf("%s/%ld", f->kept, mib);
	if (vt_fs_mkdirs(f->kept, 0750, err) < 0)
		return -1;
	if (rename(from, to) < 0)
		return vt_err_errno(err, "cannot move '%s'", from);
	return 0;
}

/* Return: whether the install phase passes with this memory; -1: it fails for
 * another reason, or cannot be tried */
static int try_memory(struct search *f, long mib, struct vt_err **err)
{
	struct session *s = f->s;
	VT_AUTO_REPORT struct vt_phase_report r = {0};
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	if (copy_inputs(f, err) < 0 || set_memory(f, mib, err) < 0)
		return -1;
	vt_strv_take(&argv, vt_proc_sibling("vt-launch"));
	vt_strv_add(&argv, f->try);
	/* the results of vt-verify, which vt-launch hands over to */
	VT_AUTO_CLOSE int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	s->child.out = null;
	int status = child_run(&s->child, argv.v, NULL, err);
	s->child.out = 0;
	if (status < 0 || s->child.signal)
		return -1;
	if (vt_phase_report_read(&r, f->try, "install", err) < 0)
		return -1;
	bool passed = r.exit == VT_OK;
	VT_AUTO_FREE char *line = passed ? NULL : why_memory(f, &r);
	printf("%s: %ld MiB: %s%s\n", s->o->test, mib,
		passed ? "passes"
		: line ? "out of memory: "
		       : "fails: ",
		passed ? ""
		: line ? line
		       : r.cause);
	fflush(stdout);
	if (passed)
		return 1;
	if (keep_logs(f, mib, err) < 0)
		return -1;
	if (!line)
		return vt_err_set(err, (int)r.exit,
			"%s: with %ld MiB the install phase fails, but not for "
			"lack of memory: %s (see '%s/%ld')",
			s->o->test, mib, r.cause, f->kept, mib);
	free(f->why);
	f->why = vt_strdup(line);
	return 0;
}

/* Passes with `most`; what is below `least` is not tried. */
static int bisect(struct search *f, struct vt_err **err)
{
	long least = LEAST_MIB - STEP_MIB;
	long most = f->mem_mib, fails = least;
	while (most - fails > STEP_MIB) {
		long mib = fails + (most - fails) / 2 / STEP_MIB * STEP_MIB;
		int rc = try_memory(f, mib, err);
		if (rc < 0)
			return -1;
		*(rc ? &most : &fails) = mib;
	}
	VT_AUTO_FREE char *what =
		fails == least
			? vt_strdup("less was not tried")
			: vt_printf("fails with %ld MiB: out of memory", fails);
	printf("%s: %ld MiB (%s)\n", f->s->o->test, most, what);
	fflush(stdout);
	vt_runlog(f->s->o->test, "minmem", "%ld MiB (%s)", most, what);
	return VT_OK;
}

int session_minmem(struct session *s, struct vt_err **err)
{
	AUTO_SEARCH struct search f = {.s = s};
	f.dir = vt_fs_join(s->o->topdir, s->o->test);
	f.try = vt_printf("%s.minmem", f.dir);
	f.kept = vt_fs_join(f.dir, "minmem");
	int rc = install(&f, err);
	if (rc || s->dry || s->child.signal)
		return rc;
	if (vt_fs_rmtree(f.kept, err) < 0)
		return -1;
	rc = bisect(&f, err);
	vt_fs_rmtree(f.try, NULL);
	return rc;
}
