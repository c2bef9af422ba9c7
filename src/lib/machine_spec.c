#include "machine_spec.h"

#include <string.h>

#include "fs.h"
#include "mem.h"
#include "vmdisk.h"

static int find_driver(const char *name, const char *spec,
	const struct vt_disk_driver **out, struct vt_err **err)
{
	*out = vt_disk_driver(name);
	if (*out)
		return 0;
	return vt_err_set(err, VT_USAGE,
		"disk '%s': driver '%s' is not one of virtio-blk, scsi-hd, "
		"nvme, ide",
		spec, name);
}

/* LOGICAL[,PHYSICAL] */
static int block_sizes(struct vt_disk *d, const char *s, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv v = VT_STRV_INIT;
	vt_str_split(s, ',', &v);
	if (v.n > 2)
		return vt_err_set(err, VT_USAGE,
			"'%s' is not LOGICAL[,PHYSICAL] block size", s);
	long *to[] = {&d->logical_block_size, &d->physical_block_size};
	for (size_t i = 0; i < v.n; i++) {
		if (vt_parse_int(v.v[i], 512, 32768, to[i], err) < 0)
			return vt_err_wrap(err, "block size");
		if (*to[i] & (*to[i] - 1))
			return vt_err_set(err, VT_USAGE,
				"block size %ld is not a power of two", *to[i]);
	}
	if (v.n == 1)
		d->physical_block_size = d->logical_block_size;
	return 0;
}

/* Field i, or NULL when it is empty or absent. */
static const char *field(const struct vt_strv *v, size_t i)
{
	return i < v->n && *v->v[i] ? v->v[i] : NULL;
}

int vt_spec_disk(struct vt_machine *m, const char *spec, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv v = VT_STRV_INIT;
	vt_str_split(spec, ':', &v);
	const char *path = field(&v, 0), *size = field(&v, 1),
		   *driver = field(&v, 2), *block = field(&v, 3),
		   *options = field(&v, 4);
	if (!path || v.n > 5)
		return vt_err_set(err, VT_USAGE,
			"disk '%s' is not PATH[:SIZE][:DRIVER][:BSIZE]"
			"[:DEVOPTS]",
			spec);
	struct vt_disk *d = vt_machine_add_disk(m);
	if (find_driver(driver ? driver : "virtio-blk", spec, &d->driver, err) <
		0)
		return -1;
	if (vt_parse_size(size ? size : "5G", &d->size, err) < 0 ||
		block_sizes(d, block ? block : "512", err) < 0)
		return vt_err_wrap(err, "disk '%s'", spec);
	d->path = vt_machine_own(m, vt_strdup(path));
	d->device_options =
		options ? vt_machine_own(m, vt_strdup(options)) : NULL;
	d->format = "raw";
	if (vt_fs_exists(path))
		d->format = vt_vmdisk_format(path, err);
	/* nvme does not start without one */
	d->serial = !strcmp(d->driver->name, "nvme") &&
				    !(options && strstr(options, "serial="))
			    ? vt_fs_basename(d->path)
			    : NULL;
	return d->format ? 0 : -1;
}

/* The property that `word` sets, when it is NAME=VALUE. */
static const char *value_of(const char *word, const char *name)
{
	size_t n = strlen(name);
	return !strncmp(word, name, n) && word[n] == '=' ? word + n + 1 : NULL;
}

/* What stands in a drive's words; anything else is the device's. */
static int drive_word(struct vt_machine *m, struct vt_disk *d, const char *spec,
	const char *word, struct vt_str *rest, struct vt_err **err)
{
	/* meant for -drive, which is not how a disk is made here */
	static const char *const ignored[] = {
		"id", "index", "bus", "unit", "cache", "media", NULL};
	const char *v;
	if ((v = value_of(word, "file")) || (!d->path && !strchr(word, '=')))
		d->path = vt_machine_own(m, vt_strdup(v ? v : word));
	else if ((v = value_of(word, "driver")))
		return find_driver(v, spec, &d->driver, err);
	else if ((v = value_of(word, "if")))
		return find_driver(strcmp(v, "scsi") ? "virtio-blk" : "scsi-hd",
			spec, &d->driver, err);
	else if ((v = value_of(word, "format")) || (v = value_of(word, "fmt")))
		d->format = vt_machine_own(m, vt_strdup(v));
	else if ((v = value_of(word, "serial")))
		d->serial = vt_machine_own(m, vt_strdup(v));
	else if ((v = value_of(word, "wwn")))
		d->wwn = vt_machine_own(m, vt_strdup(v));
	else {
		for (size_t i = 0; ignored[i]; i++)
			if (value_of(word, ignored[i]))
				return 0;
		vt_str_addf(rest, "%s%s", rest->len ? "," : "", word);
	}
	return 0;
}

int vt_spec_drive(struct vt_machine *m, const char *spec, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	VT_AUTO_STR struct vt_str rest = VT_STR_INIT;
	struct vt_disk *d = vt_machine_add_disk(m);
	d->driver = vt_disk_driver("virtio-blk");
	vt_str_split(spec, ',', &words);
	for (size_t i = 0; i < words.n; i++)
		if (drive_word(m, d, spec, words.v[i], &rest, err) < 0)
			return -1;
	if (!d->path)
		return vt_err_set(
			err, VT_USAGE, "disk '%s' names no file", spec);
	if (!d->format)
		d->format = vt_vmdisk_format(d->path, err);
	else if (strcmp(d->format, "raw") && strcmp(d->format, "qcow2"))
		return vt_err_set(err, VT_USAGE,
			"disk '%s': format '%s' is not one of raw, qcow2", spec,
			d->format);
	if (!d->serial)
		d->serial = d->wwn ? d->wwn : vt_fs_basename(d->path);
	if (rest.len)
		d->device_options = vt_machine_own(m, vt_str_take(&rest));
	return d->format ? 0 : -1;
}

int vt_spec_netdev(struct vt_machine *m, const char *spec, struct vt_err **err)
{
	VT_AUTO_STRV struct vt_strv words = VT_STRV_INIT;
	vt_str_split(spec, ',', &words);
	if (strcmp(words.v[0], "user"))
		return vt_err_set(err, VT_USAGE,
			"network '%s': only 'user' networking is there yet",
			spec);
	struct vt_nic *nic = vt_machine_add_nic(m);
	for (size_t i = 1; i < words.n; i++) {
		const char *w = words.v[i], *v;
		if ((v = value_of(w, "mac")) || (v = value_of(w, "macaddr")))
			nic->mac = vt_machine_own(m, vt_strdup(v));
		else if ((v = value_of(w, "model")))
			nic->model = vt_machine_own(
				m, vt_strdup(strcmp(v, "virtio")
						     ? v
						     : "virtio-net-pci"));
		else
			return vt_err_set(err, VT_USAGE,
				"network '%s': '%s' is not one of mac=, "
				"model=",
				spec, w);
	}
	return 0;
}

int vt_spec_publish(struct vt_machine *m, const char *spec, struct vt_err **err)
{
	const char *colon = strchr(spec, ':');
	size_t n = colon ? (size_t)(colon - spec) : strlen(spec);
	struct vt_published *p = vt_machine_add_published(m);
	if (n == 0 || (colon && !colon[1]))
		return vt_err_set(
			err, VT_USAGE, "'%s' is not FILE[:NAME]", spec);
	p->path = vt_machine_own(m, vt_strndup(spec, n));
	p->as = vt_machine_own(
		m, vt_strdup(colon ? colon + 1 : vt_fs_basename(p->path)));
	return 0;
}
