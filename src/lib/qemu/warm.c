/* Which machines can start warm, and what a template depends on. */
#include "qemu/warm.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/proc.h"
#include "qemu/nvram.h"

/* Templates of another version are not used. */
enum { WARM_VERSION = 1, MAX_NVRAM = 64 << 20 };

const char *const vt_warm_words[] = {
	[VT_WARM_OFF] = "off",
	[VT_WARM_EARLY] = "early",
	[VT_WARM_LATE] = "late",
	NULL,
};

int vt_warm_parse(const char *s, enum vt_warm_point *out, struct vt_err **err)
{
	for (size_t i = 0; vt_warm_words[i]; i++)
		if (!strcmp(s, vt_warm_words[i])) {
			*out = (enum vt_warm_point)i;
			return 0;
		}
	return vt_err_set(err, VT_USAGE, "'%s' is not off, early or late", s);
}

void vt_warm_machine_free(struct vt_warm *w, struct vt_machine *m)
{
	for (size_t i = 0; i < w->n_scratch; i++)
		vt_tmp_discard(&w->scratch[i]);
	free(w->scratch);
	w->scratch = NULL;
	w->n_scratch = 0;
	free(m->disks);
	vt_strv_free(&m->owned);
}

void vt_warm_free(struct vt_warm *w)
{
	vt_tmp_discard(&w->ram);
	vt_tmp_discard(&w->state);
	free(w->key);
	free(w->url);
	free(w->places);
	free(w->console);
	vt_closep(&w->lock);
	*w = (struct vt_warm)VT_WARM_INIT;
}

static bool is_plain(const struct vt_nic *nic)
{
	return !nic->bridge && !nic->segment && !nic->device_options &&
	       !nic->net_options;
}

/* The guest of a template has read an empty disk. */
static bool is_empty(const struct vt_disk *d)
{
	return !d->from && !d->base && d->size && !d->device_options &&
	       !d->drive_options && vt_str_eq(d->format, "raw");
}

const char *vt_warm_why_not(const struct vt_machine *m, enum vt_accel accel)
{
	if (accel != VT_ACCEL_TCG)
		return "its guest is not emulated";
	if (strcmp(m->arch->name, "amd64") != 0)
		return "its architecture is not amd64";
	if (m->firmware == VT_FW_SECURE_BOOT)
		return "it has Secure Boot";
	if (m->tpm)
		return "it has a TPM";
	if (!m->kernel || !m->initrd || !m->url || !m->image.read_only)
		return "it does not boot the kernel of an image";
	if (m->bios || m->vnc || m->interactive || m->reboots ||
		m->qemu_args.n || m->smbios_serial)
		return "its command has more options";
	for (size_t i = 0; i < m->n_nics; i++)
		if (!is_plain(&m->nics[i]))
			return "its network is not QEMU's user-mode network";
	for (size_t i = 0; i < m->n_disks; i++)
		if (!is_empty(&m->disks[i]))
			return "a disk has content";
	return NULL;
}

/* A text as long as the URL, which is not found anywhere else in memory. */
static char *placeholder(const char *url)
{
	static const char digits[] = "0123456789abcdef";
	static const char start[] = "http://";
	char *out = vt_strdup(url);
	size_t len = strlen(out);
	if (getrandom(out, len, 0) != (ssize_t)len)
		abort();
	for (size_t i = 0; i < len; i++)
		out[i] = digits[(unsigned char)out[i] % 16];
	memcpy(out, start, len < strlen(start) ? len : strlen(start));
	return out;
}

/* Which file this is, and which content it has: any change of it shows. */
static int add_identity(
	struct vt_str *out, const char *path, struct vt_err **err)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return vt_err_errno(err, "cannot find '%s'", path);
	vt_str_addf(out, "%llu %llu %llu %lld.%09ld %lld.%09ld\n",
		(unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
		(unsigned long long)st.st_size, (long long)st.st_mtim.tv_sec,
		st.st_mtim.tv_nsec, (long long)st.st_ctim.tv_sec,
		st.st_ctim.tv_nsec);
	return 0;
}

