/* Parses disk options: PATH:SIZE:... of vt-launch, file=PATH,... of vt-xkvm. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "image/vmdisk.h"
#include "qemu/properties.h"
#include "qemu/spec.h"

/* The state while a disk option is parsed. */
struct reader {
	struct vt_machine *m;
	struct vt_disk *d;
	const char *spec;
	struct vt_str device, drive; /* options for the device and block node */
};

/* The name of a driver, or of any QEMU device with the property "drive". */
static int find_driver(
	const struct reader *r, const char *name, struct vt_err **err)
{
	bool takes = false;
	r->d->driver = vt_disk_driver(name);
	if (r->d->driver)
		return 0;
	if (vt_qemu_has_property(
		    vt_machine_qemu(r->m), name, "drive", &takes, err) < 0)
		return vt_err_wrap(err, "disk '%s'", r->spec);
	if (!takes)
		return vt_err_set(err, VT_USAGE,
			"disk '%s': '%s' is not a disk driver: use one of %s, "
			"or a QEMU device that has the property 'drive'",
			r->spec, name, vt_disk_drivers());
	struct vt_disk_driver *driver = vt_alloc(sizeof(*driver));
	vt_machine_own(r->m, (char *)driver);
	driver->name = driver->device = vt_machine_own(r->m, vt_strdup(name));
	driver->takes_wwn = true;
	r->d->driver = driver;
	return 0;
}

/* Options of -drive that have another name in -blockdev, or none. */
static const struct {
	const char *word, *option; /* "": ignored; NULL: read-only */
} drive_words[] = {
	{"cache=none", "cache.direct=on,cache.no-flush=off"},
	{"cache=writeback", "cache.no-flush=off"},
	{"cache=writethrough", "cache.no-flush=off"},
	{"cache=directsync", "cache.direct=on,cache.no-flush=off"},
	{"cache=unsafe", ""},
	{"media=disk", ""},
	{"media=cdrom", NULL},
	{"readonly", NULL},
	{"readonly=on", NULL},
	{"readonly=off", ""},
	{"aio=threads", "file.aio=threads"},
	{"aio=native", "file.aio=native"},
	{"aio=io_uring", "file.aio=io_uring"},
};

/* Any option that is not handled by the callers. */
static int property(struct reader *r, const char *word, struct vt_err **err)
{
	bool takes = false;
	/* ignored: where -drive attaches the disk; the driver decides that */
	static const char *const places[] = {"id", "index", "bus", "unit"};
	for (size_t i = 0; i < VT_COUNT(places); i++)
		if (vt_str_value(word, places[i]))
			return 0;
	for (size_t i = 0; i < VT_COUNT(drive_words); i++) {
		if (strcmp(word, drive_words[i].word))
			continue;
		if (!drive_words[i].option)
			r->d->read_only = true;
		else if (*drive_words[i].option)
			vt_str_item(&r->drive, ",", drive_words[i].option);
		return 0;
	}
	VT_AUTO_FREE char *device =
		vt_str_replace(r->d->driver->device, "*", r->m->arch->virtio);
	if (vt_qemu_has_property(
		    vt_machine_qemu(r->m), device, word, &takes, err) < 0)
		return vt_err_wrap(err, "disk '%s'", r->spec);
	vt_str_item(takes ? &r->device : &r->drive, ",", word);
	return 0;
}

