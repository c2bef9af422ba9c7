/* The key of a phase in the cache: the checksum of a text that lists all that
 * goes in, with the contents of files instead of their paths. */
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/settings.h"
#include "host/iscsi.h"
#include "qemu/nvram.h"
#include "test/phase_cache.h"
#include "test/phase_cache_dir.h"
#include "test/phase_report.h"
#include "test/phases.h"
#include "test/vm_file.h"

struct key {
	const char *dir;
	const struct vt_phase_row *row;
	struct vt_vm *vm;
	struct vt_strv *files; /* receives what the phase leaves */
	struct vt_str text;
	char *why; /* the phase cannot be cached */
};

__attribute__((format(printf, 2, 3))) static void cannot(
	struct key *k, const char *fmt, ...)
{
	VT_AUTO_ERR struct vt_err *err = NULL;
	va_list ap;
	va_start(ap, fmt);
	vt_err_vset(&err, VT_HOST, fmt, ap);
	va_end(ap);
	if (!k->why)
		k->why = vt_strdup(err->msg);
}

static void add_file(struct key *k, const char *name, const char *path)
{
	char sum[65];
	if (vt_fs_sha256(path, sum, NULL, NULL) < 0)
		cannot(k, "'%s' cannot be read", path);
	else
		vt_str_addf(&k->text, "%s %s\n", name, sum);
}

/* A program by its content, and by the version that it prints, which tells what
 * a script calls. */
static void add_program(struct key *k, const char *name)
{
	VT_AUTO_FREE char *path = vt_proc_find(name);
	VT_AUTO_STR struct vt_str out = VT_STR_INIT;
	char *const argv[] = {path, "--version", NULL};
	struct vt_run run = {.argv = argv,
		.timeout_ms = 10000,
		.out = &out,
		.merge_stderr = true};
	if (!path || vt_proc_check(&run, NULL) < 0) {
		cannot(k, "'%s' does not run", name);
		return;
	}
	add_file(k, vt_fs_basename(name), path);
	vt_str_add(&k->text, vt_str_c(&out));
}

/* Of a file that a phase with a machine left: the identity of all that it left,
 * as long as nobody has changed the file since. */
static char *made_by(
	struct key *k, const char *dir, const char *phase, const char *name)
{
	VT_AUTO_REPORT struct vt_phase_report r = {0};
	VT_AUTO_FREE char *stamp = vt_phases_stamp(vt_phases_named(phase), dir);
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	struct stat done, st;
	if (vt_phase_report_read(&r, dir, phase, NULL) < 0 || !r.output ||
		stat(stamp, &done) < 0 || stat(path, &st) < 0) {
		cannot(k, "what made '%s' was not cached", path);
		return NULL;
	}
	if (st.st_mtim.tv_sec > done.st_mtim.tv_sec ||
		(st.st_mtim.tv_sec == done.st_mtim.tv_sec &&
			st.st_mtim.tv_nsec > done.st_mtim.tv_nsec)) {
		cannot(k, "'%s' was changed after it was made", path);
		return NULL;
	}
	return vt_printf("%s of %s", name, r.output);
}

/* The phase with a machine that leaves such a file, or NULL. */
static const struct vt_phase_row *leaver(const char *name)
{
	const struct vt_phase_row *row;
	for (size_t i = 0; (row = vt_phases_at(i)); i++)
		if (row->console && vt_phases_leaves(row, name))
			return row;
	return NULL;
}

/* A file in the directory of a test: of this one, or of the one whose disks are
 * used. */
static char *of_test(struct key *k, const char *dir, const char *name, bool own)
{
	const struct vt_phase_row *row = leaver(name);
	VT_AUTO_FREE char *path = vt_fs_join(dir, name);
	if (own && row == k->row) {
		if (!vt_strv_has(k->files, name))
			vt_strv_add(k->files, name);
		return vt_strdup(name);
	}
	if (row)
		return made_by(k, dir, row->name, name);
	char sum[65] = "";
	if (vt_fs_sha256(path, sum, NULL, NULL) < 0)
		cannot(k, "'%s' cannot be read", path);
	return vt_printf("%s: %s", name, sum);
}

/* A file of the host, by its content. */
static char *of_host(struct key *k, const char *path)
{
	char sum[65] = "";
	for (size_t i = 0; i < k->vm->n_images; i++) {
		const struct vt_vm_image *image = &k->vm->images[i];
		if (image->sha256 && vt_str_eq(image->path, path))
			return vt_strdup(image->sha256);
	}
	if (vt_fs_sha256(path, sum, NULL, NULL) < 0)
		cannot(k, "'%s' cannot be read", path);
	return vt_strdup(sum);
}

/* What a path stands for in the key. */
static char *content(struct key *k, const char *path)
{
	VT_AUTO_FREE char *own = vt_fs_join(k->dir, "");
	if (!vt_str_starts(path, own))
		return of_host(k, path);
	const char *name = path + strlen(own);
	if (!vt_str_starts(name, "../"))
		return of_test(k, k->dir, name, true);
	/* ../TEST/NAME */
	const char *slash = strchr(name + 3, '/');
	VT_AUTO_FREE char *dir =
		vt_printf("%s%.*s", own, (int)(slash ? slash - name : 0), name);
	if (!slash || !vt_phases_is_test(dir))
		return of_host(k, path);
	return of_test(k, dir, slash + 1, false);
}

/* Replace a path by what it stands for. */
static void replace_path(const char **path, void *arg)
{
	struct key *k = arg;
	*path = vt_machine_own(&k->vm->machine, content(k, *path));
}