/* The command, without what differs between machines of one shape. */
static int add_command(struct vt_str *out, const struct vt_machine *m,
	enum vt_accel accel, struct vt_err **err)
{
	struct vt_machine shape = *m;
	VT_AUTO_STRV struct vt_strv argv = VT_STRV_INIT;
	VT_AUTO_FREE struct vt_disk *disks =
		vt_calloc(m->n_disks + 1, sizeof(*disks));
	const struct vt_machine_fds fds = {.qmp = 3,
		.serial = 4,
		.channel = 5,
		.journal = 6,
		.tpm = -1,
		.config = -1,
		.peer_config = -1,
		.ram = "ram"};
	/* as long as the real one, which is replaced by it */
	VT_AUTO_FREE char *url = vt_strdup(m->url);
	memset(url, 'u', strlen(url));
	VT_AUTO_FREE char *append = vt_str_replace(m->append, m->url, url);
	shape.name = NULL;
	shape.append = append;
	shape.disks = disks;
	shape.nvram = m->nvram ? "nvram" : NULL;
	for (size_t i = 0; i < m->n_disks; i++) {
		disks[i] = m->disks[i];
		disks[i].path = "disk";
		vt_str_addf(out, "%llu\n", (unsigned long long)disks[i].size);
	}
	if (vt_machine_argv(&shape, accel, &fds, &argv, err) < 0)
		return -1;
	for (size_t i = 0; i < argv.n; i++)
		vt_str_addf(out, "%s\n", argv.v[i]);
	return 0;
}

char *vt_warm_key(enum vt_warm_point point, const struct vt_machine *m,
	enum vt_accel accel, struct vt_err **err)
{
	char sum[65];
	VT_AUTO_STR struct vt_str all = VT_STR_INIT;
	VT_AUTO_FREE char *qemu = vt_proc_find(vt_machine_qemu(m));
	vt_warm_guest_sum(point, sum);
	vt_str_addf(&all, "%d %s\n", WARM_VERSION, sum);
	if (add_command(&all, m, accel, err) < 0 ||
		add_identity(&all, qemu ? qemu : "", err) < 0 ||
		add_identity(&all, m->kernel, err) < 0 ||
		add_identity(&all, m->initrd, err) < 0 ||
		(m->image.path && add_identity(&all, m->image.path, err) < 0))
		return NULL;
	vt_sha256_hex(all.s, all.len, sum);
	return vt_strndup(sum, 32);
}

/* A file that only the machine has open. Return: it, or NULL */
static struct vt_tmp *add_scratch(struct vt_warm *w, struct vt_err **err)
{
	struct vt_tmp *t = &w->scratch[w->n_scratch++];
	return vt_tmp_scratch(t, 0600, err) < 0 ? NULL : t;
}

static int add_disk(struct vt_warm *w, struct vt_disk *d, struct vt_err **err)
{
	struct vt_tmp *t = add_scratch(w, err);
	if (!t)
		return -1;
	if (ftruncate(t->fd, (off_t)d->size) < 0)
		return vt_err_errno(err, "cannot create a temporary disk");
	d->path = t->tmp;
	return 0;
}

static int add_nvram(struct vt_warm *w, const struct vt_machine *m,
	struct vt_machine *out, struct vt_err **err)
{
	size_t len;
	const char *from = vt_nvram_start(m, err);
	VT_AUTO_FREE char *bytes =
		from ? vt_fs_read(from, MAX_NVRAM, &len, err) : NULL;
	struct vt_tmp *t = bytes ? add_scratch(w, err) : NULL;
	if (!t || vt_fs_write_all(t->fd, bytes, len, err) < 0)
		return -1;
	out->nvram = t->tmp;
	return 0;
}

static int add_initrd(
	struct vt_warm *w, struct vt_machine *m, struct vt_err **err)
{
	VT_AUTO_STR struct vt_str initrd = VT_STR_INIT;
	struct vt_tmp *t = add_scratch(w, err);
	if (!t || vt_warm_initrd(w->point, m->initrd, &initrd, err) < 0 ||
		vt_fs_write_all(t->fd, initrd.s, initrd.len, err) < 0)
		return -1;
	m->initrd = t->tmp;
	return 0;
}

int vt_warm_machine(struct vt_warm *w, const struct vt_machine *m,
	struct vt_machine *out, struct vt_err **err)
{
	*out = *m;
	out->owned = (struct vt_strv)VT_STRV_INIT;
	out->disks = vt_calloc(m->n_disks + 1, sizeof(*out->disks));
	w->scratch = vt_calloc(m->n_disks + 2, sizeof(*w->scratch));
	w->url = placeholder(m->url);
	out->url = w->url;
	out->append =
		vt_machine_own(out, vt_str_replace(m->append, m->url, w->url));
	for (size_t i = 0; i < m->n_disks; i++) {
		out->disks[i] = m->disks[i];
		if (m->disks[i].driver->device &&
			add_disk(w, &out->disks[i], err) < 0)
			return -1;
	}
	if (m->nvram && add_nvram(w, m, out, err) < 0)
		return -1;
	return add_initrd(w, out, err);
}
