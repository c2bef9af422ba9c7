/* Where filesystems are mounted. */
#include <string.h>

#include "base/str.h"
#include "layers.h"

/* Absolute, in its shortest form, and one word of fstab. */
static bool is_mount_point(const char *s)
{
	if (!s || s[0] != '/' || strpbrk(s, " \t\n\\"))
		return false;
	for (const char *at = s; (at = strchr(at, '/')) && at[1]; at++)
		if (at[1] == '/' || !strcmp(at, "/.") || !strcmp(at, "/..") ||
			vt_str_starts(at, "/./") || vt_str_starts(at, "/../"))
			return false;
	return !s[1] || s[strlen(s) - 1] != '/';
}

static void check_word(struct reader *r, const char *key, const char *s)
{
	if (s && (!*s || strpbrk(s, " \t\n\\")))
		reader_fail(r, key, "'%s' must be one word of fstab", s);
}

/* A line of fstab that no entry makes the device of: a tmpfs, a bind mount. */
static void read_spec(struct reader *r, struct mount *m)
{
	m->spec = reader_text(r, "spec", true);
	m->type = reader_text(r, "fstype", false);
	check_word(r, "spec", m->spec);
	check_word(r, "fstype", m->type);
	bool bind = m->options && strstr(m->options, "bind");
	if (!m->type && bind)
		m->type = "none";
	if (!m->type)
		reader_fail(r, NULL, "'%s' is missing", "fstype");
}

/* The last two fields of a line of fstab: a digit, -1 when not said. */
static long digit(struct reader *r, const char *key)
{
	const struct vt_node *n = vt_node_get(r->e->node, key);
	long v = -1;
	if (!r->failed && n && vt_node_int(n, 0, 9, &v, r->err) < 0)
		r->failed = true;
	return v;
}

void mount_read(struct reader *r)
{
	struct plan *p = r->plan;
	struct mount *m = &r->e->mount;
	*m = (struct mount){.path = reader_text(r, "path", false),
		.options = reader_text(r, "options", false),
		.freq = digit(r, "freq"),
		.pass = digit(r, "passno")};
	if (vt_node_is_null(vt_node_get(r->e->node, "device")))
		read_spec(r, m);
	else
		m->format = reader_refer(r, "device", FORMAT, "a format");
	if (r->failed)
		return;
	bool swap = m->format && format_is_swap(m->format);
	if (swap)
		m->path = "none";
	else if (!is_mount_point(m->path))
		reader_fail(r, "path",
			"path must be absolute, without '.', '..', spaces and "
			"a '/' at its end",
			NULL);
	if (m->options && strpbrk(m->options, " \t\n\\"))
		reader_fail(r, "options", "options are one word, with commas",
			NULL);
	for (size_t i = 0; !swap && i < p->n_mounts; i++)
		if (!strcmp(p->mounts[i]->mount.path, m->path))
			reader_fail(r, "path", "its path is that of '%s'",
				p->mounts[i]->id);
	p->mounts[p->n_mounts++] = r->e;
}
