#include "test/session.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/tmp.h"
#include "host/tpm.h"
#include "image/vmdisk.h"
#include "qemu/nvram.h"
#include "test/phase_dir.h"

enum { MAX_NVRAM = 64 << 20 };

/* Return: valid until the next call */
static struct vt_tmp *add_file(struct vt_session *s)
{
	s->files = vt_realloc(s->files, s->n_files + 1, sizeof(*s->files));
	s->files[s->n_files] = (struct vt_tmp)VT_TMP_INIT;
	return &s->files[s->n_files++];
}

const char *vt_session_file(
	struct vt_session *s, const void *data, size_t len, struct vt_err **err)
{
	struct vt_tmp *t = add_file(s);
	if (vt_tmp_scratch(t, 0600, err) < 0 ||
		vt_fs_write_all(t->fd, data, len, err) < 0)
		return NULL;
	return t->tmp;
}

static int make_empty(
	struct vt_session *s, struct vt_disk *d, struct vt_err **err)
{
	struct vt_tmp *t = add_file(s);
	if (vt_tmp_scratch(t, 0600, err) < 0)
		return -1;
	if (ftruncate(t->fd, (off_t)d->size) < 0)
		return vt_err_errno(err, "cannot make an empty disk");
	d->path = t->tmp;
	d->format = "raw";
	return 0;
}

static int take_disk(
	struct vt_session *s, struct vt_disk *d, struct vt_err **err)
{
	bool used = s->fresh && d->base && !vt_fs_exists(d->path) &&
		    vt_fs_exists(d->base);
	if (!used && !vt_fs_exists(d->path)) {
		if (s->fresh)
			return make_empty(s, d, err);
		return vt_err_set(err, VT_HOST,
			"nothing is installed yet: '%s' is missing (run 'make' "
			"for the test first)",
			d->path);
	}
	VT_AUTO_FREE char *base = realpath(used ? d->base : d->path, NULL);
	struct vt_tmp *t = add_file(s);
	if (!base)
		return vt_err_errno(err, "cannot find '%s'", d->path);
	if (vt_vmdisk_scratch(t, base, used ? d->base_format : d->format,
		    d->size, err) < 0)
		return -1;
	d->path = t->tmp;
	d->format = "qcow2";
	return 0;
}

static int take_nvram(
	struct vt_session *s, struct vt_machine *m, struct vt_err **err)
{
	size_t len = 0;
	if (!vt_nvram_used(m))
		return 0;
	const char *code, *fitting, *vars = vt_nvram_start(m, err);
	/* before the copy, whose name means nothing to the user */
	if (!vars || vt_machine_firmware(m->arch, m->firmware, vars, &code,
			     &fitting, err) < 0)
		return -1;
	VT_AUTO_FREE char *bytes = vt_fs_read(vars, MAX_NVRAM, &len, err);
	m->nvram = bytes ? vt_session_file(s, bytes, len, err) : NULL;
	return m->nvram ? 0 : -1;
}

static int take_tpm(
	struct vt_session *s, struct vt_machine *m, struct vt_err **err)
{
	const char *old = m->tpm;
	if (!old)
		return 0;
	if (!vt_fs_exists(old) && m->tpm_from)
		old = m->tpm_from;
	s->tpm = vt_fs_tmpdir("vt-console", err);
	if (!s->tpm)
		return -1;
	m->tpm = vt_machine_own(m, vt_fs_join(s->tpm, "tpm"));
	return vt_fs_exists(old) ? vt_tpm_copy(old, m->tpm, err) : 0;
}

int vt_session_begin(struct vt_session *s, struct vt_vm *vm, const char *dir,
	const char *file, struct vt_err **err)
{
	struct vt_machine *m = &vm->machine;
	if (vt_phase_begin(&s->phase, NULL, "console", err) < 0)
		return -1;
	s->lock_fd = vt_phase_share(dir, err);
	if (s->lock_fd < 0)
		return -1;
	if (vt_vm_read(vm, dir, file, err) < 0)
		return -1;
	s->phase.test = m->name;
	vt_log_context(m->name);
	m->timeout_s = 0;
	m->reboots = true;
	m->interactive = true;
	vm->verdict.success = NULL;
	m->output = (struct vt_disk){0};
	m->vnc = s->vnc ? s->vnc : m->vnc;
	for (size_t i = 0; i < m->n_disks; i++)
		if (!m->disks[i].target && take_disk(s, &m->disks[i], err) < 0)
			return -1;
	return take_nvram(s, m, err) < 0 ? -1 : take_tpm(s, m, err);
}

int vt_session_end(struct vt_session *s, const struct vt_vm *vm,
	const struct vt_watch *watch, struct vt_err *err)
{
	if (!err)
		vt_phase_run(&s->phase, vm, "-", watch, &err);
	for (size_t i = 0; i < s->n_files; i++)
		vt_tmp_discard(&s->files[i]);
	free(s->files);
	vt_fs_rmtreep(&s->tpm);
	vt_closep(&s->lock_fd);
	if (err)
		vt_phase_fault(&s->phase, err);
	return vt_phase_end(&s->phase);
}