static int property_or_name(
	struct reader *r, const char *word, struct vt_err **err)
{
	const char *v;
	if ((v = vt_str_value(word, "serial")))
		r->d->serial = vt_machine_own(r->m, vt_strdup(v));
	else if ((v = vt_str_value(word, "wwn")))
		r->d->wwn = vt_machine_own(r->m, vt_strdup(v));
	else
		return property(r, word, err);
	return 0;
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;
	if (stat(a, &x) < 0 || stat(b, &y) < 0)
		return !strcmp(a, b);
	return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Complete the disk. Its default serial is its wwn or else the file's name, cut
 * to the length that a guest sees. An image that is named again is one more
 * path to the same disk. */
static void finish(struct reader *r)
{
	struct vt_machine *m = r->m;
	struct vt_disk *d = r->d;
	size_t max = d->driver->max_serial;
	if (!d->serial && d->wwn)
		d->serial = d->wwn;
	else if (!d->serial) {
		const char *name = vt_fs_basename(d->path);
		d->serial = vt_machine_own(
			m, vt_strndup(name, strnlen(name, max ? max : 36)));
	}
	if (r->device.len)
		d->device_options = vt_machine_own(m, vt_str_take(&r->device));
	if (r->drive.len)
		d->drive_options = vt_machine_own(m, vt_str_take(&r->drive));
	for (size_t i = 0; i + 1 < m->n_disks; i++) {
		struct vt_disk *first = &m->disks[i];
		if (first->driver != d->driver ||
			!same_file(first->path, d->path))
			continue;
		first->paths = first->paths ? first->paths + 1 : 2;
		m->n_disks--;
		return;
	}
}

static int block_size(const char *s, long *out, struct vt_err **err)
{
	if (vt_parse_int(s, 512, 32768, out, err) < 0)
		return vt_err_wrap(err, "block size");
	if (*out & (*out - 1))
		return vt_err_set(err, VT_USAGE,
			"block size %ld is not a power of two", *out);
	return 0;
}

/* LOGICAL[,PHYSICAL[,MINIMUM]] */
static int block_sizes(struct reader *r, const char *s, struct vt_err **err)
{
	struct vt_disk *d = r->d;
	VT_AUTO_STRV struct vt_strv v = VT_STRV_INIT;
	long *const to[] = {&d->logical_block_size, &d->physical_block_size,
		&d->min_io_size};
	size_t n = 0;
	vt_str_split(s, ',', &v);
	for (size_t i = 0; i < v.n; i++) {
		if (n && strchr(v.v[i], '=')) {
			if (property_or_name(r, v.v[i], err) < 0)
				return -1;
			continue;
		}
		if (n == VT_COUNT(to))
			return vt_err_set(err, VT_USAGE,
				"block sizes '%s' are not "
				"LOGICAL[,PHYSICAL[,MINIMUM]]",
				s);
		if (block_size(v.v[i], to[n++], err) < 0)
			return -1;
	}
	for (; n < VT_COUNT(to); n++)
		*to[n] = d->logical_block_size;
	return 0;
}

/* Field i, or NULL when it is empty or absent. */
static const char *field(const struct vt_strv *v, size_t i)
{
	return i < v->n && *v->v[i] ? v->v[i] : NULL;
}

/* Fields USER and PASSWORD: both or neither. */
static int account(const struct reader *r, const struct vt_strv *v, size_t at,
	const char **out, struct vt_err **err)
{
	const char *user = field(v, at), *password = field(v, at + 1);
	if (!user != !password)
		return vt_err_set(err, VT_USAGE,
			"disk '%s': an account needs both a user and a "
			"password",
			r->spec);
	*out = user ? vt_machine_own(r->m, vt_printf("%s:%s", user, password))
		    : NULL;
	return 0;
}

/* TARGET[:USER:PASSWORD[:USER:PASSWORD]] */
static int iscsi(
	const struct reader *r, const struct vt_strv *v, struct vt_err **err)
{
	if (!field(v, 4) || v->n > 9)
		return vt_err_set(err, VT_USAGE,
			"disk '%s' is not PATH:SIZE:iscsi:BSIZE:TARGET[:USER:"
			"PASSWORD[:IUSER:IPASSWORD]]",
			r->spec);
	r->d->target = vt_machine_own(r->m, vt_strdup(field(v, 4)));
	return account(r, v, 5, &r->d->auth, err) < 0
		       ? -1
		       : account(r, v, 7, &r->d->iauth, err);
}

static int launch_words(
	struct reader *r, const struct vt_strv *v, struct vt_err **err)
{
	if (!strcmp(r->d->driver->name, "iscsi"))
		return iscsi(r, v, err);
	for (size_t i = 4; i < v->n; i++) {
		VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
		vt_str_split(v->v[i], ',', &words);
		for (size_t j = 0; j < words.n; j++)
			if (*words.v[j] &&
				property_or_name(r, words.v[j], err) < 0)
				return -1;
	}
	return 0;
}

static void free_reader(struct reader *r)
{
	vt_str_free(&r->device);
	vt_str_free(&r->drive);
}
#define AUTO_READER __attribute__((cleanup(free_reader)))

int vt_spec_disk(struct vt_machine *m, const char *spec, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv v = VT_STRV_INIT;
	vt_str_split(spec, ':', &v);
	const char *path = field(&v, 0), *size = field(&v, 1),
		   *driver = field(&v, 2), *block = field(&v, 3);
	if (!path)
		return vt_err_set(err, VT_USAGE,
			"disk '%s' is not PATH[:SIZE][:DRIVER][:BSIZE]"
			"[:DEVOPTS]",
			spec);
	struct vt_disk *d = vt_machine_add_disk(m);
	AUTO_READER struct reader r = {.m = m, .d = d, .spec = spec};
	if (find_driver(&r, driver ? driver : "virtio-blk", err) < 0)
		return -1;
	if (vt_parse_size(size ? size : "5G", &d->size, err) < 0 ||
		block_sizes(&r, block ? block : "512", err) < 0)
		return vt_err_wrap(err, "disk '%s'", spec);
	d->sized = size != NULL;
	if (!d->size)
		return vt_err_set(
			err, VT_USAGE, "disk '%s': the size is 0", spec);
	d->path = vt_machine_own(m, vt_strdup(path));
	d->format = "raw";
	if (vt_fs_exists(path))
		d->format = vt_vmdisk_format(path, err);
	if (!d->format || launch_words(&r, &v, err) < 0)
		return -1;
	finish(&r);
	return 0;
}

/* Find the driver first: it decides which options are properties of the device.
 * Of the values of "if=", two mean a driver and some are not supported. */
static int drive_driver(struct reader *r, const struct vt_strv *words,
	const char *name, struct vt_err **err)
{
	static const struct {
		const char *word, *driver;
	} interfaces[] = {
		{"if=virtio", "virtio-blk"},
		{"if=scsi", "scsi-hd"},
		{"if=sd", NULL},
		{"if=mtd", NULL},
		{"if=floppy", NULL},
	};
	const char *v;
	for (size_t i = 0; i < words->n; i++) {
		if ((v = vt_str_value(words->v[i], "driver")))
			name = v;
		for (size_t j = 0; j < VT_COUNT(interfaces); j++) {
			if (strcmp(words->v[i], interfaces[j].word))
				continue;
			if (!interfaces[j].driver)
				return vt_err_set(err, VT_USAGE,
					"disk '%s': '%s' is not supported: use "
					"driver= with one of %s",
					r->spec, words->v[i],
					vt_disk_drivers());
			name = interfaces[j].driver;
		}
	}
	return find_driver(r, name, err);
}

static int drive_word(struct reader *r, const char *word, struct vt_err **err)
{
	struct vt_disk *d = r->d;
	const char *v;
	if ((v = vt_str_value(word, "file")) ||
		(!d->path && !strchr(word, '=')))
		d->path = vt_machine_own(r->m, vt_strdup(v ? v : word));
	else if ((v = vt_str_value(word, "format")) ||
		 (v = vt_str_value(word, "fmt")))
		d->format = vt_machine_own(r->m, vt_strdup(v));
	else if (!vt_str_value(word, "driver") && !vt_str_value(word, "if"))
		return property_or_name(r, word, err);
	return 0;
}

int vt_spec_drive(struct vt_machine *m, const char *spec, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	struct vt_disk *d = vt_machine_add_disk(m);
	AUTO_READER struct reader r = {.m = m, .d = d, .spec = spec};
	const char *driver = getenv("DEF_DISK_DRIVER");
	vt_str_split(spec, ',', &words);
	if (drive_driver(&r, &words, driver && *driver ? driver : "virtio-blk",
		    err) < 0)
		return -1;
	for (size_t i = 0; i < words.n; i++)
		if (drive_word(&r, words.v[i], err) < 0)
			return -1;
	if (!d->path)
		return vt_err_set(
			err, VT_USAGE, "disk '%s' does not name a file", spec);
	if (!d->format)
		d->format = vt_vmdisk_format(d->path, err);
	else if (strcmp(d->format, "raw") && strcmp(d->format, "qcow2"))
		return vt_err_set(err, VT_USAGE,
			"disk '%s': format '%s' is not one of raw, qcow2", spec,
			d->format);
	if (!d->format)
		return -1;
	finish(&r);
	return 0;
}