/* What cannot be known, and what does not matter to a phase that passes. */
static void check_machine(struct key *k)
{
	struct vt_machine *m = &k->vm->machine;
	for (size_t i = 0; i < m->n_nics; i++)
		if (m->nics[i].bridge)
			cannot(k, "its network is the bridge '%s'",
				m->nics[i].bridge);
	for (size_t i = 0; i < m->n_disks; i++)
		if (vt_disk_is_iscsi(&m->disks[i]))
			cannot(k,
				"'%s' is an iSCSI disk, with passwords and a "
				"port of its own",
				m->disks[i].path);
	if (k->vm->expected_failure || k->vm->forgive)
		cannot(k, "it is allowed to fail");
	if (k->vm->missing)
		cannot(k, "%s", k->vm->missing);
	m->timeout_s = 0;
}

static enum vt_accel accelerator(const struct vt_machine *m)
{
	const char *why;
	if (m->accel != VT_ACCEL_AUTO)
		return m->accel;
	return vt_arch_is_native(m->arch) && vt_kvm_works(&why) ? VT_ACCEL_KVM
								: VT_ACCEL_TCG;
}

/* Under KVM, guests see the processor of the host. */
static void add_processor(struct key *k)
{
	static const char *const names[] = {"model name", "flags", "Features"};
	VT_AUTO_FREE char *text =
		vt_fs_read("/proc/cpuinfo", 16 << 20, NULL, NULL);
	for (size_t i = 0; text && i < VT_COUNT(names); i++) {
		VT_AUTO_FREE char *start = vt_printf("\n%s\t", names[i]);
		const char *line = strstr(text, start);
		if (line)
			vt_str_addf(&k->text, "%.*s\n",
				(int)strcspn(line + 1, "\n"), line + 1);
	}
}

static void add_programs(struct key *k)
{
	const struct vt_machine *m = &k->vm->machine;
	const struct vt_machine *peer = &k->vm->peer.machine;
	const char *code, *vars;
	add_program(k, vt_machine_qemu(m));
	if (peer->kernel && peer->arch != m->arch)
		add_program(k, vt_machine_qemu(peer));
	if (m->tpm)
		add_program(k, "swtpm");
	if (!vt_nvram_used(m))
		return;
	if (vt_machine_firmware(
		    m->arch, m->firmware, NULL, &code, &vars, NULL) < 0) {
		cannot(k, "there is no firmware '%s'",
			vt_firmware_name(m->firmware));
		return;
	}
	add_file(k, "code", code);
	add_file(k, "vars", vars);
}

static void add_inputs(struct key *k)
{
	VT_AUTO_DOC struct vt_doc *doc = vt_doc_new();
	struct vt_machine *m = &k->vm->machine;
	add_programs(k);
	for (const char *const *n = k->row->needs; *n; n++) {
		const struct vt_phase_row *row = vt_phases_named(*n);
		for (const char *const *f = row->makes; *f; f++) {
			VT_AUTO_FREE char *path = vt_fs_join(k->dir, *f);
			add_file(k, *f, path);
		}
	}
	m->accel = accelerator(m);
	if (m->accel == VT_ACCEL_KVM)
		add_processor(k);
	vt_record_each_path(&vt_vm_record, k->vm, replace_path, k);
	if (vt_node_emit(vt_vm_write(k->vm, doc), &k->text, NULL) < 0)
		cannot(k, "'%s' cannot be written", k->row->inputs[0]);
}

/* Also the logs. */
static void add_logs(struct key *k)
{
	for (const char *const *f = k->row->logs; *f; f++)
		vt_strv_add(k->files, *f);
	for (int i = 0; i < VT_PHASES_MACHINE_LOGS; i++)
		vt_strv_take(k->files, vt_phases_log(NULL, k->row->name,
					       (enum vt_phases_log)i));
}

static void explain(const struct key *k)
{
	if (!k->why)
		return;
	if (vt_setting_bool("VERBOSE"))
		vt_log_info("%s is not cached: %s", k->row->name, k->why);
	else
		vt_log_debug("%s is not cached: %s", k->row->name, k->why);
}

void vt_phase_cache_key(
	struct vt_phase_cache *c, const char *dir, const char *phase)
{
	VT_AUTO_VM struct vt_vm vm = VT_VM_INIT;
	VT_AUTO_FREE char *cache = vt_cache_dir_name();
	struct key k = {
		dir, vt_phases_named(phase), &vm, &c->files, VT_STR_INIT, NULL};
	if (!cache || vt_vm_read(&vm, dir, k.row->inputs[0], NULL) < 0)
		return;
	vt_str_addf(&k.text, "vt %d %s\n", VT_PHASE_CACHE_VERSION, phase);
	check_machine(&k);
	if (!k.why)
		add_inputs(&k);
	add_logs(&k);
	if (!k.why)
		vt_sha256_hex(k.text.s, k.text.len, c->key);
	explain(&k);
	vt_freep(&k.why);
	c->inputs = vt_str_take(&k.text);
}

bool vt_phase_cache_ran(const char *dir, const char *phase)
{
	VT_AUTO_FREE char *report = vt_phases_report(dir, phase);
	VT_AUTO_FREE char *stamp = vt_phases_stamp(vt_phases_named(phase), dir);
	VT_AUTO_FREE char *history = vt_fs_join(dir, "history");
	return vt_fs_exists(report) || vt_fs_exists(stamp) ||
	       vt_fs_exists(history);
}

void vt_phase_cache_free(struct vt_phase_cache *c)
{
	vt_strv_free(&c->files);
	vt_freep(&c->inputs);
	vt_freep(&c->since);
	vt_freep(&c->report);
	*c = (struct vt_phase_cache){0};
}
